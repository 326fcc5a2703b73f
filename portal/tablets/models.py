"""A code that lets one tablet become somebody's key, once, within minutes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, WithId


class TabletCode(WithId, Base):
    """A referent said that a tablet may become this young person’s key. The first device that tells the code is it."""

    __tablename__ = "tablet_code"
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """A keyed mark: with the database alone, nobody finds it by trying."""
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of what the tablet holds since it told the code; from then on the code serves nobody else."""
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    referent_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime]
    served_at: Mapped[datetime | None]
    """When the tablet became a key."""
