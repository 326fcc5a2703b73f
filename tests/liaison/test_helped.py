"""With whose help something was said, for its author and staff; who is told of it, and how it is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.access import services
from portal.access.models import Authority
from portal.access.words import Strength
from portal.accounts.helping import Beside
from portal.accounts.models import Method
from portal.accounts.services import open_session
from portal.core import clock
from portal.inbox.models import Notice
from portal.liaison.models import Absence, Callback, EventAnswer
from tests.browsing import BASE
from tests.factories import NOON, a_parent, recomputed
from tests.liaison.conftest import a_home
from tests.liaison.test_answers import said

HELPED = "Avec l’aide de Paul Éducateur"


@pytest.fixture
def beside(browser, home):
    """The mother came in by her own means on the hall's device, the educator beside her."""
    with browser.sessions.begin() as db:
        by = Beside(home.educator.account_id, home.dossier.id)
        facts = {"method": Method.PASSKEY, "beside": by}
        token = open_session(db, home.mother.account_id, Strength.SUBSTANTIAL, **facts)
    with browser.client.session_transaction(base_url=BASE) as session:
        session.update(_user_id=token, _fresh=True)
    return browser


def test_an_answer_says_with_whose_help_it_was_given_and_forgets_it_when_given_alone(db, beside, home):
    path = f"/rendez-vous/{home.event.id}"
    beside.submit(f"{path}/reponse", said(home.event))
    assert db.scalars(select(EventAnswer.helper_id)).all() == [home.educator.account_id]
    db.commit()
    assert HELPED in beside.open(path).text("#reponse")
    assert HELPED in beside.sign_in(home.secretary.account_id).open(f"{path}/reponses").text()
    beside.sign_in(home.mother.account_id).submit(f"{path}/reponse", said(home.event, coming="cannot"))
    assert db.scalars(select(EventAnswer.helper_id)).all() == [None]
    db.commit()
    assert "l’aide" not in beside.open(path).text("#reponse")


OWN = {"form_key": "00000000-0000-4000-8000-000000000007"}
ABSENT = {"first_day": "2026-11-19", "how": "day", "why": "family"}
CALL = {"to_whom": "unit", "suits": "morning"}


@pytest.mark.parametrize(("path", "model", "fields"), [("/absences/", Absence, ABSENT), ("/rappels/", Callback, CALL)])
def test_so_do_an_absence_and_a_call(db, beside, home, path, model, fields):
    beside.submit(path, OWN | fields | {"child": home.dossier.id})
    assert db.scalars(select(model.helper_id)).all() == [home.educator.account_id]
    db.commit()
    assert HELPED in beside.open(path).text()
    assert HELPED in beside.sign_in(home.educator.account_id).open(path).text()


@pytest.mark.parametrize("path", ["/absences/", "/rappels/"])
def test_whoever_is_only_informed_finds_whom_to_call(db, browser, home, path):
    informed = a_parent(db, home.dossier, Authority.INFORMED)
    db.commit()
    text = browser.sign_in(informed.account_id).open(path).text()
    assert "02 61 91 00 12" in text.replace("\u00a0", " ")


def test_when_a_unit_has_nobody_the_secretary_and_management_are_told(db, browser, home):
    for one in (home.referent, home.educator):
        services.end(db, one)
    db.commit()
    with clock.frozen(NOON + timedelta(seconds=1)):
        browser.sign_in(home.mother.account_id).submit("/absences/", OWN | ABSENT | {"child": home.dossier.id})
        browser.submit(f"/rendez-vous/{home.event.id}/reponse", said(home.event))
    assert set(db.scalars(select(Notice.account_id))) == {home.secretary.account_id}


def test_of_somebody_in_no_unit_the_referent_is_told_and_not_everybody_at_work_anywhere(db, browser, home):
    far = a_home(db, name="Léo")
    home.dossier.unit_id = None
    recomputed(db, home.dossier)
    db.commit()
    browser.sign_in(home.mother.account_id).submit("/absences/", OWN | ABSENT | {"child": home.dossier.id})
    told = set(db.scalars(select(Notice.account_id)))
    assert told == {home.referent.account_id}
    assert far.secretary.account_id not in told


def test_a_minor_s_word_is_counted_apart_and_the_family_s_is_still_awaited(db, browser, home):
    browser.sign_in(home.child.account_id, Strength.ACCOMPANIED)
    browser.submit(f"/rendez-vous/{home.event.id}/reponse", said(home.event))
    text = browser.sign_in(home.educator.account_id).open("/rendez-vous/reponses").text()
    assert "Le jeune vient" in text
    assert "Pas encore de réponse de la famille" in text
    assert "1 personne" not in text
