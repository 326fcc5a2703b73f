"""What the DUI of the invented establishment sends: one message for each young person, as bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from portal.demo.fhir import Message
from portal.demo.fhir_events import add_event
from portal.demo.fhir_people import add_organisation, add_professional, add_relative, add_team, add_young_person
from portal.demo.fhir_plan import add_plan
from portal.demo.fhir_stays import add_presence, add_stay, add_trip
from portal.demo.world import Happening, Life, Professional, World

FIRST_TOLD = timedelta(days=4)
"""How long before the last message the DUI first told of what has moved since."""


def messages(world: World, sent_at: datetime) -> Iterator[tuple[str, bytes]]:
    """``(name, bytes)`` of each message, in the order they were sent; the last of each dossier at ``sent_at``."""
    for life in world.lives:
        if any(happening.was for happening in life.happenings):
            yield f"{_number(life)}-1.json", _earlier(world, life, sent_at - FIRST_TOLD)
    for life in world.lives:
        yield f"{_number(life)}-2.json", _whole(world, life, sent_at)


def _number(life: Life) -> str:
    return life.person.key.rpartition("/")[2]


def _whole(world: World, life: Life, sent_at: datetime) -> bytes:
    """Everything about one young person."""
    message = _about(world, life, life.happenings)
    person = life.person
    places = {place.key: place for place in world.places}
    for trip in life.trips:
        add_trip(message, person, trip, places[trip.to], places["IME"])
    for presence in life.presences:
        add_presence(message, person, presence)
    if person.role or int(_number(life)) % 3 == 0:
        referent = next(one for one in world.staff if one.key == person.referent)
        add_plan(message, person, _since(world, life), referent)
    return _bytes(message, life, sent_at)


def _earlier(world: World, life: Life, sent_at: datetime) -> bytes:
    """Only what has moved since, where it then stood."""
    moved = [
        replace(one, starts=one.was, ends=one.was + (one.ends - one.starts), was=None)
        for one in life.happenings
        if one.was
    ]
    return _bytes(_about(world, life, moved), life, sent_at)


def _about(world: World, life: Life, happenings: tuple[Happening, ...] | list[Happening]) -> Message:
    """The person, those close to them, their team, their stay, and these events."""
    person = life.person
    staff = {one.key: one for one in world.staff}
    places = {place.key: place for place in world.places}
    message = Message(urns=int(_number(life)) % 5 == 0)
    add_organisation(message)
    add_young_person(message, person)
    for relative in person.relatives:
        add_relative(message, person, relative)
    named = {person.referent, *(key for one in happenings for key in (*one.people, *one.escorts))}
    for key in sorted(named):
        add_professional(message, staff[key])
    add_team(message, person, _since(world, life), _team(world, life))
    add_stay(message, person, _since(world, life))
    for happening in happenings:
        add_event(message, person, happening, staff, places[happening.place])
    return message


def _team(world: World, life: Life) -> list[Professional]:
    return [one for one in world.staff if one.key == life.person.referent]


def _since(world: World, life: Life) -> date:
    """Admitted one to four Septembers ago."""
    return date(world.year.first.year - 1 - int(_number(life)) % 4, 9, 2)


def _bytes(message: Message, life: Life, sent_at: datetime) -> bytes:
    return json.dumps(message.bundle(sent_at, life.person.key), ensure_ascii=False).encode()
