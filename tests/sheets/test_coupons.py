"""The coupon: printed, torn off, typed once by staff, and then the family's own answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.access.words import Strength
from portal.core import clock
from portal.inbox.models import Notice
from portal.liaison.models import Absence, Callback, EventAnswer
from portal.sheets.models import Coupon
from tests.factories import recomputed
from tests.liaison.conftest import a_home, by_a_glass
from tests.planning.weeks import TODAY, here
from tests.sheets.conftest import CODE, print_one

HOUR = timedelta(hours=1)


@pytest.fixture
def codes(browser, week):
    """Those of the mother's sheet in their order: the school's meeting, the neurologist, absence, call."""
    return CODE.findall(print_one(browser, week, week.secretary, week.mother))


def type_in(browser, who, code, status=303, **said):
    browser.sign_in(who.account_id)
    return browser.submit("/talons/saisir", {"code": code, "to_whom": "unit", "suits": "any"} | said, status=status)


def answers(db):
    columns = (EventAnswer.event_id, EventAnswer.said_by, EventAnswer.coming, EventAnswer.typed_by)
    found = db.execute(select(*columns)).all()
    db.commit()
    return found


def test_what_was_ticked_on_paper_becomes_the_answer_of_whoever_ticked_it(db, browser, week, codes):
    browser.sign_in(week.secretary.account_id)
    page = browser.submit("/talons", {"code": codes[0]}, status=200)
    assert "Équipe de suivi" in page.text()
    assert "Nadia Exemple" in page.text()
    type_in(browser, week.secretary, codes[0], coming="cannot", words="Je travaille.")
    assert answers(db) == [(week.event.id, week.mother.account_id, "cannot", week.secretary.account_id)]
    assert db.scalars(select(Notice.account_id)).all() == [week.referent.account_id]
    db.commit()
    text = browser.sign_in(week.referent.account_id).open(f"/rendez-vous/{week.event.id}/reponses").text()
    assert "Répondu sur papier, saisi par Secrétariat." in text
    assert "Je travaille." in text
    mine = browser.sign_in(week.mother.account_id).open(f"/rendez-vous/{week.event.id}").text("#reponse")
    assert "ne pouvez pas" in mine


def test_answering_later_by_the_page_is_no_longer_typed_by_anybody(db, browser, week, codes):
    type_in(browser, week.secretary, codes[0], coming="cannot")
    browser.sign_in(week.mother.account_id)
    browser.submit(
        f"/rendez-vous/{week.event.id}/reponse", {"coming": "comes", "seen": week.event.starts_at.isoformat()}
    )
    assert answers(db) == [(week.event.id, week.mother.account_id, "comes", None)]


def test_a_coupon_serves_once(db, browser, week, codes):
    type_in(browser, week.secretary, codes[0], coming="comes")
    again = type_in(browser, week.secretary, codes[0], status=422, coming="cannot")
    assert "déjà été saisi" in again.text()
    assert [one.coming for one in answers(db)] == ["comes"]


def test_a_coupon_ends_with_its_rendez_vous(db, browser, week, codes):
    with clock.frozen(week.event.starts_at):
        assert "ne sert plus" in type_in(browser, week.secretary, codes[0], status=422, coming="comes").text()
    assert answers(db) == []


def test_an_answer_to_an_hour_that_changed_since_is_not_kept(db, browser, week, codes):
    week.event.starts_at += HOUR
    db.commit()
    page = type_in(browser, week.secretary, codes[0], status=422, coming="comes", words="Avec plaisir")
    assert "a changé depuis l’impression" in page.text()
    assert "Avec plaisir" in page.answer.text
    assert answers(db) == []
    assert db.scalars(select(Coupon.used_at).where(Coupon.used_at.is_not(None))).all() == []


def test_nobody_but_staff_who_read_it_may_type_a_coupon(db, browser, week, codes):
    for who in (week.mother, week.father, week.child):
        browser.sign_in(who.account_id)
        browser.open("/talons", status=404)
        browser.submit("/talons/saisir", {"code": codes[0], "coming": "comes"}, status=404)
    other = a_home(db, name="Léo").secretary  # of another establishment
    strange = type_in(browser, other, codes[0], status=422, coming="comes").text()
    nonsense = type_in(browser, other, "ABCD EFGH", status=422, coming="comes").text()
    assert strange == nonsense  # nothing tells a code of others from one that is none
    assert answers(db) == []


def test_whoever_broke_a_glass_types_no_coupon(db, browser, week, codes):
    type_in(browser, by_a_glass(db, week), codes[0], status=422, coming="comes")
    assert answers(db) == []


def test_whose_right_to_answer_ended_since_answers_no_more(db, browser, week, codes):
    week.mother.ends_at = here(11)
    recomputed(db, week.dossier)
    db.commit()
    type_in(browser, week.secretary, codes[0], status=422, coming="comes")
    assert answers(db) == []


def test_too_many_codes_that_are_none_and_one_has_to_wait(db, browser, week, codes):
    for _ in range(20):
        type_in(browser, week.secretary, "2222 3333", status=422)
    type_in(browser, week.secretary, codes[0], status=429, coming="comes")
    assert answers(db) == []


def test_the_whole_address_that_a_scanner_writes_is_read(db, browser, week, codes):
    scanned = f"https://relie.exemple/talons?code={codes[0].replace(' ', '')}"
    browser.sign_in(week.secretary.account_id)
    assert "Équipe de suivi" in browser.submit("/talons", {"code": scanned}, status=200).text()
    assert codes[0].replace(" ", "") in browser.open(f"/talons?code={codes[0].replace(' ', '')}").answer.text


def test_absence_and_call_on_paper_go_where_those_of_the_web_go(db, browser, week, codes):
    *_, away, call = codes
    type_in(browser, week.secretary, away, first_day=(TODAY + timedelta(days=1)).isoformat(), words="Grippe")
    type_in(browser, week.secretary, call, suits="evening", phone="06 00 00 00 00")
    absence, asked = db.scalars(select(Absence)).one(), db.scalars(select(Callback)).one()
    assert (absence.announced_by, absence.first_day, absence.why) == (
        week.mother.account_id,
        date(2026, 11, 19),
        "unsaid",
    )
    assert (asked.asked_by, asked.suits, asked.phone) == (week.mother.account_id, "evening", "06 00 00 00 00")
    assert {absence.typed_by, asked.typed_by} == {week.secretary.account_id}


def test_what_is_missing_is_said_and_nothing_is_lost(db, browser, week, codes):
    page = type_in(browser, week.secretary, codes[0], status=422, words="Merci")
    assert "Merci" in page.answer.text
    page = type_in(browser, week.secretary, codes[-2], status=422, words="Grippe")
    assert "Grippe" in page.answer.text
    assert db.scalars(select(Coupon.used_at).where(Coupon.used_at.is_not(None))).all() == []


def test_a_minor_gets_no_coupon_to_announce_their_own_absence(browser, week):
    text = print_one(browser, week, week.secretary, week.child)
    assert "Mon absence" not in text
    assert "Ta semaine" in text


def test_the_code_is_kept_nowhere(db, browser, week, codes):
    marks = db.scalars(select(Coupon.code_hash)).all()
    assert len(marks) == len(codes) == 4
    assert not any(code.replace(" ", "").encode() in mark for code in codes for mark in marks)


def test_a_weak_sign_in_types_nothing(browser, week, codes):
    browser.sign_in(week.secretary.account_id, Strength.LOW).open("/talons", status=403)
