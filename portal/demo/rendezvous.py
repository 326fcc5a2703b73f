"""Rendez-vous: those of the demo's people fall around today whatever the date, those of the others are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from portal.demo.plans import NATURES, ORDINARY, PLANS, Plan
from portal.demo.schooldays import DAY, SATURDAY, SchoolYear
from portal.demo.week import at
from portal.demo.world import Form, Happening, Status, Trip, YoungPerson


def plans_of(person: YoungPerson, chance: Random, reach: int) -> Iterator[Plan]:
    """What is planned for somebody: their part in the demo, or two things drawn within ``reach`` days of today."""
    if person.role in PLANS:
        yield from PLANS[person.role]
        return
    for plan in chance.sample(ORDINARY, 2):
        yield replace(plan, days=chance.randint(-reach // 2, reach))


def rendezvous(
    person: YoungPerson, plans: Iterator[Plan], year: SchoolYear, today: date
) -> Iterator[tuple[Happening, tuple[Trip, ...]]]:
    """Each plan on a real day, with its journeys."""
    for number, plan in enumerate(plans, 1):
        day = _free_day(today + timedelta(days=plan.days), plan.inside, year, forward=plan.days >= 0)
        happening = _happening(person, f"{person.key}-EVN-R{number}", plan, day, today)
        yield happening, tuple(_journeys(person, happening, plan, number))


def _free_day(day: date, inside: bool, year: SchoolYear, *, forward: bool) -> date:
    """The nearest day it can take place, going away from today: an office keeps weekdays, the house its open days."""
    step = DAY if forward else -DAY
    for _ in range(70):
        if year.is_open(day) if inside else _office_open(day, year):
            return day
        day += step
    return day


def _office_open(day: date, year: SchoolYear) -> bool:
    closure = year.closure(day)
    public_holiday = closure is not None and closure.first == closure.last
    return day.weekday() < SATURDAY and not public_holiday


def _happening(person: YoungPerson, key: str, plan: Plan, day: date, today: date) -> Happening:
    starts = at(day, plan.hour)
    status = Status.CANCELLED if plan.cancelled else Status.DONE if day < today else Status.PLANNED
    return Happening(
        key=key,
        title=plan.title,
        starts=starts,
        ends=starts + timedelta(minutes=plan.minutes),
        nature=NATURES[plan.code],
        code=plan.code,
        form=Form.EVENT if plan.inside or plan.by else Form.APPOINTMENT,
        escorts=plan.escorts,
        people=plan.people,
        display_only=plan.display_only,
        relatives=tuple(person.relatives[n - 1].key for n in plan.relatives if n <= len(person.relatives)),
        place=plan.place,
        bring=plan.bring,
        note=plan.note,
        status=status,
        reason=plan.cancelled,
        label=plan.label,
        was=starts + timedelta(days=plan.moved_by) if plan.moved_by else None,
    )


def _journeys(person: YoungPerson, happening: Happening, plan: Plan, number: int) -> Iterator[Trip]:
    if not plan.by or happening.status is Status.CANCELLED:
        return
    way = timedelta(minutes=40)
    stem = f"{person.key}-TPU-R{number}"
    yield Trip(f"{stem}A", plan.by, happening.starts - way, happening.starts, False, plan.place, happening.key)
    yield Trip(f"{stem}R", plan.by, happening.ends, happening.ends + way, True, plan.place, happening.key)
