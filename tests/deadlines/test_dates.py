"""Calendar months before a date, for every birthday and wherever the establishment is."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock
from portal.deadlines.dates import STEPS, births_before, majority_day, months_before, step_reached

ZONES = ("Europe/Paris", "Indian/Reunion", "America/Martinique")
BIRTHS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 3, 1), 6, date(2025, 9, 1)),
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2026, 7, 31), 1, date(2026, 6, 30)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 6, 30), 6, date(2025, 12, 30)),
        (date(2026, 1, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_are_those_of_the_calendar_and_end_where_a_month_ends(day, months, expected):
    assert months_before(day, months) == expected


def test_somebody_born_on_29_february_comes_of_age_on_1_march():
    assert majority_day(date(2008, 2, 29)) == date(2026, 3, 1)
    assert step_reached(date(2026, 3, 1), date(2025, 8, 31)) is None
    assert step_reached(date(2026, 3, 1), date(2025, 9, 1)) == 6


@given(BIRTHS, st.sampled_from(STEPS))
def test_a_step_is_in_the_right_month_and_never_on_a_later_day_of_it(birth, months):
    day = majority_day(birth)
    step = months_before(day, months)
    assert (day.year * 12 + day.month) - (step.year * 12 + step.month) == months
    assert step.day == min(day.day, monthrange(step.year, step.month)[1])


@given(BIRTHS)
def test_every_birthday_has_its_three_steps_in_order_and_each_lasts_until_the_next(birth):
    day = majority_day(birth)
    reached = [step_reached(day, day - timedelta(days=left)) for left in range(200, -2, -1)]
    seen = [one for place, one in enumerate(reached) if place == 0 or one != reached[place - 1]]
    assert seen == [None, 6, 3, 1, None]


@given(BIRTHS, st.sampled_from(ZONES))
def test_the_day_before_ends_where_majority_begins_at_midnight_there(birth, zone):
    at = clock.majority(birth, zone)
    assert clock.local_date(at, zone) == majority_day(birth)
    assert clock.local_date(at - timedelta(microseconds=1), zone) == majority_day(birth) - timedelta(days=1)
    assert (at.astimezone(ZoneInfo(zone)).hour, at.astimezone(ZoneInfo(zone)).minute) == (0, 0)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_the_daily_turn_meets_one_and_the_same_day_in_these_three_places(day):
    turn = datetime(day.year, day.month, day.day, 4, 30, tzinfo=UTC)
    assert {clock.local_date(turn, zone) for zone in ZONES} == {day}


@given(BIRTHS, st.dates(date(2010, 1, 1), date(2050, 1, 1)))
def test_nobody_of_age_is_left_out_by_the_first_sieve(birth, day):
    if majority_day(birth) <= day:
        assert birth <= births_before(day)
