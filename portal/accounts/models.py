"""Ways in, and somebody signed in on a device."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.words import Strength
from portal.core import clock
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
    MANDATE = "mandate"
    """Staff beside them opened their space by a mandate they gave."""
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
    device_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Mark of the device's own cookie: whoever came in on it before still does while strangers guess."""
    helper_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who sits beside them, whatever opened this session; every act of it says so."""
    helped_on: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id"))
    """The young person whose dossier the helper works with; when they no longer do, the session is over."""
    mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey("mandate.id"))
    """By which the helper opened it in their place."""
    provider: Mapped[str | None] = mapped_column(Text)
    """Which service said who they are (``core.providers``), and may say that they left."""
    provider_sid: Mapped[str | None] = mapped_column(Text)
    """What that service calls its own session."""
    provider_hint: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What it wants to see again when they leave (its ID token), sealed under a key that the database does not hold."""
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


class Passkey(WithId, Base):
    """A key that lives in somebody's phone, computer or security key; we hold what verifies it (WebAuthn)."""

    __tablename__ = "passkey"
    __table_args__ = (Index(None, "account_id"),)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """As last told: a count that does not grow is a copy of the key."""
    name: Mapped[str] = mapped_column(Text)
    """What its owner calls it."""
    synced: Mapped[bool]
    """Whether the phone keeps a copy elsewhere, so that a new phone has it too."""
    vouched: Mapped[bool]
    """Made after a letter, or by somebody whom such a key let in: what staff checked of the account is true of whoever
    holds it. One made after a passphrase opens no more than the passphrase did."""
    enrolled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """The referent who made a young person's own tablet a key; None: its owner made it alone."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    used_at: Mapped[datetime | None]


class Passphrase(WithId, Base):
    """A phrase somebody knows, as its argon2id hash, which grows with its cost. Another phrase is another row."""

    __tablename__ = "passphrase"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    """When they first had one: of two people with one e-mail address, it calls whoever had one first."""


class Authenticator(WithId, Base):
    """An app that shows a new code every 30 seconds (TOTP, RFC 6238)."""

    __tablename__ = "authenticator"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The shared secret, sealed under a key that the database does not hold."""
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The newest step whose code was taken: none up to it is taken again."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Federation(WithId, Base):
    """Another service knows this account’s owner, by a number of its own: never by a name or an address."""

    __tablename__ = "federation"
    __table_args__ = (UniqueConstraint("issuer", "subject"), Index(None, "account_id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    provider: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    vouched: Mapped[bool]
    """As a passkey’s: joined after a letter, or by somebody whom something as sure let in."""
    linked_at: Mapped[datetime] = mapped_column(default=clock.now)
    used_at: Mapped[datetime | None]


WAYS = (Passkey, Passphrase, Authenticator, Federation)
"""What somebody may come in by."""


class SecondStep(WithId, Base):
    """Between a passphrase that was right and the code that must follow: minutes, a few tries, once."""

    __tablename__ = "second_step"
    __table_args__ = (Index(None, "expires_at"),)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of what the device holds."""
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    by_app: Mapped[bool]
    """The code is an app's; else it goes by mail."""
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Made when the mail leaves: until then no code is right, and the code itself is kept nowhere."""
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]


class SpentChallenge(Base):
    """A question a passkey has answered: the answer is not taken twice."""

    __tablename__ = "spent_challenge"
    __table_args__ = (Index(None, "until"),)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    until: Mapped[datetime]


class Attempt(WithId, Base):
    """Somebody tried. ``key`` is a keyed mark of whose account, or of which device: it names neither."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "key", "at"), Index(None, "at"))
    key: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]


class CalendarFeed(WithId, Base):
    """« Adresse d’agenda » : whoever holds it reads the hours of the rendez-vous of this account, and nothing else.

    It ends by itself, or with the account; the address is shown once and kept nowhere.
    """

    __tablename__ = "calendar_feed"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    """In its holder's words: for which telephone."""
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of 256 random bits."""
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When a calendar last asked, to the hour."""
    revoked_at: Mapped[datetime | None]
