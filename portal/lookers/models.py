"""What management decides about « Qui a regardé »: whether names show, and from when held lines may be read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, WithId


class Naming(WithId, Base):
    """Whether families of an establishment read the names of staff, beside their profession. The newest one counts."""

    __tablename__ = "log_naming"
    __table_args__ = (Index(None, "establishment_id", "decided_at"),)
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    named: Mapped[bool]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime] = mapped_column(default=clock.now)


class Release(WithId, Base):
    """Management shows the family the lines of one dossier that a safeguarding freeze held back, until that instant."""

    __tablename__ = "log_release"
    __table_args__ = (Index(None, "dossier_id"),)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    until: Mapped[datetime]
    released_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime] = mapped_column(default=clock.now)
