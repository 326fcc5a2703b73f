"""What a young person knows by heart in pictures, and a device on its way from one hand to another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, WithId


class PictureCode(WithId, Base):
    """Three pictures somebody chose. Others are another row, so that what was tried at the former counts no more.

    Few enough to be guessed: it says that the young person is there and agrees, beside staff who are surely known. It
    opens nothing to anybody else.
    """

    __tablename__ = "picture_code"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Of the pictures in no order, under a key that the database does not hold."""
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who sat beside them."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Handover(WithId, Base):
    """Staff gave this device over, and are signed in on it no more; whoever it is for has not said yet that it is them.

    Minutes long, for this browser alone, and once.
    """

    __tablename__ = "handover"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of what the device holds."""
    helper_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """The young person's; None: somebody of the family comes in, by their own means."""
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    choosing: Mapped[bool]
    """New pictures are chosen first."""
    expires_at: Mapped[datetime]
    served_at: Mapped[datetime | None]
    """When the space was opened by it."""
