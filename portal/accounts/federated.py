"""Accounts known to other services: whose they are, what such a word opens, and sessions that end when they say so.

A service proves who signs in. Links come from staff: nobody is ever found here by a name or an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access.words import Strength
from portal.accounts import changes
from portal.accounts.models import Federation, Method, SignIn, SpentChallenge
from portal.accounts.queries import hash_of
from portal.connectors.oidc import Left, Proof
from portal.core import clock, scope
from portal.core.errors import BadInput, NotFound
from portal.core.keys import derive, seal, unseal
from portal.core.models import Account, AccountState
from portal.core.providers import Provider

WAITS = timedelta(minutes=10)
"""From leaving for the service to coming back; then from there to the letter, or to saying yes."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whose account a service’s number is."""

    id: UUID
    account_id: UUID
    checked: bool
    """Whether staff saw who holds it, and this link was made by whoever that is."""


@scope.working("sign in")
def known(db: Session, proof: Proof) -> Known | None:
    """The account joined to this, or None: nobody’s, or of an account that was closed."""
    row = db.execute(
        select(Federation, Account)
        .join(Account, Account.id == Federation.account_id)
        .where(
            Federation.issuer == proof.issuer,
            Federation.subject == proof.subject,
            Account.state == AccountState.ACTIVE,
        )
    ).one_or_none()
    if row is None:
        return None
    one, account = row
    one.used_at = clock.now()
    return Known(one.id, account.id, one.vouched and account.identity_checked_at is not None)


def strength_of(provider: Provider, *, checked: bool) -> Strength:
    """What its word opens. FranceConnect is low whoever says so (eidas1); the others open as much as a passkey where
    staff know who holds the account."""
    return Strength.SUBSTANTIAL if provider.substantial and checked else Strength.LOW


def may_use(provider: Provider, *, staff: bool, staff_passphrase: bool) -> bool:
    """Whether they may come in by it. Pro Santé Connect is for those who work here. FranceConnect asks most people for
    a password, which a false page can take: staff are held to what is said of passphrases (``strengths.may_have``)."""
    if provider.for_staff_only:
        return staff
    return not (provider.is_franceconnect and staff) or staff_passphrase


def add(db: Session, provider: Provider, account_id: UUID, *, issuer: str, subject: str, vouched: bool) -> Federation:
    """From now on this service’s word is a way in. Raises ``BadInput`` federation: « taken » when it is somebody’s
    already; « twice » when another of the same service is theirs."""
    own = select(Federation.id).where(Federation.account_id == account_id, Federation.provider == provider.name)
    if db.execute(own.limit(1)).first():
        raise BadInput("federation", "twice")
    made = Federation(
        account_id=account_id,
        provider=provider.name,
        issuer=issuer,
        subject=subject,
        vouched=vouched,
        used_at=clock.now(),
    )
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:
        raise BadInput("federation", "taken") from None
    changes.note(db, account_id)
    return made


def of_account(db: Session, account_id: UUID, way_id: UUID) -> Federation:
    """One’s own. Raises ``NotFound``."""
    one = db.get(Federation, way_id)
    if one is None or one.account_id != account_id:
        raise NotFound
    return one


@scope.working("sign in")
def spend(db: Session, what: str, until: datetime) -> bool:
    """Whether this comes for the first time. Committed at once: of two at the same instant one passes."""
    db.execute(delete(SpentChallenge).where(SpentChallenge.until < clock.now()))
    try:
        with db.begin_nested():
            db.add(SpentChallenge(hash=hash_of(what), until=until))
    except IntegrityError:
        return False
    return True


@scope.working("sign in")
def remember(
    db: Session, token: str, provider: Provider, *, sid: str | None, hint: bytes | None, proved_at: datetime
) -> None:
    """What the session of this token needs, to end with the service’s own. Somebody the service remembers since this
    morning proved it this morning."""
    db.execute(
        update(SignIn)
        .where(SignIn.token_hash == hash_of(token))
        .values(provider=provider.name, provider_sid=sid, provider_hint=hint, proved_at=proved_at)
    )


@scope.working("sign in")
def end(db: Session, provider: Provider, left: Left) -> int:
    """Sessions that the service says are over. Named by its own session, only those; else everything it opened for
    that person. How many."""
    theirs = select(Federation.account_id).where(
        Federation.issuer == provider.issuer, Federation.subject == (left.subject or "")
    )
    over = update(SignIn).where(
        SignIn.provider == provider.name, SignIn.method == Method.FEDERATED, SignIn.ended_at.is_(None)
    )
    if left.sid:
        over = over.where(SignIn.provider_sid == left.sid)
    if left.subject:
        over = over.where(SignIn.account_id.in_(theirs))
    return len(db.execute(over.values(ended_at=clock.now()).returning(SignIn.id)).all())


@scope.working("sign in")
def hint_of(db: Session, sign_in_id: UUID) -> tuple[str | None, bytes | None]:
    """(service, what it wants to see again) of a session that was just left."""
    one = db.get(SignIn, sign_in_id)
    if one is None or one.ended_at is None or clock.now() - one.ended_at > WAITS:
        return None, None
    return one.provider, one.provider_hint


def sealed(secret_key: str, token: str) -> bytes:
    """An ID token, as only this portal reads it."""
    return seal(derive(secret_key, "federated"), token.encode())


def opened(secret_key: str, kept: bytes | None) -> str:
    """What ``sealed`` was given; empty for anything else."""
    return (unseal(derive(secret_key, "federated"), kept or b"") or b"").decode()
