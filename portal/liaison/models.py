"""What a family answers. Each row is its author's own: the other parent never reads it; staff read what they may read
of the thing it is about."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.audience import REFERENT, audience
from portal.access.models import Post
from portal.access.words import Category
from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.models import Shared

STAFF = audience([*(post.value for post in Post if post is not Post.NONE), REFERENT])
"""Everybody at work. Which of them read a row is decided by its category, as of anything else."""


class Coming(StrEnum):
    """« Je viens », « je ne peux pas »."""

    COMES = "comes"
    CANNOT = "cannot"


class EventAnswer(WithId, Shared, Base):
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
