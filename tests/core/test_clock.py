"""Instants are UTC, days are local: both nights when the clock changes, birthdays, and a clock that can be held."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock

PARIS, REUNION = "Europe/Paris", "Indian/Reunion"
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (SPRING - timedelta(days=1), 24), (AUTUMN + timedelta(days=1), 24)]
)
def test_a_day_has_the_hours_it_has(day, hours):
    starts, ends = clock.day_bounds(day, PARIS)
    assert ends - starts == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-28T22:59:59Z", date(2026, 3, 28)),
        ("2026-03-28T23:00:00Z", SPRING),  # 00:00 in winter time
        ("2026-03-29T21:59:59Z", SPRING),
        ("2026-03-29T22:00:00Z", date(2026, 3, 30)),  # 00:00 in summer time
        ("2026-10-24T22:00:00Z", AUTUMN),
        ("2026-10-25T22:59:59Z", AUTUMN),
        ("2026-10-25T23:00:00Z", date(2026, 10, 26)),
    ],
)
def test_an_instant_falls_on_its_local_day(instant, day):
    assert clock.local_date(datetime.fromisoformat(instant), PARIS) == day


def test_the_hour_told_twice_in_autumn_is_two_instants():
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert [clock.local(one, PARIS).strftime("%H:%M") for one in (first, second)] == ["02:30", "02:30"]


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.sampled_from([PARIS, REUNION, "America/Cayenne"]))
def test_days_follow_each_other_without_gap_or_overlap(day, zone):
    starts, ends = clock.day_bounds(day, zone)
    assert clock.local_date(starts, zone) == clock.local_date(ends - timedelta(microseconds=1), zone) == day
    assert clock.day_bounds(day + timedelta(days=1), zone)[0] == ends


@pytest.mark.parametrize(
    ("birth", "day"),
    [
        (date(2008, 11, 19), date(2026, 11, 19)),
        (date(2008, 2, 29), date(2026, 3, 1)),
        (date(2006, 2, 28), date(2024, 2, 28)),
        (date(1904, 2, 29), date(1922, 3, 1)),
    ],
)
def test_somebody_comes_of_age_at_midnight_where_the_establishment_is(birth, day):
    for zone in (PARIS, REUNION):
        at = clock.majority(birth, zone)
        assert clock.local(at, zone).isoformat()[:16] == f"{day}T00:00"


def test_majority_in_summer_and_in_winter_is_midnight_on_the_wall():
    assert clock.majority(date(2008, 7, 1), PARIS) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert clock.majority(date(2008, 12, 1), PARIS) == datetime(2026, 11, 30, 23, tzinfo=UTC)


def test_the_clock_can_be_held_and_lets_go():
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    with clock.frozen(at):
        with clock.frozen(at + timedelta(days=1)):
            assert clock.now() == at + timedelta(days=1)
        assert clock.now() == at
    assert clock.now() > at


def test_an_instant_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"), clock.frozen(datetime(2026, 1, 1)):
        pass
