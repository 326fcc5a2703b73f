"""What sealing keeps: the place of each line in its chain, and heads that bind the chains to each other."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class Seal(Base):
    """The place of one line of the log in the chain of its establishment and month. Written once, never changed.

    It stands apart from the line, so that lines too are only ever added.
    """

    __tablename__ = "access_seal"
    establishment_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    """Year × 100 + month of the line's instant, in UTC: a time zone that is corrected moves no line."""
    position: Mapped[int] = mapped_column(primary_key=True)
    """1, 2, 3… in the order of sealing."""
    entry_id: Mapped[UUID] = mapped_column(unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of the digest before it, this place, and every column of the line."""


class Head(Base):
    """« Tête » : where a month's chain stood after one turn of sealing, or when it was purged. Added to, never changed.

    Each carries the digest of the one before it in the establishment: the newest one alone vouches for all months.
    """

    __tablename__ = "access_head"
    establishment_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """1, 2, 3… in one establishment."""
    month: Mapped[int]
    length: Mapped[int]
    """Lines sealed in that month since its beginning, purged ones included."""
    last: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Digest of the month's last line."""
    until: Mapped[datetime]
    """Every line committed before then was sealed."""
    purged: Mapped[bool] = mapped_column(default=False)
    """The month's lines were removed, by their age; this head is what stays of them."""
    written_at: Mapped[datetime]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of the digest of the head before it and of every column above."""
