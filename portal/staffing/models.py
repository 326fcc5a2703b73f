"""« Relecture de l’équipe » : management said of an assignment that it is still right."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, WithId


class Review(WithId, Base):
    """One assignment was looked at and stays. Added to, never changed; it opens nothing by itself."""

    __tablename__ = "assignment_review"
    __table_args__ = (Index(None, "relationship_id"), Index(None, "establishment_id"))
    relationship_id: Mapped[UUID] = mapped_column(ForeignKey("relationship.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    said_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
