"""« Mes liens » : somebody reads what is written of them, says that it is not true, and is answered."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.access.models import Authority, Kind, Measure, Relationship
from portal.access.words import Strength
from portal.core.errors import BadInput, NotFound
from portal.core.models import Account
from portal.inbox.models import Notice, NoticeKind
from portal.ties import services
from portal.ties.models import Correction, CorrectionState
from tests.factories import a_link, a_parent, an_account

WORDS = "Le juge m’a rendu l’autorité parentale en mars."
MODES = ("", "easy", "pictures")


@pytest.fixture
def withdrawn(db, house):
    """A father who reads nothing of his child, and whose link says so."""
    link = a_parent(db, house.dossier, Authority.WITHDRAWN, account=an_account(db, "Marc Lenoir"))
    house.links["withdrawn"] = link
    db.commit()
    return link


def told(db, account_id, kind):
    found = list(db.scalars(select(Notice).where(Notice.account_id == account_id, Notice.kind == kind)))
    db.commit()
    return found


@pytest.mark.parametrize("mode", MODES)
def test_a_father_who_reads_nothing_reads_what_is_written_of_him(withdrawn, browser, come_in, mode):
    come_in("withdrawn")
    page = browser.reading(mode).open("/mes-liens")
    assert "livret de famille, 2026" in page.text()
    assert "Ilyes" not in page.text()
    assert page.soup.select_one(f'a[href="/mes-liens/{withdrawn.id}"]')


def test_home_leads_there_whoever_reaches_nothing(withdrawn, come_in):
    assert "/mes-liens" in come_in("withdrawn").open("/").links()


def test_a_mother_reads_her_link_and_her_childs_name_and_nobody_elses_link(house, come_in):
    assert "/mes-liens" in come_in("mother").open("/").links()
    page = come_in("mother").open("/mes-liens")
    assert "Ilyes" in page.text("h2")
    assert len(page.soup.select("main li h2")) == 1
    assert "Julien" not in page.text()


def test_a_young_person_helped_by_staff_reads_that_they_are_themselves(house, come_in):
    page = come_in("child", Strength.ACCOMPANIED).open("/mes-liens")
    assert "C’est toi" in page.text()


def test_a_weak_sign_in_reads_no_judges_decision(house, come_in):
    come_in("mother", Strength.LOW).open("/mes-liens", status=403)


def test_a_request_is_kept_told_to_staff_and_answered(db, withdrawn, house, come_in, send):
    come_in("withdrawn")
    send(f"/mes-liens/{withdrawn.id}", words=WORDS)
    one = db.scalar(select(Correction))
    db.commit()
    assert (one.words, one.state) == (WORDS, CorrectionState.ASKED)
    for who in ("director", "secretary", "social"):
        assert told(db, house.account(who), NoticeKind.CORRECTION_ASKED)
    assert not told(db, house.account("nurse"), NoticeKind.CORRECTION_ASKED)
    home = come_in("secretary").open("/")
    assert "Une famille demande une correction" in home.text()
    assert "1 demande de correction" in come_in("secretary").open("/liens").text()
    page = come_in("secretary").open("/liens/demandes")
    assert "Marc Lenoir" in page.text("h2")
    path = f"/liens/demandes/{one.id}"
    send(path, status=422, accepted="yes", words="")
    send(path, accepted="no", words="Le jugement de mars ne le dit pas.")
    home = come_in("withdrawn").open("/")
    assert "L’établissement a répondu à votre demande" in home.text()
    page = come_in("withdrawn").open("/mes-liens")
    assert "Le jugement de mars ne le dit pas." in page.text()
    assert "L’établissement ne change rien" in page.text()


def test_an_answer_is_given_once(db, withdrawn, house, come_in, send):
    one = services.ask(db, withdrawn.id, by=withdrawn.account_id, words=WORDS)
    services.answer(db, one.id, by=house.account("social"), accepted=True, words="Oui.")
    with pytest.raises(BadInput) as refused:
        services.answer(db, one.id, by=house.account("director"), accepted=False, words="Non.")
    assert refused.value.code == "answered"
    assert one.answer == "Oui."


def test_one_asks_once_at_a_time_and_about_ones_own_link_only(db, withdrawn, house, come_in, send):
    come_in("withdrawn")
    send(f"/mes-liens/{withdrawn.id}", words=WORDS)
    page = send(f"/mes-liens/{withdrawn.id}", status=422, words="Encore une fois, merci de lire.")
    assert "Vous avez déjà demandé" in page.text()
    assert "Encore une fois, merci de lire." in page.soup.select_one("textarea").text
    come_in("withdrawn").open(f"/mes-liens/{house.links['mother'].id}", status=404)
    send(f"/mes-liens/{house.links['mother'].id}", status=404, words=WORDS)
    with pytest.raises(NotFound):
        services.ask(db, house.links["mother"].id, by=withdrawn.account_id, words=WORDS)


@pytest.mark.parametrize("words", ["", "   ", "x" * 2001])
def test_a_request_says_something_and_not_too_much(db, withdrawn, come_in, send, words):
    come_in("withdrawn")
    send(f"/mes-liens/{withdrawn.id}", status=422, words=words)
    assert db.scalar(select(Correction)) is None


def test_nobody_answers_their_own_family(db, withdrawn, house):
    one = services.ask(db, withdrawn.id, by=withdrawn.account_id, words=WORDS)
    a_link(db, house.dossier, Kind.RELATIVE, account=db.get(Account, house.account("secretary")))
    with pytest.raises(BadInput) as refused:
        services.answer(db, one.id, by=house.account("secretary"), accepted=True, words="Oui.")
    assert refused.value.code == "family"


def test_a_request_is_nothing_to_those_who_may_not_answer(db, withdrawn, house, come_in):
    one = services.ask(db, withdrawn.id, by=withdrawn.account_id, words=WORDS)
    db.commit()
    for who in ("nurse", "teacher", "cook", "mother", "withdrawn"):
        come_in(who).open(f"/liens/demandes/{one.id}", status=404)


def test_saying_yes_changes_no_link_by_itself(db, withdrawn, house):
    one = services.ask(db, withdrawn.id, by=withdrawn.account_id, words=WORDS)
    services.answer(db, one.id, by=house.account("social"), accepted=True, words="Nous corrigeons.")
    link = db.get(Relationship, withdrawn.id)
    assert (link.authority, link.measure, link.ends_at) == (Authority.WITHDRAWN, Measure.NONE, None)
