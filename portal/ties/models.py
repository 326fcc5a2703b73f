"""« Demande de correction » : somebody says that what is written of their link is not true."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.helped import Helped


class CorrectionState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    """Staff agree: they write the link anew."""
    REFUSED = "refused"
    """Staff say why it stays as it is."""


class Correction(Helped, WithId, Base):
    """What somebody says of their own link, in their words, and what staff answered (RGPD art. 16).

    Not a ``Shared`` row: whoever asks may reach nothing of the dossier, and contests just that.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="an_answer_has_its_date"),
        Index(None, "establishment_id", "state"),
        Index(None, "account_id"),
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    """Who asks."""
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    relationship_id: Mapped[UUID] = mapped_column(ForeignKey("relationship.id"))
    """Of which link."""
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[CorrectionState] = mapped_column(default=CorrectionState.ASKED)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    """Why, in the words of whoever answers; read by whoever asked."""
