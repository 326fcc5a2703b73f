"""Where a young person is and sleeps, and how they come and go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from itertools import pairwise

from portal.demo.schooldays import DAY, FRIDAY, SchoolYear, monday_of
from portal.demo.week import at
from portal.demo.world import Presence, Trip, YoungPerson

ARRIVES, LEAVES, LEAVES_FRIDAY = time(9, 0), time(16, 15), time(14, 0)
WAY_IN, WAY_HOME = timedelta(minutes=45), timedelta(minutes=50)
HOSPITAL = 9
"""Number of a boarder who spends two nights in hospital this week: neither in the unit nor at home."""


def stretches(days: Iterable[date], year: SchoolYear) -> Iterator[tuple[date, date]]:
    """Runs of consecutive open days: a boarder comes on the first and goes home on the last."""
    first = last = None
    for day in days:
        if not year.is_open(day):
            continue
        if first is None or last is None:
            first = last = day
        elif day - last == DAY:
            last = day
        else:
            yield first, last
            first = last = day
    if first is not None and last is not None:
        yield first, last


def presences(person: YoungPerson, days: list[date], year: SchoolYear, today: date) -> Iterator[Presence]:
    """Boarders only: in the unit from one stretch's arrival to its end, at home until the next."""
    if not person.house.boarding:
        return
    runs = list(stretches(days, year))
    for first, last in runs:
        yield Presence(f"{person.key}-PA-{first:%Y%m%d}P", at(first, ARRIVES), at(last, _leaving(last)))
    for (_, gone), (back, _) in pairwise(runs):
        yield Presence(f"{person.key}-PA-{gone:%Y%m%d}A", at(gone, _leaving(gone)), at(back, ARRIVES), away=True)
    if person.key.endswith(f"/{1000 + HOSPITAL}"):
        monday = monday_of(today)
        yield Presence(
            f"{person.key}-PA-{monday:%Y%m%d}H", at(monday, LEAVES), at(monday + 2 * DAY, LEAVES), True, "hospital"
        )


def _leaving(day: date) -> time:
    return LEAVES_FRIDAY if day.weekday() == FRIDAY else LEAVES


def trips(person: YoungPerson, days: list[date], year: SchoolYear) -> Iterator[Trip]:
    """The way in and the way home: every day for day units, once a stretch for boarders."""
    by = "Minibus de l’établissement" if int(person.key[-1]) % 3 else "Taxi"
    for first, last in stretches(days, year):
        ways = [(first, last)] if person.house.boarding else [(day, day) for day in _each(first, last)]
        for came, went in ways:
            arrives, leaves = at(came, ARRIVES), at(went, _leaving(went))
            yield Trip(f"{person.key}-TPU-{came:%Y%m%d}A", by, arrives - WAY_IN, arrives, inbound=True)
            yield Trip(f"{person.key}-TPU-{went:%Y%m%d}R", by, leaves, leaves + WAY_HOME, inbound=False)


def _each(first: date, last: date) -> Iterator[date]:
    return (first + n * DAY for n in range((last - first).days + 1))
