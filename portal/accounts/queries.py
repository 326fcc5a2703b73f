"""Who is signed in, in one statement; whether they work here; on which devices they are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.models import Kind, Relationship
from portal.access.words import Mandated, Strength
from portal.accounts.models import Method, SignIn
from portal.core import clock, scope
from portal.core.models import Account, AccountState, Dossier, Establishment


@dataclass(frozen=True, slots=True)
class SignedIn:
    """« Personne connectée », as a page needs it: plain values, in the shape Flask-Login asks for."""

    token: str
    sign_in_id: UUID
    account_id: UUID
    display_name: str
    mode: str
    theme: str
    locale: str
    reading: str
    strength: Strength
    method: Method
    helper_id: UUID | None
    proved_at: datetime
    last_seen_at: datetime
    idle_until: datetime
    expires_at: datetime
    helped_on: UUID | None = None
    mandate_id: UUID | None = None
    mandate: Mandated | None = None
    """What a mandate narrows this session to; read anew at each request."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token


def hash_of(token: str) -> bytes:
    """What we keep of a token. It is random enough (256 bits) to need no salt and no slow hash."""
    return hash_of_bytes(token.encode())


def hash_of_bytes(random: bytes) -> bytes:
    """The same of bytes."""
    return hashlib.sha256(random).digest()


def signed_in(db: Session, token: str) -> SignedIn | None:
    """Who holds this token now, or None: unknown, ended, too old, too long idle, or an account that was closed."""
    at = clock.now()
    found = db.execute(
        select(
            SignIn.id,
            SignIn.account_id,
            Account.display_name,
            Account.mode,
            Account.theme,
            Account.locale,
            Account.reading,
            SignIn.strength,
            SignIn.method,
            SignIn.helper_id,
            SignIn.proved_at,
            SignIn.last_seen_at,
            SignIn.idle_until,
            SignIn.expires_at,
            SignIn.helped_on,
            SignIn.mandate_id,
        )
        .join(Account, Account.id == SignIn.account_id)
        .where(
            SignIn.token_hash == hash_of(token),
            SignIn.ended_at.is_(None),
            SignIn.idle_until > at,
            SignIn.expires_at > at,
            Account.state == AccountState.ACTIVE,
        )
    ).one_or_none()
    if found is None:
        return None
    sign_in_id, account_id, name, mode, theme, locale, reading, strength, *rest = found
    return SignedIn(token, sign_in_id, account_id, name, mode, theme, locale, reading, Strength(strength), *rest)


@scope.working("sign in")
def is_minor(db: Session, account_id: UUID) -> bool:
    """Whether this is the account of a young person who is not of age yet, where they live."""
    own = (
        select(Dossier.birth_date, Establishment.time_zone)
        .join(Relationship, Relationship.dossier_id == Dossier.id)
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .where(Relationship.account_id == account_id, Relationship.kind == Kind.SELF)
    )
    return any(clock.now() < clock.majority(born, zone) for born, zone in db.execute(own))


def is_staff(db: Session, account_id: UUID) -> bool:
    """Whether somebody is at work here now, by a verified link."""
    at = clock.now()
    link = select(Relationship.id).where(
        Relationship.account_id == account_id,
        Relationship.kind == Kind.STAFF,
        Relationship.verified_at.is_not(None),
        Relationship.starts_at <= at,
        Relationship.ends_at.is_(None) | (Relationship.ends_at > at),
    )
    return db.execute(link.limit(1)).first() is not None


@scope.working("sign in")
def knows(db: Session, account_id: UUID, device_key: bytes) -> bool:
    """Whether this account came in on that device before."""
    here = select(SignIn.id).where(SignIn.account_id == account_id, SignIn.device_key == device_key)
    return db.execute(here.limit(1)).first() is not None


def zone_of(db: Session, account_id: UUID) -> str:
    """The time zone somebody lives by: of the establishment of one of their links."""
    place = select(Establishment.time_zone).join(Relationship, Relationship.establishment_id == Establishment.id)
    return db.scalar(place.where(Relationship.account_id == account_id).limit(1)) or "Europe/Paris"


def devices_of(db: Session, account_id: UUID) -> list[SignIn]:
    """Where somebody is signed in now, the last seen first."""
    at = clock.now()
    return list(
        db.scalars(
            select(SignIn)
            .where(
                SignIn.account_id == account_id,
                SignIn.ended_at.is_(None),
                SignIn.idle_until > at,
                SignIn.expires_at > at,
            )
            .order_by(SignIn.last_seen_at.desc(), SignIn.id)
        )
    )
