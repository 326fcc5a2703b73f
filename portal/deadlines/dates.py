"""Days before a date, counted in calendar months, and how far it is."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from portal.core.clock import ADULT_AGE, birthday

STEPS = (6, 3, 1)
"""Months before a majority, or the end of a Creton decision, at which people are told."""

SOON = timedelta(days=60)
"""Whatever has an end is warned of that long before."""

CRETON_AGE = 20
"""From this birthday on an institute for children keeps somebody only by decision (CASF, art. L242-4), unless its own
licence goes further."""


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or the last day of a month that has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def step_reached(day: date, today: date) -> int | None:
    """The last step behind us on the way to ``day``; None before the first of them, and from ``day`` on."""
    if today >= day:
        return None
    return min((step for step in STEPS if months_before(day, step) <= today), default=None)


def majority_day(birth: date) -> date:
    """The eighteenth birthday; 1 March for whoever was born on 29 February."""
    return birthday(birth, ADULT_AGE)


def births_before(day: date) -> date:
    """Whoever is of age by ``day`` was born then or earlier; ``majority_day`` then decides."""
    return months_before(day, ADULT_AGE * 12)


def after_last(day: date) -> date:
    """The first day that something lasting until ``day``, included, no longer covers."""
    return day + timedelta(days=1)
