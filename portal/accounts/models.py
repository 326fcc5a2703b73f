"""Somebody signed in on a device."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.words import Strength
from portal.core.db import Base, WithId


class SignIn(WithId, Base):
    """One session on one device. The device holds the token, we hold its SHA-256: a stolen database opens nothing."""

    __tablename__ = "sign_in"
    __table_args__ = (Index(None, "account_id"),)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    strength: Mapped[int]
    """``access.words.Strength``, as its number."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """Moved at most once a minute."""
    idle_until: Mapped[datetime]
    """Ends then unless seen before; moves with ``last_seen_at``."""
    expires_at: Mapped[datetime]
    """Ends then, however busy."""
    ended_at: Mapped[datetime | None]
    """When somebody ended it: signed out, or was signed out."""

    @property
    def how(self) -> Strength:
        return Strength(self.strength)
