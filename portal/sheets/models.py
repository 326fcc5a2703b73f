"""What is kept of paper. Each row is the reader's own: the other parent never reads it; staff read what they may read
of the thing it is about."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.words import Category
from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.models import Shared


class Handing(StrEnum):
    """How a sheet reaches its reader."""

    HANDED = "handed"
    """Given by hand, or put in the bag."""
    POSTED = "posted"


class OnPaper(WithId, Shared, Base):
    """« Sur papier » : somebody wants the week of this young person on paper. Category ``planning``."""

    __tablename__ = "on_paper"
    __table_args__ = (UniqueConstraint("dossier_id", "reader_id"),)
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.PLANNING})
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    mode: Mapped[str] = mapped_column(Text, default="")
    """"" (standard) or "easy", with pictures."""
    menus: Mapped[bool] = mapped_column(default=False)
    """With the meals."""
    handing: Mapped[Handing] = mapped_column(default=Handing.HANDED)
    said_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    """The reader, who asked; or who wrote it down at work."""
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]


class Sheet(WithId, Shared, Base):
    """« Feuille imprimée » : the week of one young person, as it was printed for one reader. Category ``planning``."""

    __tablename__ = "printed_sheet"
    __table_args__ = (Index(None, "dossier_id", "monday"),)
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.PLANNING})
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    monday: Mapped[date]
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Day (ISO) → digest of what the sheet says of it: of the text itself, nothing is kept."""
    printed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    printed_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime | None]
    """When it was noticed that it says something else than it would now: to be printed again."""
    handed_at: Mapped[datetime | None]
    handed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    handing: Mapped[Handing | None]


class About(StrEnum):
    """What a coupon answers."""

    EVENT = "event"
    """« Je viens », « je ne peux pas »."""
    ABSENCE = "absence"
    CALL = "call"
    """« Rappelez-moi »."""


class Coupon(WithId, Shared, Base):
    """« Talon » : a part to tear off, whose code a member of staff types. Its label is that of what it answers.

    The code is random and kept as a mark; it opens nothing, and says nothing to whoever finds it.
    """

    __tablename__ = "coupon"
    __table_args__ = (UniqueConstraint("code_hash"), Index(None, "dossier_id"))
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.PLANNING, Category.APPOINTMENTS})
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    """Whose answer it is."""
    about: Mapped[About]
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    for_start: Mapped[datetime | None]
    """The hour that stood on the paper."""
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    printed_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    """When the rendez-vous begins; when the week of the sheet is over."""
    used_at: Mapped[datetime | None]
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Channel(StrEnum):
    """How somebody was reached, or tried."""

    PHONE = "phone"
    MEETING = "meeting"


class Outcome(StrEnum):
    """What became of it."""

    REACHED = "reached"
    """« Appelé », « vu »."""
    NO_ANSWER = "no_answer"
    MESSAGE = "message"
    """« Message laissé »."""


class ContactMade(WithId, Shared, Base):
    """« Contact noté » : staff called or met somebody of the family. Category ``household``; never what was said."""

    __tablename__ = "contact_made"
    __table_args__ = (Index(None, "dossier_id"),)
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.HOUSEHOLD})
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    channel: Mapped[Channel]
    outcome: Mapped[Outcome]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    noted_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
