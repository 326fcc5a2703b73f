"""A letter, or an invitation: a number and a secret on paper, which let one person choose a way in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, WithId


class Enrolment(WithId, Base):
    """One letter. We keep a keyed hash of its secret: neither we nor a stolen database can print it again.

    The table is also the journal of letters: who made each, how it was given, and what became of it.
    """

    __tablename__ = "enrolment"
    __table_args__ = (Index(None, "account_id"), Index(None, "establishment_id"))
    number: Mapped[str] = mapped_column(Text, unique=True)
    """Eight digits. It names the letter on the telephone, and opens nothing."""
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    """Whose account it opens."""
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who made it; None for a command of the machine's administrator."""
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    handed: Mapped[bool]
    """Given from hand to hand, once identity papers were seen. Else it was posted: anybody may have opened it."""
    replaces: Mapped[bool] = mapped_column(default=False)
    """A way in was lost: redeeming it first takes away those of before."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often its secret was guessed at since it was last right."""
    redeemed_at: Mapped[datetime | None]
    joined_to: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Redeemed by somebody signed in already: the account its links were added to."""
    revoked_at: Mapped[datetime | None]
    second_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Of the second code of a posted letter, while one is being read out."""
    second_until: Mapped[datetime | None]
    second_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who read it out, to somebody they know by voice or by face."""
    second_tries: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]
    """When the second code was typed."""
