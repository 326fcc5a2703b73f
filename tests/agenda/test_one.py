"""One rendez-vous goes into a calendar: its hours, the word « Rendez-vous », and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from portal.access.models import LogEntry
from portal.access.words import Strength
from portal.core import clock
from portal.planning.models import EventState
from tests.browsing import BASE
from tests.factories import NOON, a_dossier, a_parent, an_event


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def dossier(db):
    return a_dossier(db, received_at=NOON)


def fetched(browser, event, status=200):
    answer = browser.client.get(f"/rendez-vous/{event.id}/agenda.ics", base_url=BASE)
    assert answer.status_code == status
    return answer


def read(answer):
    (entry,) = Calendar.from_ical(answer.text).walk("VEVENT")
    return entry


@pytest.mark.parametrize("strength", [Strength.LOW, Strength.SUBSTANTIAL])
def test_it_holds_the_hours_and_no_other_word(db, browser, dossier, strength):
    event = an_event(db, dossier, title="Neurologue", place="Hôpital", bring="Carte", note="Venir à jeun")
    mother = a_parent(db, dossier)
    db.commit()
    browser.sign_in(mother.account_id, strength)
    answer = fetched(browser, event)
    entry = read(answer)
    assert entry["summary"] == "Rendez-vous"
    assert entry.decoded("dtstart") == datetime(2026, 11, 19, 11, tzinfo=UTC)
    assert entry.decoded("dtend") == datetime(2026, 11, 19, 11, 45, tzinfo=UTC)
    for word in ("Neurologue", "Hôpital", "Carte", "jeun", str(event.id), str(dossier.id)):
        assert word not in answer.text
    assert answer.mimetype == "text/calendar"
    assert "no-store" in answer.headers["Cache-Control"]
    assert db.scalars(select(LogEntry).where(LogEntry.endpoint == "agenda.one")).one().dossier_id == dossier.id


def test_whole_days_are_days_where_the_establishment_is(db, browser, dossier):
    start = datetime(2026, 12, 1, 23, tzinfo=UTC)
    event = an_event(db, dossier, all_day=True, starts_at=start, ends_at=start + timedelta(days=1))
    mother = a_parent(db, dossier)
    db.commit()
    entry = read(fetched(browser.sign_in(mother.account_id), event))
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (date(2026, 12, 2), date(2026, 12, 3))


def test_a_cancelled_one_says_so_under_the_same_name(db, browser, dossier):
    event = an_event(db, dossier, ends_at=None)
    mother = a_parent(db, dossier)
    db.commit()
    before = read(fetched(browser.sign_in(mother.account_id), event))
    event.state = EventState.CANCELLED
    db.commit()
    after = read(fetched(browser, event))
    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert before["uid"] == after["uid"]
    assert "dtend" not in after


def test_a_stranger_finds_nothing(db, browser, dossier):
    event = an_event(db, dossier)
    stranger = a_parent(db, a_dossier(db))
    db.commit()
    fetched(browser.sign_in(stranger.account_id), event, status=404)


def test_the_page_of_a_rendez_vous_leads_there(db, browser, dossier):
    event = an_event(db, dossier)
    mother = a_parent(db, dossier)
    db.commit()
    page = browser.sign_in(mother.account_id).open(f"/rendez-vous/{event.id}")
    assert f"/rendez-vous/{event.id}/agenda.ics" in page.links()
