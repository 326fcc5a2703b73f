"""What happens when. Instants are UTC; whole days and nights are local to the establishment. Keys are the DUI's."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access.words import Category
from portal.connectors.dui.records import PersonKind, Where
from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.models import Communal, Shared


class EventState(StrEnum):
    """Where an event stands, as families read it."""

    PLANNED = "planned"
    MOVED = "moved"
    """Planned, and its hour changed since it was first told; ``moved_from`` says what it was."""
    DONE = "done"
    MISSED = "missed"
    """It took place without the young person."""
    CANCELLED = "cancelled"
    """Stays visible as « annulé » for a fortnight after ``cancelled_at``."""


class Event(WithId, Shared, Base):
    """Something that takes place: an activity (category ``planning``) or a rendez-vous (``appointments``)."""

    __tablename__ = "event"
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.PLANNING, Category.APPOINTMENTS})
    HOUR_COLUMNS: ClassVar[frozenset[str]] = frozenset(
        {"id", "dossier_id", "starts_at", "ends_at", "all_day", "state", "category"}
    )
    PLACE_COLUMNS: ClassVar[frozenset[str]] = frozenset({"title", "place", "place_address", "bring", "note"})
    """Under a contact ban, every text somebody wrote: « chez papa », « au collège Jean-Moulin ». Our own words for what
    it is (``kind``, ``nature``) stay."""
    __table_args__ = (UniqueConstraint("dossier_id", "key"), Index(None, "dossier_id", "starts_at"))
    key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="")
    """One word of ours for pictures and easy words (``nurse``, ``class``); "" when unknown."""
    title: Mapped[str] = mapped_column(Text, default="")
    """As the DUI says it; may be ""."""
    state: Mapped[EventState] = mapped_column(default=EventState.PLANNED)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    all_day: Mapped[bool] = mapped_column(default=False)
    """``starts_at`` and ``ends_at`` are then local midnights, the end being excluded."""
    moved_from: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]
    """When the portal learned of the last change of its hour."""
    cancelled_at: Mapped[datetime | None]
    """When the portal learned of it."""
    place: Mapped[str] = mapped_column(Text, default="")
    place_address: Mapped[str] = mapped_column(Text, default="")
    bring: Mapped[str] = mapped_column(Text, default="")
    """What to bring; "" when nothing."""
    note: Mapped[str] = mapped_column(Text, default="")
    """Written for the family. Staff's reports and comments never come here."""
    people: Mapped[list[EventPerson]] = relationship(order_by="EventPerson.position", viewonly=True)


class EventPerson(Base):
    """Somebody at an event, in the order the DUI gives. Read only through the event."""

    __tablename__ = "event_person"
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PersonKind]
    name: Mapped[str] = mapped_column(Text, default="")
    """"" when nobody knows who the DUI means: the role is still shown."""
    role: Mapped[str] = mapped_column(Text, default="")
    """In French, as the DUI says it."""
    professional_key: Mapped[str | None] = mapped_column(Text, index=True)
    relative_key: Mapped[str | None] = mapped_column(Text)
    """``Relative.key``, when it is somebody close."""


class Presence(WithId, Shared, Base):
    """Where the young person is from one instant to another. Category ``planning``."""

    __tablename__ = "presence"
    IS_PLACE: ClassVar[bool] = True
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.PLANNING})
    __table_args__ = (UniqueConstraint("dossier_id", "key"), Index(None, "dossier_id", "starts_at"))
    key: Mapped[str] = mapped_column(Text)
    where: Mapped[Where]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    first_night: Mapped[date | None]
    """Local date of the first evening after which one sleeps ``where``; None when no night is inside."""
    last_night: Mapped[date | None]
    """The last one, included."""


class Transport(WithId, Shared, Base):
    """One way, from somewhere to somewhere. Category ``planning``."""

    __tablename__ = "transport"
    IS_PLACE: ClassVar[bool] = True
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.PLANNING})
    __table_args__ = (UniqueConstraint("dossier_id", "key"), Index(None, "dossier_id", "starts_at"))
    key: Mapped[str] = mapped_column(Text)
    event_key: Mapped[str | None] = mapped_column(Text)
    """``Event.key`` of what one is driven to or from."""
    state: Mapped[EventState] = mapped_column(default=EventState.PLANNED)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    origin: Mapped[str] = mapped_column(Text, default="")
    destination: Mapped[str] = mapped_column(Text, default="")
    mode: Mapped[str] = mapped_column(Text, default="")
    """As the DUI says it."""
    escorted: Mapped[bool | None]
    """Somebody goes along; None when the DUI does not say."""


class BulletinKind(StrEnum):
    """What staff tell families of an establishment, or of one unit."""

    CLOSURE = "closure"
    """« Fermeture » : nobody is received."""
    SCHOOL_HOLIDAYS = "school_holidays"
    """« Vacances scolaires » : no class; the house may be open."""
    MESSAGE = "message"
    """« Mot du jour »."""


class Bulletin(WithId, Communal, Base):
    """« Annonce » : a closure, holidays or a word of the day, for everybody there. It names nobody."""

    __tablename__ = "bulletin"
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.PLANNING})
    __table_args__ = (Index(None, "establishment_id", "last_day"),)
    category: Mapped[str] = mapped_column(Text, default=Category.PLANNING.value)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    """For this unit alone; None: for the whole establishment."""
    kind: Mapped[BulletinKind]
    first_day: Mapped[date]
    last_day: Mapped[date]
    """Included; both are local to the establishment."""
    text: Mapped[str] = mapped_column(Text)
    easy_text: Mapped[str] = mapped_column(Text)
    """The same, easy to read. Both are typed by staff: nothing is guessed from one to the other."""
    published_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]
