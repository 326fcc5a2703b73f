"""Somebody signed in on a device."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.words import Strength
from portal.core.db import Base, WithId


class Method(StrEnum):
    """By what somebody proved who they are."""

    PASSKEY = "passkey"
    PASSPHRASE = "passphrase"  # noqa: S105 - the word, not one
    """A passphrase and a one-time code."""
    LETTER = "letter"
    """The number and secret of a letter, or of an invitation: once, to choose another way in."""
    FEDERATED = "federated"
    """Somebody else said so: FranceConnect, Pro Santé Connect, the foundation's own directory."""
    OPENED = "opened"
    """Staff beside them opened their space on this device."""
    DEMO = "demo"


class SignIn(WithId, Base):
    """One session on one device. The device holds the token, we hold its SHA-256: a stolen database opens nothing."""

    __tablename__ = "sign_in"
    __table_args__ = (Index(None, "account_id"),)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    strength: Mapped[int]
    """``access.words.Strength``, as its number."""
    method: Mapped[Method]
    device: Mapped[str] = mapped_column(Text, default="")
    """What the device calls itself, in words its owner knows again: « Chrome, Android »."""
    helper_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who sits beside them and opened this session; every act of it says so."""
    created_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    """When they last proved who they are in it: what changes the ways in asks for a fresh proof."""
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
