"""What the caller knows, as plain data. Every ``datetime`` is aware and already on the establishment's wall clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Address(StrEnum):
    """How the sentences speak to the reader."""

    FAMILY = "family"
    """To somebody of the family: "vous" for them, the young person by first name."""
    TU = "tu"
    """To the young person, who is "tu" (the default for the young)."""
    VOUS = "vous"
    """To a young person who asked to be "vous"."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who is spoken of, to whom, in which language of ``phrases.LANGUAGES``."""

    name: str
    """First name of the young person, shown as it is."""
    address: Address = Address.FAMILY
    lang: str = "fr"


class State(StrEnum):
    """What became of an event."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    DONE = "done"
    MOVED = "moved"
    MISSED = "missed"
    """It took place without the young person."""


class Part(StrEnum):
    """What somebody does at an event."""

    SEEN = "seen"
    """The professional the young person meets."""
    COMPANION = "companion"
    """Goes there and back with the young person."""
    PRESENT = "present"
    """Takes part, somebody close for instance."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at an event. ``name`` may begin with a title (« Docteure », « Dr », « Mme »); ``role`` is the job."""

    name: str
    role: str = ""
    part: Part = Part.SEEN


@dataclass(frozen=True, slots=True)
class Event:
    """An activity of the week or a rendez-vous. Texts are what the DUI says, untouched; empty means not told.

    When only the hour may be shown, leave everything but the hours empty.
    """

    title: str
    starts: datetime
    ends: datetime | None = None
    state: State = State.PLANNED
    appointment: bool = False
    """A rendez-vous; otherwise an activity of the week."""
    nature: str = ""
    """``health``, ``school``, ``social``, ``justice``, ``meeting`` or nothing."""
    kind: str = ""
    """A word of ours (``data/kinds.tsv``) that gives the picture when the title speaks of nothing known."""
    all_day: bool = False
    """``starts`` and ``ends`` are then midnights, the end being excluded."""
    place: str = ""
    people: tuple[Person, ...] = ()
    bring: str | tuple[str, ...] = ""
    """What to bring: a list, or the DUI's own text, cut into a list only where that is safe."""
    note: str = ""
    moved_from: datetime | None = None
    """The former start of a moved event, if it is known; ``starts`` is the new one."""
    moved_to: datetime | None = None
    """The new start of a moved event, when ``starts`` is the former one."""


class Where(StrEnum):
    """Where somebody is or sleeps."""

    HOME = "home"
    BOARDING = "boarding"
    """« Internat » : nights at the establishment."""
    ESTABLISHMENT = "establishment"
    """At the establishment by day."""
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Stay:
    """A day or a night somewhere. ``name`` is the unit or the place, as the DUI says."""

    day: date
    where: Where
    night: bool = False
    name: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    """Both, when it is a part of the day only."""


class Way(StrEnum):
    """Which end of a ride counts for the reader."""

    ARRIVES = "arrives"
    LEAVES = "leaves"


@dataclass(frozen=True, slots=True)
class Ride:
    """A transport. ``means`` is the vehicle, as the DUI says (« bus », « taxi », « VSL »…)."""

    at: datetime
    way: Way
    means: str = ""
    start: str = ""
    end: str = ""
    state: State = State.PLANNED
    people: tuple[Person, ...] = ()
