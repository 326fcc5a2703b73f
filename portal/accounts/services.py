"""Open and end sessions; keep preferences."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from portal.access.words import Strength
from portal.accounts.helping import Beside
from portal.accounts.models import Method, SignIn
from portal.accounts.queries import SignedIn, hash_of
from portal.accounts.strengths import life_of
from portal.core import clock
from portal.core.models import Account

NOTICED = timedelta(minutes=1)
"""How often being seen is worth a write."""


def open_session(
    db: Session,
    account_id: UUID,
    strength: Strength,
    *,
    method: Method = Method.DEMO,
    device: str = "",
    device_key: bytes | None = None,
    beside: Beside | None = None,
    staff: bool = False,
) -> str:
    """A new session; its token, which nobody can find again afterwards. 256 random bits. It ends by role
    (``strengths.life_of``); one that somebody sits beside, with the first of those on this device."""
    token = secrets.token_urlsafe(32)
    at = clock.now()
    idle, whole = life_of(method, strength, staff=staff, helped=beside is not None)
    ends = at + whole if beside is None or beside.until is None else min(at + whole, beside.until)
    db.add(
        SignIn(
            token_hash=hash_of(token),
            account_id=account_id,
            strength=int(strength),
            method=method,
            device=device,
            device_key=device_key,
            **(beside.facts if beside else {}),
            created_at=at,
            proved_at=at,
            last_seen_at=at,
            idle_until=at + idle,
            expires_at=ends,
        )
    )
    db.flush()
    return token


def notice(db: Session, who: SignedIn) -> None:
    """Remember that a session is in use."""
    at = clock.now()
    if at - who.last_seen_at < NOTICED:
        return
    until = at + (who.idle_until - who.last_seen_at)  # as long a silence as it was opened with
    db.execute(update(SignIn).where(SignIn.id == who.sign_in_id).values(last_seen_at=at, idle_until=until))


def end_session(db: Session, token: str) -> None:
    """This device is signed out, from the next request on. Ending twice changes nothing."""
    db.execute(
        update(SignIn)
        .where(SignIn.token_hash == hash_of(token), SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def end_all(db: Session, account_id: UUID) -> None:
    """Every device of this account is signed out, from the next request on; so is whoever they sit beside."""
    theirs = or_(SignIn.account_id == account_id, SignIn.helper_id == account_id)
    db.execute(update(SignIn).where(theirs, SignIn.ended_at.is_(None)).values(ended_at=clock.now()))


def keep_reading(
    db: Session, account_id: UUID, *, mode: str, theme: str, locale: str, rest: str, own: Collection[str] = ()
) -> None:
    """How this person reads, on every device from now on. Values must come from ``web.reading.CHOICES``.

    ``own``: the names of what they just chose themselves; what they chose before stays theirs.
    """
    account = db.get_one(Account, account_id)
    account.mode, account.theme, account.locale, account.reading = mode, theme, locale, rest
    account.reading_own = " ".join(sorted({*account.reading_own.split(), *own}))
    db.flush()
