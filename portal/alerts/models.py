"""What each account chose, its telephone, its devices that take a push, and addresses that do not answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, WithId


class Pace(StrEnum):
    """How soon one is told."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class AlertChoice(WithId, Base):
    """« Comment me prévenir » : one row an account; without one, what the columns begin with."""

    __tablename__ = "alert_choice"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    by_mail: Mapped[bool] = mapped_column(default=True)
    by_sms: Mapped[bool] = mapped_column(default=False)
    """Only once a number of theirs is verified."""
    pace: Mapped[Pace] = mapped_column(default=Pace.AT_ONCE)
    hour: Mapped[int] = mapped_column(default=18)
    """Of a digest, on the wall clock of the establishment, as are the quiet hours."""
    weekday: Mapped[int] = mapped_column(default=4)
    """Of a weekly digest; Monday is 0."""
    quiet_from: Mapped[int] = mapped_column(default=21)
    quiet_to: Mapped[int] = mapped_column(default=7)
    """The same as ``quiet_from``: no hour is quiet."""


class AlertPhone(WithId, Base):
    """A telephone that takes text messages, in E.164; nothing but its code is sent to it before it is verified."""

    __tablename__ = "alert_phone"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    number: Mapped[str] = mapped_column(Text)
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Made as the message leaves; the code itself is kept nowhere."""
    code_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    verified_at: Mapped[datetime | None]


class PushDevice(WithId, Base):
    """A browser of somebody's that shows « Il y a du nouveau ». It goes when they sign out there."""

    __tablename__ = "push_device"
    __table_args__ = (Index(None, "account_id"),)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    device_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    """As in ``accounts.models.SignIn``: which device it is."""
    endpoint: Mapped[str] = mapped_column(Text, unique=True)
    """The address of the browser's own push service. One browser, one reader."""
    p256dh: Mapped[str] = mapped_column(Text)
    auth: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class DeadAddress(WithId, Base):
    """An e-mail address that came back. Once the account has another one, this row says nothing any more."""

    __tablename__ = "dead_address"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    email: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text, default="")
    """What the server said, as a code of ours: « 5.1.1 »."""
    since: Mapped[datetime] = mapped_column(default=clock.now)
