"""A row of the planning → what a screen says of it. Pure: no database, no web, no wording of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from easyread import render
from easyread.render import Address, Card, Line, Part, Person, Ride, State, Voice, Way
from portal.access.words import Category
from portal.connectors.dui.records import PersonKind
from portal.core import clock
from portal.planning.models import EventState

STATES = {
    EventState.PLANNED: State.PLANNED,
    EventState.MOVED: State.MOVED,
    EventState.DONE: State.DONE,
    EventState.MISSED: State.MISSED,
    EventState.CANCELLED: State.CANCELLED,
}

_PARTS = {
    PersonKind.PROFESSIONAL: Part.SEEN,
    PersonKind.ESCORT: Part.COMPANION,
    PersonKind.RELATIVE: Part.PRESENT,
}

_STREET = re.compile(r"\d|\n")
"""A number of a house or of a town, or the lines of an envelope: an address, and not the name of a place."""


@dataclass(frozen=True, slots=True)
class Reader:
    """To whom it is told, about whom, and when: ``name`` is "" when the sign-in does not open it."""

    name: str
    zone: str
    own: bool
    """The young person reads about themselves."""
    lang: str
    now: datetime

    @property
    def voice(self) -> Voice:
        return Voice(self.name, Address.TU if self.own else Address.FAMILY, self.lang)

    @property
    def today(self) -> date:
        return clock.local_date(self.now, self.zone)


@dataclass(frozen=True, slots=True)
class Told:
    """One rendez-vous, told to one reader. ``event`` holds what is known, on the establishment's wall clock."""

    id: UUID
    dossier_id: UUID
    reader: Reader
    event: render.Event
    state: EventState
    whole: bool
    """False: the sign-in opens the hour only."""
    address: str = ""
    rides: tuple[Ride, ...] = ()

    @property
    def day(self) -> date:
        return self.event.starts.date()

    @property
    def headline(self) -> Line:
        return render.headline(self.event, self.reader.voice, self.reader.today)

    @property
    def lines(self) -> Sequence[Line]:
        """Everything that is known, as sentences."""
        return (*render.event_lines(self.event, self.reader.voice, self.reader.today), *self._ride_lines)

    @property
    def known(self) -> Sequence[Line]:
        """The same under a large picture that has said what and when: with whom, where, what to bring, the ride."""
        if self.state is not EventState.PLANNED:
            return self.lines
        _what, *rest = render.event_lines(replace(self.event, ends=None), self.reader.voice)
        return (*rest, *self._ride_lines)

    @property
    def _ride_lines(self) -> list[Line]:
        return [line for ride in self.rides for line in render.ride_lines(ride, self.reader.voice)]

    @property
    def card(self) -> Card:
        return render.card(self.event, self.reader.voice, clock.local(self.reader.now, self.reader.zone))

    def people(self, part: str) -> list[Person]:
        return [one for one in self.event.people if one.part == part]


def tell(rows: Sequence[Any], reader: Reader) -> Told:
    """A rendez-vous from its row, or from its rows when people and rides were joined to it."""
    row = rows[0]
    whole = row.nature is not None  # the title may be missing for another reason: it may say where
    event = render.Event(
        title=row.title or "",
        starts=clock.local(row.starts_at, reader.zone),
        ends=clock.local(row.ends_at, reader.zone) if row.ends_at else None,
        state=STATES[row.state],
        appointment=getattr(row, "category", Category.APPOINTMENTS) == Category.APPOINTMENTS,
        nature=row.nature or "",
        kind=row.kind or "",
        all_day=row.all_day,
        place=row.place or "",
        people=_people(rows) if whole else (),
        bring=getattr(row, "bring", "") or "",
        note=getattr(row, "note", "") or "",
        moved_from=clock.local(row.moved_from, reader.zone) if row.moved_from else None,
    )
    address = getattr(row, "place_address", "") or ""
    return Told(row.id, row.dossier_id, reader, event, row.state, whole, address, _rides(rows, reader.zone))


def by_day(told: Iterable[Told]) -> list[tuple[date, list[Told]]]:
    """Days with what happens in each, in the order given."""
    return [(day, list(those)) for day, those in groupby(told, key=lambda one: one.day)]


def _people(rows: Sequence[Any]) -> tuple[Person, ...]:
    found = {
        row.position: Person(row.name, row.role, _PARTS[PersonKind(row.person_kind)])
        for row in rows
        if getattr(row, "position", None) is not None
    }
    return tuple(found[position] for position in sorted(found))


def _rides(rows: Sequence[Any], zone: str) -> tuple[Ride, ...]:
    """Each ride once. Without an hour there is nothing to say of it.

    One may start from a parent's home, and the other parent reads it: a place is told by its name, and by its address
    only when that is where the rendez-vous takes place.
    """
    found: dict[Any, Ride] = {}
    for row in rows:
        at = getattr(row, "ride_starts_at", None)
        if at is not None:
            found[at, row.ride_origin, row.ride_destination] = Ride(
                clock.local(at, zone),
                Way.LEAVES,
                row.ride_mode,
                place_said(row.ride_origin, row.place_address),
                place_said(row.ride_destination, row.place_address),
                STATES[row.ride_state],
            )
    return tuple(found.values())


def place_said(said: str, known: str) -> str:
    """A place by its name; an address only when it is the ``known`` one."""
    return "" if _STREET.search(said) and said != known else said
