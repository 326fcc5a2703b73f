"""What is asked of those who decide for a young person, and what the young person says of it.

These rows are no content: like agreements, they are what decisions are taken from, read by ``queries`` for whoever the
chart of one dossier is open to.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.acts import Act, Said
from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.helped import Helped


class ActRequest(WithId, Base):
    """« Demande d’accord » : staff ask those who decide for one act."""

    __tablename__ = "act_request"
    __table_args__ = (Index(None, "dossier_id"),)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    act: Mapped[Act]
    what: Mapped[str] = mapped_column(Text)
    """In the asker's words, shown to those who answer: what, where, when."""
    can_say: Mapped[bool] = mapped_column(default=True)
    """The young person can say yes or no to it, by any means; staff judge so, act by act."""
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]
    """Staff no longer ask."""


class ActAnswer(Helped, WithId, Base):
    """What one person answered, as what. Added to: a new answer ends the former one, which stays."""

    __tablename__ = "act_answer"
    __table_args__ = (Index(None, "request_id"), Index(None, "dossier_id"))
    request_id: Mapped[UUID] = mapped_column(ForeignKey("act_request.id"))
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    capacity: Mapped[str] = mapped_column(Text)
    """As what they were entitled: an ``axes.Link``."""
    said: Mapped[Said]
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    """Taken back, or answered anew."""


class Voice(Helped, WithId, Base):
    """« Et toi, tu es d’accord ? » : the young person's own word on an agreement given for them. It opens nothing.

    Kept beside the legal agreement, read by them and the team (docs/decisions/0023). Added to; the last one counts.
    """

    __tablename__ = "voice"
    __table_args__ = (Index(None, "dossier_id"),)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    receipt: Mapped[UUID]
    """Of the agreements it speaks of (``Agreement.receipt``)."""
    said: Mapped[Said]
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
