"""FHIR dates and times → instants. A day is a day of the establishment: never of the sender's offset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.connectors.dui.shape import Json, text
from portal.core import clock

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Beyond, a date is a mistake, and arithmetic on it would overflow."""

ASLEEP = time(4)
"""Somebody who is somewhere at this hour slept there. Both clock changes are over by then."""


def instant(value: str) -> datetime | None:
    """A FHIR instant with its offset; None for anything else, a date without an hour included."""
    match = _INSTANT.fullmatch(value)
    if not match:
        return None
    minute, second, fraction, offset = match.groups()
    try:
        # 60 is a leap second: Python has none
        moment = datetime.fromisoformat(f"{minute}:{min(int(second), 59):02}{(fraction or '')[:7]}{offset}")
    except ValueError:
        return None
    return moment.astimezone(UTC) if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def day(value: str) -> date | None:
    """A whole FHIR date; None for a month, a year, or nonsense."""
    try:
        found = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        return None
    return found if found and FIRST_YEAR <= found.year <= LAST_YEAR else None


@dataclass(frozen=True, slots=True)
class Span:
    """When something takes place."""

    start: datetime | None
    end: datetime | None
    all_day: bool = False
    """Told in days: from a local midnight to the one after the last day."""


def span(period: Json, zone: str) -> Span:
    """A FHIR Period. An end given as a day is included, as FHIR says (R4, Period.end)."""
    start, end = text(period, "start"), text(period, "end")
    first, last = day(start), day(end)
    begins = clock.midnight(first, zone) if first else instant(start)
    ends = clock.midnight(last + timedelta(days=1), zone) if last else instant(end)
    if first and not end:
        ends = clock.midnight(first + timedelta(days=1), zone)
    return Span(begins, ends, all_day=bool(first and (last or not end)))


def nights(start: datetime, end: datetime, zone: str) -> tuple[date, date] | None:
    """First and last night inside, each named by the local date of its evening; None when there is none."""
    first, last = clock.local_date(start, zone), clock.local_date(end, zone)
    if _asleep(first, zone) <= start:
        first += timedelta(days=1)
    if _asleep(last, zone) >= end:
        last -= timedelta(days=1)
    one = timedelta(days=1)
    return (first - one, last - one) if first <= last else None


def _asleep(morning: date, zone: str) -> datetime:
    return datetime.combine(morning, ASLEEP, ZoneInfo(zone)).astimezone(UTC)
