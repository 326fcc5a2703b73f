"""The school year the invented establishment lives by: terms, holidays, public holidays, closures.

Dates follow the French pattern by rule (two weeks at All Saints, Christmas, winter and spring), not the decree of any
one year, so that the demo lives on any date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

DAY = timedelta(days=1)
MONDAY, WEDNESDAY, FRIDAY, SATURDAY = 0, 2, 4, 5


@dataclass(frozen=True)
class Holiday:
    """A stretch when the establishment is closed; ``first`` and ``last`` are both included."""

    name: str
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class SchoolYear:
    """From the first to the last day of class; ``holidays`` in order."""

    first: date
    last: date
    holidays: tuple[Holiday, ...]

    @property
    def name(self) -> str:
        return f"{self.first.year}-{self.last.year}"

    def closure(self, day: date) -> Holiday | None:
        """The holiday that closes the house on ``day``; None on an ordinary day or weekend."""
        return next((holiday for holiday in self.holidays if day in holiday), None)

    def is_open(self, day: date) -> bool:
        """Whether young people are received on ``day``: a weekday of the year outside every holiday."""
        return self.first <= day <= self.last and day.weekday() < SATURDAY and self.closure(day) is None

    def open_days(self) -> Iterator[date]:
        """Every day the house receives young people."""
        return (day for day in days(self.first, self.last) if self.is_open(day))


def days(first: date, last: date) -> Iterator[date]:
    """Each day from ``first`` to ``last``, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def school_year(day: date) -> SchoolYear:
    """The year that ``day`` belongs to; a day of August belongs to the year about to begin."""
    return _year(day.year if day.month >= 8 else day.year - 1)


@lru_cache
def _year(autumn: int) -> SchoolYear:
    spring = autumn + 1
    breaks = [
        _fortnight("Vacances de la Toussaint", date(autumn, 10, 18)),
        _fortnight("Vacances de Noël", date(autumn, 12, 18)),
        _fortnight("Vacances d’hiver", date(spring, 2, 8)),
        _fortnight("Vacances de printemps", date(spring, 4, 6)),
    ]
    feasts = [Holiday(name, day, day) for name, day in public_holidays(autumn, spring)]
    easter = easter_sunday(spring)
    bridge = Holiday("Pont de l’Ascension", easter + 40 * DAY, easter + 40 * DAY)
    return SchoolYear(
        first=_on_or_after(date(autumn, 9, 1), MONDAY),
        last=_on_or_after(date(spring, 7, 18), FRIDAY),
        holidays=tuple(sorted([*breaks, *feasts, bridge], key=lambda holiday: holiday.first)),
    )


def _fortnight(name: str, about: date) -> Holiday:
    """Two weeks and their weekends, from the Saturday on or after ``about``."""
    first = _on_or_after(about, SATURDAY)
    return Holiday(name, first, first + 15 * DAY)


def _on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def public_holidays(autumn: int, spring: int) -> list[tuple[str, date]]:
    """Public holidays of a school year (Code du travail, art. L3133-1)."""
    easter = easter_sunday(spring)
    return [
        ("Toussaint", date(autumn, 11, 1)),
        ("Armistice de 1918", date(autumn, 11, 11)),
        ("Noël", date(autumn, 12, 25)),
        ("Jour de l’an", date(spring, 1, 1)),
        ("Lundi de Pâques", easter + DAY),
        ("Fête du travail", date(spring, 5, 1)),
        ("Victoire de 1945", date(spring, 5, 8)),
        ("Ascension", easter + 39 * DAY),
        ("Lundi de Pentecôte", easter + 50 * DAY),
        ("Fête nationale", date(spring, 7, 14)),
    ]


def easter_sunday(year: int) -> date:
    """Western Easter, by the anonymous Gregorian computus (Nature, 20 April 1876)."""
    century, in_century = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (in_century // 4) - moon - in_century % 4) % 7
    shift = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)
