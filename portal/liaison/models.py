"""What a family answers. Each row is its author's own: the other parent never reads it; staff read what they may read
of the thing it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.audience import REFERENT, audience
from portal.access.models import Post
from portal.access.words import Category, Nature
from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.helped import Helped
from portal.core.models import Shared


class Written(Helped):
    """A row that says what a family answered: from a paper it wrote, too, and with whose help."""

    typed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who typed what stood on a paper; None: they said it here themselves."""


STAFF = audience([*(post.value for post in Post if post is not Post.NONE), REFERENT])
"""Everybody at work. Which of them read a row is decided by its category, as of anything else."""


class Coming(StrEnum):
    """« Je viens », « je ne peux pas »."""

    COMES = "comes"
    CANNOT = "cannot"


class EventAnswer(WithId, Shared, Written, Base):
    """« Réponse à un rendez-vous » : what one person last said. Its label is that of the event; it is ``private_to``
    whoever said it, and published to staff."""

    __tablename__ = "event_answer"
    __table_args__ = (UniqueConstraint("event_id", "said_by"), Index(None, "dossier_id"))
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.APPOINTMENTS})
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    said_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    coming: Mapped[Coming]
    reason: Mapped[str] = mapped_column(Text, default="")
    """In their own words; "" when they gave none."""
    other_moment: Mapped[bool] = mapped_column(default=False)
    """« Proposez-moi un autre moment »."""
    for_start: Mapped[datetime]
    """The hour they answered for: when the rendez-vous moved since, it is said beside the answer."""
    said_at: Mapped[datetime] = mapped_column(default=clock.now)


class Why(StrEnum):
    """Why somebody is away, in neutral words: no detail of health is ever asked."""

    NOT_WELL = "not_well"
    APPOINTMENT = "appointment"
    FAMILY = "family"
    TRANSPORT = "transport"
    OTHER = "other"
    UNSAID = "unsaid"
    """« Je préfère ne pas le dire »."""


class Absence(WithId, Shared, Written, Base):
    """« Absence annoncée » : a family tells the unit that the young person stays away, or comes late.

    The DUI's own presences are what took place; this is what was said beforehand. Category ``planning``.
    """

    __tablename__ = "absence"
    __table_args__ = (UniqueConstraint("announced_by", "form_key"), Index(None, "dossier_id"))
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.PLANNING})
    announced_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    first_day: Mapped[date]
    """Local to the establishment, as is the last one, which is included."""
    last_day: Mapped[date]
    back_at: Mapped[datetime | None]
    """Late: away until then, on the only day. None: the whole days."""
    why: Mapped[Why]
    note: Mapped[str] = mapped_column(Text, default="")
    form_key: Mapped[UUID]
    """Of the form it was sent from: sent twice, it is one."""
    announced_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When the unit said that it saw it."""
    seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class ToWhom(StrEnum):
    """Who is asked to call."""

    UNIT = "unit"
    REFERENT = "referent"
    SECRETARY = "secretary"
    NURSE = "nurse"


class Suits(StrEnum):
    """When a call suits."""

    ANY = "any"
    MORNING = "morning"
    MIDDAY = "midday"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class CallState(StrEnum):
    """Where a request stands; the family reads it."""

    WAITING = "waiting"
    TAKEN = "taken"
    """Somebody said that they will call."""
    UNREACHED = "unreached"
    """They called and nobody answered: they will again."""
    DONE = "done"
    WITHDRAWN = "withdrawn"


_ASKED: Mapping[ToWhom, tuple[Category, Nature, int]] = {
    ToWhom.UNIT: (Category.PLANNING, Nature.NONE, STAFF),
    ToWhom.REFERENT: (Category.PLANNING, Nature.NONE, audience([REFERENT, Post.MANAGEMENT])),
    ToWhom.SECRETARY: (Category.PLANNING, Nature.NONE, audience([Post.ADMINISTRATION, Post.MANAGEMENT])),
    ToWhom.NURSE: (Category.APPOINTMENTS, Nature.HEALTH, audience([Post.CARE])),
}
"""Label of a request: a word for the nurse is about health, and nobody but care reads it."""


def label(to_whom: ToWhom) -> dict[str, object]:
    """Category, nature and audience of a request to them."""
    category, nature, published_to = _ASKED[to_whom]
    return {"category": category, "nature": nature, "published_to": published_to}


class Callback(WithId, Shared, Written, Base):
    """« Rappelez-moi » : somebody of the family asks to be called."""

    __tablename__ = "callback"
    __table_args__ = (UniqueConstraint("asked_by", "form_key"), Index(None, "dossier_id"))
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.PLANNING, Category.APPOINTMENTS})
    HOUR_COLUMNS: ClassVar[frozenset[str]] = frozenset(
        {"id", "dossier_id", "to_whom", "suits", "state", "asked_at", "handled_at", "category"}
    )
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    to_whom: Mapped[ToWhom]
    suits: Mapped[Suits]
    subject: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    """The number to call, as they wrote it; "" for the one the establishment knows."""
    form_key: Mapped[UUID]
    """Of the form it was sent from: sent twice, it is one."""
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    state: Mapped[CallState] = mapped_column(default=CallState.WAITING)
    handled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    handled_at: Mapped[datetime | None]


class Part(StrEnum):
    """What is prepared for a rendez-vous."""

    QUESTIONS = "questions"
    """Questions to ask there, and what was observed."""
    DOCUMENTS = "documents"
    """Papers to take along."""


class Preparation(WithId, Shared, Base):
    """« Préparation » of a rendez-vous, one row a part. Its label is that of the event; it is ``private_to`` whoever
    wrote it first, and published to staff, then to those of the family whom staff chose."""

    __tablename__ = "preparation"
    __table_args__ = (UniqueConstraint("event_id", "part"), Index(None, "dossier_id"))
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.APPOINTMENTS})
    PLACE_COLUMNS: ClassVar[frozenset[str]] = frozenset({"text"})
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    part: Mapped[Part]
    text: Mapped[str] = mapped_column(Text, default="")
    """As staff wrote it; "" when it was taken away again."""
    written_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
