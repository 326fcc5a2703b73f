"""Digests at their hour, nothing in a quiet hour, on the wall clock of the establishment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from portal.alerts.models import Pace
from portal.alerts.moments import due
from portal.core import clock

PARIS = "Europe/Paris"
UTC_NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)  # a Wednesday


def choice(pace=Pace.AT_ONCE, hour=18, weekday=4, quiet_from=21, quiet_to=7):
    return SimpleNamespace(pace=pace, hour=hour, weekday=weekday, quiet_from=quiet_from, quiet_to=quiet_to)


def when(one, said, zone=PARIS):
    at = datetime.fromisoformat(said)
    with clock.frozen(at):
        return clock.local(due(one, at, zone), zone).isoformat()


@pytest.mark.parametrize(
    ("one", "said", "told"),
    [
        (choice(), "2026-11-18T12:00+01:00", "2026-11-18T12:00:00+01:00"),
        (choice(), "2026-11-18T20:59+01:00", "2026-11-18T20:59:00+01:00"),
        (choice(), "2026-11-18T21:00+01:00", "2026-11-19T07:00:00+01:00"),
        (choice(), "2026-11-19T06:59+01:00", "2026-11-19T07:00:00+01:00"),
        (choice(quiet_from=12, quiet_to=14), "2026-11-18T13:30+01:00", "2026-11-18T14:00:00+01:00"),
        (choice(quiet_from=0, quiet_to=0), "2026-11-18T03:00+01:00", "2026-11-18T03:00:00+01:00"),
        (choice(Pace.DAILY), "2026-11-18T12:00+01:00", "2026-11-18T18:00:00+01:00"),
        (choice(Pace.DAILY), "2026-11-18T18:00+01:00", "2026-11-19T18:00:00+01:00"),
        (choice(Pace.WEEKLY), "2026-11-18T12:00+01:00", "2026-11-20T18:00:00+01:00"),
        (choice(Pace.WEEKLY), "2026-11-20T18:30+01:00", "2026-11-27T18:00:00+01:00"),
        # the nights when the clock changes: 2 o'clock is not there, then it is there twice
        (choice(), "2026-03-28T23:00+01:00", "2026-03-29T07:00:00+02:00"),
        (choice(), "2026-10-24T23:00+02:00", "2026-10-25T07:00:00+01:00"),
        (choice(Pace.DAILY, hour=2, quiet_to=21), "2026-03-28T12:00+01:00", "2026-03-29T03:00:00+02:00"),
        (choice(Pace.DAILY, hour=2, quiet_to=21), "2026-10-25T02:00+02:00", "2026-10-26T02:00:00+01:00"),
        (choice(Pace.DAILY), "2026-10-24T18:00+02:00", "2026-10-25T18:00:00+01:00"),
    ],
)
def test_each_is_told_at_their_time(one, said, told):
    assert when(one, said) == told


def test_a_digest_that_a_worker_missed_leaves_at_once_and_never_in_a_quiet_hour():
    one = choice(Pace.DAILY)
    for late, told in ((timedelta(hours=7), timedelta(hours=7)), (timedelta(hours=11), timedelta(hours=19))):
        with clock.frozen(UTC_NOON + late):
            assert due(one, UTC_NOON, PARIS) == UTC_NOON + told


def test_every_hour_of_a_year_is_told_outside_the_quiet_ones_and_not_before():
    one = choice()
    for hour in range(0, 366 * 24, 5):
        at = UTC_NOON + timedelta(hours=hour)
        with clock.frozen(at):
            told = due(one, at, PARIS)
        assert at <= told <= at + timedelta(hours=11)
        assert 7 <= clock.local(told, PARIS).hour < 21
