"""« Rappelez-moi » : who may be asked, who reads it, and what the family reads of what became of it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.access.queries import visible
from portal.access.words import Strength
from portal.inbox.models import Notice
from portal.liaison.models import Callback
from tests.factories import viewing
from tests.liaison.conftest import by_a_glass

MODES = ("", "easy", "pictures")


def ask(browser, home, who=None, status=303, strength=Strength.SUBSTANTIAL, **more):
    fields = {"child": home.dossier.id, "to_whom": "unit", "suits": "morning", "form_key": uuid4()} | more
    browser.sign_in((who or home.mother).account_id, strength)
    return browser.submit("/rappels/", fields, status=status)


def kept(db):
    found = db.scalars(select(Callback).execution_options(populate_existing=True)).all()
    db.commit()
    return found


@pytest.mark.parametrize("mode", MODES)
def test_a_mother_asks_and_reads_what_became_of_it(db, browser, home, mode):
    page = browser.reading(mode).sign_in(home.mother.account_id).open("/rappels/")
    assert page.statements <= 5
    ask(browser, home, subject="Les vacances", phone="06 00 00 00 00")
    (one,) = kept(db)
    listed = browser.sign_in(home.educator.account_id).open("/rappels/")
    assert "06 00 00 00 00" in listed.text()
    assert "Nadia Exemple" in listed.text()
    for state, told in (("taken", "va appeler"), ("unreached", "sans réponse"), ("done", "fait")):
        browser.sign_in(home.educator.account_id).submit(f"/rappels/{one.id}/suite", {"state": state})
        assert told in browser.sign_in(home.mother.account_id).open("/rappels/").text()
    assert "votre demande de rappel" in browser.open("/").text()


@pytest.mark.parametrize(
    ("whom", "readers"),
    [
        ("unit", {"referent", "educator", "secretary"}),
        ("referent", {"referent"}),
        ("secretary", {"secretary"}),
        ("nurse", {"nurse"}),
    ],
)
def test_each_request_is_read_by_those_it_is_asked_of_and_by_nobody_else(db, browser, home, whom, readers):
    ask(browser, home, to_whom=whom)
    everybody = ("referent", "educator", "secretary", "nurse", "elsewhere", "father", "child")
    found = {one for one in everybody if db.scalars(visible(Callback, viewing(getattr(home, one)))).all()}
    assert found == readers
    told = set(db.scalars(select(Notice.account_id)))
    assert told <= {getattr(home, one).account_id for one in readers}
    assert told


def test_a_weak_sign_in_asks_the_nurse_and_reads_the_state_without_the_subject(db, browser, home):
    ask(browser, home, to_whom="nurse", subject="Motàsavoir", strength=Strength.LOW)
    page = browser.open("/rappels/")
    assert "L’infirmerie" in page.text(".people")
    assert "Motàsavoir" not in page.answer.text


def test_asking_again_changes_the_request_and_tells_nobody_twice(db, browser, home):
    key = uuid4()
    for _ in range(2):
        ask(browser, home, form_key=key)
    ask(browser, home, suits="evening")
    (one,) = kept(db)
    assert one.suits == "evening"
    assert len(db.scalars(select(Notice.id)).all()) == 2  # unit and referent


def test_it_is_withdrawn_by_whoever_asked_only(db, browser, home):
    ask(browser, home)
    (one,) = kept(db)
    browser.sign_in(home.father.account_id).submit(f"/rappels/{one.id}/retirer", {}, status=404)
    browser.sign_in(home.mother.account_id).submit(f"/rappels/{one.id}/suite", {"state": "done"}, status=404)
    browser.submit(f"/rappels/{one.id}/retirer", {})
    assert kept(db)[0].state == "withdrawn"
    browser.sign_in(home.educator.account_id).submit(f"/rappels/{one.id}/suite", {"state": "done"})
    assert kept(db)[0].state == "withdrawn"


def test_a_minor_is_offered_no_call(db, browser, home):
    for path in ("/rappels/", "/absences/"):
        page = browser.sign_in(home.child.account_id, Strength.ACCOMPANIED).open(path)
        assert "demander à un adulte" in page.text()
        assert not page.soup.select("main form")
    ask(browser, home, who=home.child, status=404)


@pytest.mark.parametrize("wrong", [{"to_whom": ""}, {"to_whom": "nobody"}, {"suits": "hier"}, {"subject": "x" * 121}])
def test_what_cannot_be_used_comes_back_with_everything_typed(db, browser, home, wrong):
    page = ask(browser, home, status=422, **({"phone": "06 11 22"} | wrong))
    assert page.soup.select_one("[name=phone]")["value"] == "06 11 22"
    assert kept(db) == []


def test_staff_say_one_of_three_things(db, browser, home):
    ask(browser, home)
    (one,) = kept(db)
    browser.sign_in(home.educator.account_id).submit(f"/rappels/{one.id}/suite", {"state": "withdrawn"}, status=400)
    assert kept(db)[0].state == "waiting"


def test_whoever_broke_a_glass_or_came_in_weakly_says_nothing_of_a_call(db, browser, home):
    ask(browser, home)
    (one,) = kept(db)
    glass = by_a_glass(db, home)
    browser.sign_in(glass.account_id).submit(f"/rappels/{one.id}/suite", {"state": "done"}, status=404)
    browser.sign_in(home.educator.account_id, Strength.LOW).open("/rappels/", status=403)  # numbers stand there
    browser.submit(f"/rappels/{one.id}/suite", {"state": "done"}, status=403)
    assert kept(db)[0].state == "waiting"
