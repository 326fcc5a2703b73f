"""Instants, whole days, and nights: the two nights when the clock changes included."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.connectors.dui.times import day, instant, nights, span
from tests.connectors.dui.writing import PARIS


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-19T14:30:00+01:00", "2026-11-19T13:30:00+00:00"),
        ("2026-11-19T13:30:00Z", "2026-11-19T13:30:00+00:00"),
        ("2026-11-19T13:30:00.5Z", "2026-11-19T13:30:00.500000+00:00"),
        ("2026-11-19T13:30:00.123456789Z", "2026-11-19T13:30:00.123456+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        # the hour that comes twice: only the offset tells which
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00+00:00"),
    ],
)
def test_an_instant_is_the_one_its_offset_says(text: str, expected: str) -> None:
    assert instant(text) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-19",
        "2026-11",
        "2026-11-19T13:30:00",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-19T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "1899-01-01T00:00:00Z",
    ],
)
def test_what_has_no_certain_instant_gives_none(text: str) -> None:
    assert instant(text) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("2026-02-28", date(2026, 2, 28)), ("2026-02-30", None), ("2026-02", None)]
)
def test_a_day_is_whole_or_nothing(text: str, expected: date | None) -> None:
    assert day(text) == expected


def test_a_whole_day_runs_from_midnight_to_midnight_there() -> None:
    found = span({"start": "2026-11-19"}, PARIS)
    assert (found.start, found.end, found.all_day) == (at("2026-11-19T00:00+01:00"), at("2026-11-20T00:00+01:00"), True)


def test_the_last_day_of_a_period_is_inside_it() -> None:
    found = span({"start": "2026-11-19", "end": "2026-11-20"}, PARIS)
    assert (found.end, found.all_day) == (at("2026-11-21T00:00+01:00"), True)


@pytest.mark.parametrize(("day_", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-19", 24)])
def test_a_day_when_the_clock_changes_is_shorter_or_longer(day_: str, hours: int) -> None:
    found = span({"start": day_, "end": day_}, PARIS)
    assert found.start is not None
    assert found.end is not None
    assert (found.end - found.start).total_seconds() == hours * 3600


def test_an_establishment_overseas_has_its_own_midnight() -> None:
    assert span({"start": "2026-11-19"}, "Indian/Reunion").start == at("2026-11-19T00:00+04:00")


def test_a_day_and_an_hour_together_are_no_whole_day() -> None:
    found = span({"start": "2026-11-19", "end": "2026-11-19T17:00:00+01:00"}, PARIS)
    assert (found.end, found.all_day) == (at("2026-11-19T17:00+01:00"), False)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-19T08:00+01:00", "2026-11-19T17:30+01:00", None),  # a day
        ("2026-11-16T09:00+01:00", "2026-11-20T13:00+01:00", (date(2026, 11, 16), date(2026, 11, 19))),  # a week
        ("2026-11-19T21:00+01:00", "2026-11-20T07:00+01:00", (date(2026, 11, 19), date(2026, 11, 19))),  # one night
        ("2026-11-19T04:00+01:00", "2026-11-19T09:00+01:00", None),  # came at four: slept elsewhere
        ("2026-11-19T03:59+01:00", "2026-11-19T09:00+01:00", (date(2026, 11, 18), date(2026, 11, 18))),
        ("2026-11-19T20:00+01:00", "2026-11-20T04:00+01:00", None),  # left at four
        ("2026-10-24T20:00+02:00", "2026-10-25T08:00+01:00", (date(2026, 10, 24), date(2026, 10, 24))),  # longest night
        ("2026-03-28T20:00+01:00", "2026-03-29T08:00+02:00", (date(2026, 3, 28), date(2026, 3, 28))),  # shortest night
        ("2026-10-24T20:00+02:00", "2026-10-25T02:59+01:00", None),
        ("2026-12-31T18:00+01:00", "2027-01-01T12:00+01:00", (date(2026, 12, 31), date(2026, 12, 31))),
    ],
)
def test_a_night_is_named_by_its_evening(start: str, end: str, expected: tuple[date, date] | None) -> None:
    assert nights(at(start), at(end), PARIS) == expected
