"""What the invented world is made of: plain values, with every instant aware and every key a business key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.access.models import Authority, Post
from portal.access.words import Nature
from portal.demo.schooldays import SchoolYear

ZONE = "Europe/Paris"


class Status(StrEnum):
    """Where a planned thing stands."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    DONE = "done"


class Form(StrEnum):
    """Which of the two French profiles the DUI writes the event in."""

    EVENT = "event"
    APPOINTMENT = "appointment"


class Label(StrEnum):
    """Security labels of the DUI (JDV_J08)."""

    NONE = ""
    HIDDEN_FROM_PATIENT = "INVISIBLE_PATIENT"
    HIDDEN_FROM_REPRESENTATIVES = "INVISIBLE_REPRESENTANTS_LEGAUX"


@dataclass(frozen=True)
class House:
    """The unit a young person lives or spends the day in."""

    key: str
    name: str
    boarding: bool
    size: int
    ages: tuple[int, int]


@dataclass(frozen=True)
class Professional:
    """Somebody who works with the young people. ``house`` is the key of the unit they belong to, "" for none."""

    key: str
    given: str
    family: str
    role: str
    post: Post = Post.NONE
    house: str = ""
    woman: bool = True

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass(frozen=True)
class Place:
    """Where something happens. ``line``, ``postcode`` and ``city`` are its address."""

    key: str
    name: str
    line: str = ""
    postcode: str = ""
    city: str = ""


@dataclass(frozen=True)
class Relative:
    """Somebody close to a young person, as the DUI knows them.

    ``relation`` is a code of TRE_R216, ``protection`` of TRE_R217 ("" for none); ``guardian``: legal representative.
    """

    key: str
    given: str
    family: str
    relation: str
    authority: Authority = Authority.NONE
    guardian: bool = False
    protection: str = ""
    organisation: str = ""
    phone: str = ""
    email: str = ""
    line: str = ""
    postcode: str = ""
    city: str = ""

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass(frozen=True)
class YoungPerson:
    """One young person. ``role`` is their part in the demo ("" for most); ``creton`` says kept after twenty."""

    key: str
    given: str
    family: str
    girl: bool
    born: date
    house: House
    relatives: tuple[Relative, ...]
    referent: str
    """Key of the professional who follows them."""
    role: str = ""
    birth_order: int = 1
    welfare: bool = False
    creton: bool = False

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass(frozen=True)
class Happening:
    """One thing planned for one young person."""

    key: str
    title: str
    starts: datetime
    ends: datetime
    nature: Nature
    code: str
    """What the DUI codes it with: SERAFIN-PH (« 2.1.2.1 »), or a nature of ours where SERAFIN has no word."""
    form: Form = Form.EVENT
    people: tuple[str, ...] = ()
    """Keys of professionals."""
    escorts: tuple[str, ...] = ()
    """Keys of professionals who go along."""
    display_only: str = ""
    """Somebody the message names without saying more: a trap that real messages hold."""
    relatives: tuple[str, ...] = ()
    place: str = ""
    bring: str = ""
    note: str = ""
    status: Status = Status.PLANNED
    reason: str = ""
    label: Label = Label.NONE
    was: datetime | None = None
    """When it stood before it was moved; an earlier message said so."""
    all_day: bool = False
    """``starts`` and ``ends`` are then local midnights, the end being excluded."""


@dataclass(frozen=True)
class Trip:
    """One journey: by bus, taxi, the house's vehicle or with the family."""

    key: str
    by: str
    starts: datetime
    ends: datetime
    inbound: bool
    """Towards the house; else away from it."""
    to: str = "DOMICILE"
    """Key of the place at the other end."""
    event: str = ""
    """Key of the event it serves, "" for the way in or home."""


@dataclass(frozen=True)
class Presence:
    """From when to when a young person is received, or away."""

    key: str
    starts: datetime
    ends: datetime
    away: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Life:
    """Everything the DUI sends about one young person."""

    person: YoungPerson
    happenings: tuple[Happening, ...]
    trips: tuple[Trip, ...]
    presences: tuple[Presence, ...]


@dataclass(frozen=True)
class World:
    """The whole invented establishment, on one day. Two worlds of the same day are equal."""

    today: date
    year: SchoolYear
    houses: tuple[House, ...]
    staff: tuple[Professional, ...]
    places: tuple[Place, ...]
    young: tuple[YoungPerson, ...]
    lives: tuple[Life, ...]
