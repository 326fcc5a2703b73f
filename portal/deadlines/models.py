"""Creton decisions, and what was already told of a date to come: nothing is said twice."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.words import Category
from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.models import Shared


class CretonDecision(WithId, Shared, Base):
    """« Décision Creton » : the CDAPH keeps an adult in an institute for children until there is a place for adults.

    CASF, art. L242-4. Each renewal is a new one; a mistake is cancelled, never corrected in place.
    """

    __tablename__ = "creton_decision"
    __table_args__ = (
        CheckConstraint("ends_on > decided_on", name="ends_after_it_is_decided"),
        Index(None, "dossier_id"),
    )
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.IDENTITY})
    decided_on: Mapped[date]
    """Date of the decision of the CDAPH."""
    ends_on: Mapped[date]
    """Last day it covers."""
    proof: Mapped[str] = mapped_column(Text)
    """Which document says so (its kind and reference), never a copy."""
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    cancelled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    cancelled_at: Mapped[datetime | None]


class Topic(StrEnum):
    """What somebody is reminded of."""

    MAJORITY = "majority"
    CRETON = "creton"
    AGREEMENT = "agreement"
    """An agreement they gave ends soon."""


class Reminder(WithId, Shared, Base):
    """« Rappel » : one person was told of one date to come, once. It belongs to that person (``private_to``).

    Its category is one its reader reads however they come in, so that what it says reaches them: the timetable for the
    young person, identity for everybody else.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("private_to", "topic", "subject_id", "step", "day"),
        Index(None, "dossier_id"),
    )
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.IDENTITY, Category.PLANNING})
    topic: Mapped[Topic]
    subject_id: Mapped[UUID]
    """The dossier that comes of age, the Creton decision, or the receipt of the agreement."""
    step: Mapped[int]
    """How many months before; 0 for a warning that comes once."""
    day: Mapped[date]
    """The local day it spoke of: a date that is corrected is told anew."""
    told_at: Mapped[datetime] = mapped_column(default=clock.now)


class Thing(StrEnum):
    """What has an end."""

    LINK = "link"
    AGREEMENT = "agreement"
    RESTRICTION = "restriction"


class WarnedEnd(Base):
    """Those who run the establishment were told, once, that this ends then. Another end is told anew."""

    __tablename__ = "warned_end"
    __table_args__ = (Index(None, "dossier_id"),)
    thing: Mapped[Thing] = mapped_column(primary_key=True)
    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(primary_key=True)
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id"))
    warned_at: Mapped[datetime] = mapped_column(default=clock.now)
