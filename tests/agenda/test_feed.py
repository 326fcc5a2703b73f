"""An address of one's own for a calendar: hours and one word, as one reads them now, for as long as one wants it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from portal.access import services
from portal.access.models import Authority, LogEntry, Post
from portal.access.words import Strength
from portal.accounts import enrolling
from portal.agenda import services as feeds
from portal.core import clock
from portal.core.models import Account, AccountState
from portal.planning.models import EventState
from tests.browsing import BASE
from tests.factories import NOON, a_dossier, a_parent, an_event, staff

DAY = timedelta(days=1)
SECRETS = {"title": "Neurologue", "place": "Hôpital", "bring": "Carnet", "note": "Venir à jeun"}


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def dossier(db):
    return a_dossier(db, received_at=NOON)


@pytest.fixture
def mother(db, dossier):
    return a_parent(db, dossier)


def made(db, who, name="Mon téléphone"):
    """The address of a new feed."""
    token = feeds.make(db, who.account_id, name)
    db.commit()
    return f"/agenda/{token}.ics"


def pull(browser, path, status=200, **headers):
    """As a calendar asks: without a cookie."""
    answer = browser.client.application.test_client().get(path, base_url=BASE, headers=headers)
    assert answer.status_code == status
    return answer


def entries(answer):
    return list(Calendar.from_ical(answer.get_data(as_text=True)).walk("VEVENT"))


def starts(answer):
    return [one.decoded("dtstart") for one in entries(answer)]


def test_it_holds_the_hours_of_every_child_and_no_other_word(db, browser, dossier, mother):
    health = an_event(db, dossier, nature="health", **SECRETS)
    other = a_dossier(db)
    a_parent(db, other, account=db.get_one(Account, mother.account_id))
    an_event(db, other, nature="school", **SECRETS | {"starts_at": NOON + 3 * DAY, "ends_at": None})
    an_event(db, dossier, category="planning", starts_at=NOON + 2 * DAY)
    answer = pull(browser, made(db, mother))
    assert [one["summary"] for one in entries(answer)] == ["Rendez-vous"] * 2
    for word in (*SECRETS.values(), str(health.id), str(dossier.id), str(mother.account_id), "health"):
        assert word not in answer.text
    assert {line.partition(":")[0].partition(";")[0] for line in answer.text.split("BEGIN:VEVENT")[1].splitlines()} <= {
        "", "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "CLASS", "STATUS", "END",
    }  # fmt: skip
    assert answer.mimetype == "text/calendar"
    assert "Set-Cookie" not in answer.headers


def test_each_pull_leaves_a_line_for_each_dossier_be_it_unchanged(db, browser, dossier, mother):
    an_event(db, dossier)
    path = made(db, mother)
    first = pull(browser, path)
    pull(browser, path, status=304, **{"If-None-Match": first.headers["ETag"]})
    lines = db.scalars(select(LogEntry).where(LogEntry.endpoint == "agenda.feed")).all()
    assert [(one.dossier_id, one.categories, one.strength) for one in lines] == [
        (dossier.id, "appointments", int(Strength.LOW))
    ] * 2
    assert {one.account_id for one in lines} == {mother.account_id}


def test_unchanged_is_said_without_a_body_and_a_new_hour_is_told(db, browser, dossier, mother):
    event = an_event(db, dossier)
    path = made(db, mother)
    mark = pull(browser, path).headers["ETag"]
    with clock.frozen(NOON + timedelta(minutes=5)):
        same = pull(browser, path, status=304, **{"If-None-Match": mark})
    assert same.get_data() == b""
    event.starts_at += timedelta(hours=1)
    db.commit()
    assert pull(browser, path, **{"If-None-Match": mark}).headers["ETag"] != mark


@pytest.mark.parametrize("events", [1, 30])
def test_it_costs_the_same_few_statements_however_much_there_is(db, browser, dossier, mother, events):
    for number in range(events):
        an_event(db, dossier, starts_at=NOON + number * DAY, ends_at=None)
    path = made(db, mother)
    mark = pull(browser, path).headers["ETag"]  # the first time also says that it serves
    before = browser.count()
    pull(browser, path, status=304, **{"If-None-Match": mark})
    assert browser.count() - before == 4  # whose it is, what they reach, the hours, the log


@pytest.mark.parametrize(("month", "hour"), [(3, 7), (10, 8), (11, 8)])
def test_nine_o_clock_in_paris_is_nine_o_clock_on_both_sides_of_summer_time(db, browser, dossier, mother, month, hour):
    """29 March and 25 October 2026: the clocks change; 9:00 is 7:00 UTC in summer, 8:00 in winter."""
    at = datetime(2026, month, 29, hour, tzinfo=UTC)
    with clock.frozen(at - DAY):
        an_event(db, dossier, starts_at=at, ends_at=None)
        assert starts(pull(browser, made(db, mother))) == [at]


def test_a_whole_day_is_the_day_it_is_there_the_night_the_clocks_change(db, browser, dossier, mother):
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    with clock.frozen(start - DAY):
        an_event(db, dossier, all_day=True, starts_at=start, ends_at=start + timedelta(hours=25))
        (entry,) = entries(pull(browser, made(db, mother)))
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (date(2026, 10, 25), date(2026, 10, 26))


def test_a_cancelled_one_keeps_its_name_and_says_so_for_a_fortnight(db, browser, dossier, mother):
    event = an_event(db, dossier, starts_at=NOON + 40 * DAY, ends_at=None)
    path = made(db, mother)
    (before,) = entries(pull(browser, path))
    event.state, event.cancelled_at = EventState.CANCELLED, NOON
    db.commit()
    (after,) = entries(pull(browser, path))
    assert (before["uid"], before["status"], after["status"]) == (after["uid"], "CONFIRMED", "CANCELLED")
    with clock.frozen(NOON + 15 * DAY):
        assert entries(pull(browser, path)) == []


def test_the_name_of_an_entry_is_another_for_the_other_parent_and_the_same_in_every_file(db, browser, dossier, mother):
    event = an_event(db, dossier)
    father = a_parent(db, dossier)
    names = {pull(browser, made(db, who)).text.split("UID:")[1].split("\r\n")[0] for who in (mother, mother, father)}
    assert len(names) == 2
    single = browser.sign_in(mother.account_id).client.get(f"/rendez-vous/{event.id}/agenda.ics", base_url=BASE)
    assert str(entries(single)[0]["uid"]) in names


def revoked(db, mother, _dossier):
    (one,) = feeds.of_account(db, mother.account_id)
    feeds.revoke(db, mother.account_id, one.id)


def closed(db, mother, _dossier):
    db.get_one(Account, mother.account_id).state = AccountState.CLOSED


def lost(db, mother, _dossier):
    enrolling.revoke_all(db, mother.account_id)


@pytest.mark.parametrize("end", [revoked, closed, lost])
def test_one_that_is_over_answers_as_one_that_never_was(db, browser, dossier, mother, end):
    an_event(db, dossier)
    path = made(db, mother)
    pull(browser, path)
    end(db, mother, dossier)
    db.commit()
    assert_alike(browser, path)


def test_after_a_year_it_is_over(db, browser, dossier, mother):
    path = made(db, mother)
    with clock.frozen(NOON + 364 * DAY):
        pull(browser, path)
    with clock.frozen(NOON + 365 * DAY):
        assert_alike(browser, path)


def assert_alike(browser, path):
    """The same words, the same headers and the same number of statements as for an address that nobody ever had."""
    told = []
    for asked in (path, "/agenda/" + "A" * 43 + ".ics"):
        before = browser.count()
        answer = pull(browser, asked, status=404)
        told.append((re.sub(r"[2-9A-Z]{8}", "", answer.text), dict(answer.headers), browser.count() - before))
    assert told[0] == told[1]


def test_what_is_taken_back_is_not_in_the_next_pull(db, browser, dossier, mother):
    an_event(db, dossier)
    path = made(db, mother)
    assert len(entries(pull(browser, path))) == 1
    services.end(db, mother, at=NOON)
    db.commit()
    with clock.frozen(NOON + timedelta(seconds=1)):
        assert entries(pull(browser, path)) == []


def test_at_majority_a_parent_s_feed_is_empty_by_itself(db, browser, mother):
    young = a_dossier(db, age=17)  # eighteen on 1 January 2027
    parent = a_parent(db, young)
    an_event(db, young, starts_at=datetime(2027, 1, 4, 9, tzinfo=UTC), ends_at=None)
    path = made(db, parent)
    assert len(entries(pull(browser, path))) == 1
    with clock.frozen(datetime(2026, 12, 31, 23, 0, 1, tzinfo=UTC)):
        assert entries(pull(browser, path)) == []


def test_what_is_held_hidden_or_of_justice_for_somebody_else_is_not_there(db, browser, dossier, mother):
    an_event(db, dossier, held_until=clock.FOREVER)
    an_event(db, dossier, hidden_from="representatives")
    informed = a_parent(db, dossier, Authority.INFORMED)
    an_event(db, dossier, starts_at=NOON + 2 * DAY, ends_at=None, nature="school")
    assert starts(pull(browser, made(db, mother))) == [NOON + 2 * DAY]
    assert entries(pull(browser, made(db, informed))) == []


def test_work_goes_to_no_calendar_be_it_of_somebody_who_is_also_a_parent(db, browser, dossier):
    nurse = staff(db, dossier, Post.CARE)
    an_event(db, dossier)
    path = made(db, nurse)
    assert entries(pull(browser, path)) == []
    page = browser.sign_in(nurse.account_id).open("/mon-agenda")
    assert not page.soup.select("form[action='/mon-agenda']")
    browser.submit("/mon-agenda", {"name": "Au travail"}, status=404)
