"""What staff told otherwise than by a page is written down, when both might read it, and refused kindly otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.access.models import Kind, LogEntry, Means, Post
from portal.access.perimeter import row_named
from portal.access.words import Strength, Viewer
from portal.core import clock
from portal.core.errors import BadInput
from portal.lookers.services import OLDEST, NotOpen, tell
from tests.factories import LONG_AGO, NOON, a_link, a_parent, recomputed
from tests.lookers.test_lookers import _post, freeze, read

TODAY = "2026-11-18"


def viewer(link):
    return Viewer(link.account_id, Strength.SUBSTANTIAL)


def told(db, house, by, to, *rows, at=NOON, means=Means.PHONE):
    wanted = [row_named(one) for one in rows]
    tell(db, viewer(by), house.dossier.id, to=to.id, rows=wanted, means=means, told_at=at, request_id="ABCD2345")
    line = db.scalars(select(LogEntry)).one()
    db.commit()
    return line


def refused(db, house, by, to, *rows, **facts):
    with pytest.raises(BadInput) as error:
        told(db, house, by, to, *rows, **facts)
    db.rollback()
    assert db.scalars(select(LogEntry)).all() == []
    return error.value


def form(browser, house, who, **fields):
    page = browser.sign_in(who.account_id).open(house.url("/communication"))
    return _post(browser, house.url("/communication"), page, **fields)


# The rule


def test_a_call_is_one_line_that_says_who_to_whom_what_how_and_when(db, house):
    line = told(db, house, house.nurse, house.mother, "diet", "appointments:health", at=NOON - timedelta(days=2))
    assert (line.account_id, line.kind, line.post) == (house.nurse.account_id, Kind.STAFF, Post.CARE)
    assert (line.to_relationship, line.means) == (house.mother.id, Means.PHONE)
    assert line.categories == "appointments:health diet"
    assert (line.told_at, line.at) == (NOON - timedelta(days=2), NOON)


@pytest.mark.parametrize(
    ("by", "to", "row", "code"),
    [
        ("nurse", "mother", "treatment", "tell-theirs"),  # closed to parents as shipped
        ("nurse", "mother", "intimate_care", "tell-theirs"),
        ("nurse", "aunt", "diet", "tell-theirs"),
        ("educator", "mother", "diet", "tell-yours"),  # works there, not in the unit
        ("educator", "mother", "household", "tell-yours"),
        ("stranger", "mother", "menus", "tell-yours"),
        ("father", "mother", "menus", "tell-yours"),
    ],
)
def test_nobody_tells_what_they_or_whom_they_tell_may_not_read(db, house, by, to, row, code):
    error = refused(db, house, getattr(house, by), getattr(house, to), "menus" if row != "menus" else row, row)
    assert isinstance(error, NotOpen)
    assert (error.field, error.code) == ("rows", code)
    assert row_named(row) in error.rows


def test_what_a_restriction_closed_is_not_told_aloud_either(db, house):
    freeze(db, house, rows="diet")
    error = refused(db, house, house.nurse, house.mother, "diet", "menus")
    assert (error.code, error.rows) == ("tell-theirs", (row_named("diet"),))


def test_what_was_open_on_the_day_it_was_told_may_be_written_down_afterwards(db, house):
    freeze(db, house, rows="diet", starts_at=NOON - timedelta(days=1))
    assert told(db, house, house.nurse, house.mother, "diet", at=NOON - timedelta(days=2))


def test_a_link_that_had_not_begun_on_that_day_was_told_nothing(db, house):
    late = a_link(db, house.dossier, Kind.DELEGATE, starts_at=NOON - timedelta(days=1))
    recomputed(db, house.dossier)
    db.commit()
    assert refused(db, house, house.nurse, late, "diet", at=NOON - timedelta(days=2)).code == "tell-theirs"


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"at": NOON + timedelta(minutes=1)}, "told_at", "tell-future"),
        ({"at": NOON - OLDEST - timedelta(minutes=1)}, "told_at", "tell-old"),
        ({"means": Means.PAGE}, "means", "choice"),
    ],
)
def test_what_contradicts_itself_is_refused(db, house, facts, field, code):
    error = refused(db, house, house.nurse, house.mother, "menus", **facts)
    assert (error.field, error.code) == (field, code)


def test_nothing_told_is_nothing_to_write_down(db, house):
    assert refused(db, house, house.nurse, house.mother).code == "missing"


def test_one_tells_nobody_of_another_dossier_and_no_colleague(db, house):
    for to in (house.stranger, house.director):
        assert refused(db, house, house.nurse, to, "menus").field == "to"


# Who reads it


@pytest.fixture
def call(db, house):
    return told(db, house, house.nurse, house.mother, "diet")


def test_whoever_was_told_reads_it_and_the_other_parent_does_not(browser, db, house, call):
    assert "Au téléphone, à vous : Régime et allergies" in read(browser, house, house.mother).text()
    assert "téléphone" not in read(browser, house, house.father).text()


def test_the_young_person_and_management_read_to_whom(browser, db, house, call):
    for who in (house.young, house.director):
        assert "Au téléphone, à Sophie Carpentier" in read(browser, house, who).text()


def test_what_one_was_told_one_reads_even_during_a_freeze(browser, db, house, call):
    freeze(db, house, starts_at=LONG_AGO, rows="diet")
    assert "Au téléphone" in read(browser, house, house.mother).text()


# The form


def test_staff_write_it_down_in_one_page(browser, db, house):
    fields = {
        "to": str(house.mother.id),
        "means": "paper",
        "rows": ["menus", "diet"],
        "told_on": TODAY,
        "hour": "09:30",
    }
    answer = form(browser, house, house.nurse, **fields)
    assert (answer.status_code, answer.location) == (303, house.url("/communication?note=1"))
    line = db.scalars(select(LogEntry).where(LogEntry.means == Means.PAPER)).one()
    assert (clock.local(line.told_at, "Europe/Paris").hour, line.categories) == (9, "diet menus")
    db.commit()
    assert "C’est noté" in browser.open(answer.location).text()


def test_without_an_hour_it_was_that_day(browser, db, house):
    form(browser, house, house.nurse, to=str(house.mother.id), means="paper", rows="diet", told_on="2026-11-16")
    line = db.scalars(select(LogEntry).where(LogEntry.means == Means.PAPER)).one()
    assert line.told_at == NOON - timedelta(days=2)


def test_a_refusal_says_what_and_what_to_do_and_loses_nothing(browser, db, house):
    fields = {"to": str(house.mother.id), "means": "phone", "rows": ["diet", "treatment"], "told_on": TODAY}
    answer = form(browser, house, house.nurse, **fields)
    assert answer.status_code == 422
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(answer.text, "html.parser")
    text = soup.select_one("main").get_text(" ", strip=True).replace("\u00a0", " ")
    assert "Ce n’est pas partagé : traitement" in text
    assert "Si c’est déjà dit, prévenez la direction." in text
    kept = {one["value"] for one in soup.select("[checked]")}
    assert kept == {str(house.mother.id), "phone", "diet", "treatment"}
    assert soup.select_one("#told_on")["value"] == TODAY
    assert db.scalars(select(LogEntry).where(LogEntry.means == Means.PHONE)).all() == []


ODD = {"to": ["x", ""], "means": ["page", ""], "rows": ["ghost", []], "told_on": ["hier", ""], "hour": ["25:00"]}


@pytest.mark.parametrize("wrong", [{name: value} for name, values in ODD.items() for value in values], ids=str)
def test_every_odd_answer_is_a_form_to_correct(browser, db, house, wrong):
    fields = {"to": str(house.mother.id), "means": "phone", "rows": "diet", "told_on": TODAY} | wrong
    assert form(browser, house, house.nurse, **fields).status_code == 422
    assert db.scalars(select(LogEntry).where(LogEntry.means != Means.PAGE)).all() == []


@pytest.mark.parametrize("who", ["mother", "young", "stranger", "foreign_director"])
def test_only_staff_of_the_young_person_have_that_page(browser, db, house, who):
    link = getattr(house, who)
    browser.sign_in(link.account_id).open(house.url("/communication"), status=404)
    page = browser.open("/lecture")
    assert _post(browser, house.url("/communication"), page, to=str(house.mother.id)).status_code == 404


def test_a_parent_at_work_writes_nothing_down_of_their_own_child(browser, db, house):
    from portal.core.models import Account

    a_parent(db, house.dossier, account=db.get_one(Account, house.nurse.account_id))
    recomputed(db, house.dossier)
    db.commit()
    browser.sign_in(house.nurse.account_id).open(house.url("/communication"), status=404)


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_the_page_is_a_page_in_every_mode(browser, house, mode):
    page = browser.reading(mode).sign_in(house.nurse.account_id).open(house.url("/communication"))
    assert "Sophie Carpentier" in page.text()
    assert "Mme Fabre" not in page.text()
