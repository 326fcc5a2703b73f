"""What the portal knows better than the DUI: where staff say a young person stands, and what was withheld of a row."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.models import DossierState


class StaffWord(Base):
    """« Parole de l’équipe » : where staff say a young person stands. While it is there, no message changes it."""

    __tablename__ = "staff_word"
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    state: Mapped[DossierState]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    because: Mapped[str] = mapped_column(Text)
    """Why, in their words."""
    said_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
    dui_state: Mapped[DossierState | None]
    """What the stays of the DUI say instead; None while they say the same, or nothing."""
    dui_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))


class Withheld(WithId, Base):
    """What the portal had decided of a row that the DUI took back, in case it comes again under the same key."""

    __tablename__ = "withheld"
    __table_args__ = (UniqueConstraint("dossier_id", "table_name", "key"), Index(None, "establishment_id"))
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    table_name: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    """Business identifier of the thing in the DUI."""
    held_until: Mapped[datetime | None]
    private_to: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    published_to: Mapped[int] = mapped_column(default=0)
