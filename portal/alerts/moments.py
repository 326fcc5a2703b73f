"""When somebody may be told: digests at their hour, never in their quiet hours, on the clock of the establishment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from portal.alerts.models import Pace
from portal.core import clock


class Choice(Protocol):
    """What decides it (``models.AlertChoice``)."""

    pace: Pace
    hour: int
    weekday: int
    quiet_from: int
    quiet_to: int


def due(choice: Choice, since: datetime, zone: str) -> datetime:
    """When to tell of something that waits ``since`` then: at once, or the next digest. Never in a quiet hour."""
    wanted = since if choice.pace is Pace.AT_ONCE else _digest(choice, since, zone)
    return after_quiet(choice, max(wanted, clock.now()), zone)


def after_quiet(choice: Choice, at: datetime, zone: str) -> datetime:
    """``at``, or the end of the quiet hours it falls in."""
    local = clock.local(at, zone)
    if not is_quiet(choice, local.hour):
        return at
    return _next(at, choice.quiet_to, zone)


def is_quiet(choice: Choice, hour: int) -> bool:
    """Whether this hour of the wall clock is quiet; the last one excluded, across midnight too."""
    first, last = choice.quiet_from, choice.quiet_to
    return first <= hour < last if first <= last else hour >= first or hour < last


def _digest(choice: Choice, since: datetime, zone: str) -> datetime:
    at = _next(since, choice.hour, zone)
    while choice.pace is Pace.WEEKLY and clock.local(at, zone).weekday() != choice.weekday:
        at = _next(at, choice.hour, zone)
    return at


def _next(after: datetime, hour: int, zone: str) -> datetime:
    """The first time after then that the wall clock shows this hour. An hour that a spring night skips comes as the one
    after it; one that an autumn night has twice counts once."""
    day = clock.local_date(after, zone)
    at = _at(day, hour, zone)
    while at <= after:
        day += timedelta(days=1)
        at = _at(day, hour, zone)
    return at


def _at(day: date, hour: int, zone: str) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
