"""Imagine the whole establishment on one day. Same day, same world: the seed is fixed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from random import Random

from portal.access.words import Nature
from portal.demo.families import make_young
from portal.demo.house import HOUSES, PLACES, make_staff
from portal.demo.leads import PLACED
from portal.demo.rendezvous import plans_of, rendezvous
from portal.demo.schooldays import DAY, SATURDAY, SchoolYear, days, monday_of, school_year
from portal.demo.stays import presences, trips
from portal.demo.week import at, ordinary
from portal.demo.world import Happening, Life, Status, World, YoungPerson

SEED = "ambreuse"
WEEKS_BACK, WEEKS_AHEAD = 1, 3
"""What the DUI sends of the seventy others: whole weeks around this one. Enough for every screen of staff."""
LEAD_WEEKS = 6
"""The demo's people have their whole school year, and at least this many weeks on each side of today."""


def imagine(today: date) -> World:
    """The world as the DUI knows it on ``today`` (local date of the establishment)."""
    year = school_year(today)
    young = make_young(Random(f"{SEED}/young"), today)
    return World(
        today=today,
        year=year,
        houses=HOUSES,
        staff=make_staff(Random(f"{SEED}/staff")),
        places=PLACES,
        young=young,
        lives=tuple(_life(person, year, today) for person in young),
    )


def window(person: YoungPerson, year: SchoolYear, today: date) -> list[date]:
    """The days the DUI tells about somebody: the whole school year for the demo's people, a month for the others."""
    monday = monday_of(today)
    weeks_back, weeks_ahead = (LEAD_WEEKS, LEAD_WEEKS) if person.role else (WEEKS_BACK, WEEKS_AHEAD)
    first = monday - timedelta(weeks=weeks_back)
    last = monday + timedelta(weeks=weeks_ahead + 1) - DAY
    if person.role:
        first, last = min(first, year.first), max(last, year.last)
    return list(days(first, last))


def _life(person: YoungPerson, year: SchoolYear, today: date) -> Life:
    told = window(person, year, today)
    chance = Random(f"{SEED}/{person.key}/rendezvous")
    meetings = list(rendezvous(person, plans_of(person, chance, 7 * WEEKS_AHEAD), year, today))
    kept = [happening for happening, _ in meetings if happening.status is not Status.CANCELLED]
    daily = [
        happening
        for happening in ordinary(person, iter(told), year, today, SEED)
        if not any(_overlap(happening, meeting) for meeting in kept)
    ]
    at_home = _at_home(person, told, year, today) if person.role else ()
    return Life(
        person=person,
        happenings=(*daily, *at_home, *(happening for happening, _ in meetings)),
        trips=(*trips(person, told, year), *(trip for _, journeys in meetings for trip in journeys)),
        presences=tuple(presences(person, told, year, today)),
    )


def _overlap(one: Happening, other: Happening) -> bool:
    return one.starts < other.ends and other.starts < one.ends


def _at_home(person: YoungPerson, told: list[date], year: SchoolYear, today: date) -> Iterator[Happening]:
    """Days the house is closed, so that the demo's people have something to read on any day of the year."""
    near = timedelta(weeks=LEAD_WEEKS)
    where = "dans la famille d’accueil" if person.role == PLACED else "à la maison"
    for day in told:
        if year.is_open(day) or abs(day - today) > near:
            continue
        yield Happening(
            key=f"{person.key}-EVN-{day:%Y%m%d}J",
            title=f"{_closed_for(day, year)} {where}",
            starts=at(day, time()),
            ends=at(day + DAY, time()),
            nature=Nature.SOCIAL,
            code="2.3.4.1",
            place="DOMICILE",
            status=Status.DONE if day < today else Status.PLANNED,
            all_day=True,
        )


def _closed_for(day: date, year: SchoolYear) -> str:
    closure = year.closure(day)
    if closure is not None:
        return closure.name if closure.first != closure.last else "Jour férié"
    return "Week-end" if day.weekday() >= SATURDAY else "Vacances d’été"
