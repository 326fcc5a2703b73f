"""Addresses of calendars: made, shown once, kept as a hash, revoked; and whose one is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.accounts.models import CalendarFeed
from portal.accounts.queries import hash_of
from portal.core import clock, scope
from portal.core.errors import BadInput, NotFound
from portal.core.models import Account, AccountState

LIFE = timedelta(days=365)
AT_MOST = 5
"""Feeds of one account at once."""
LONGEST = 40
NOTICED = timedelta(hours=1)
"""How often being used is worth a write."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose feed it is: plain values, and nothing by which it was found."""

    feed_id: UUID
    account_id: UUID
    locale: str
    used_at: datetime | None


def make(db: Session, account_id: UUID, name: str) -> str:
    """A new feed's token, which nobody finds again afterwards: 256 random bits.

    Raises ``BadInput`` name: « required », « too_long », « too_many ».
    """
    name = name.strip()
    if not name or len(name) > LONGEST:
        raise BadInput("name", "too_long" if name else "required")
    at = clock.now()
    if sum(one.revoked_at is None and one.expires_at > at for one in of_account(db, account_id)) >= AT_MOST:
        raise BadInput("name", "too_many")
    token = secrets.token_urlsafe(32)
    made = CalendarFeed(account_id=account_id, name=name, token_hash=hash_of(token), made_at=at, expires_at=at + LIFE)
    db.add(made)
    db.flush()
    return token


def of_account(db: Session, account_id: UUID) -> list[CalendarFeed]:
    """One's own, the newest first; those that are over too."""
    mine = select(CalendarFeed).where(CalendarFeed.account_id == account_id)
    return list(db.scalars(mine.order_by(CalendarFeed.made_at.desc(), CalendarFeed.id)))


def revoke(db: Session, account_id: UUID, feed_id: UUID) -> None:
    """It answers nobody from the next time on. Twice changes nothing. Raises ``NotFound`` for another's."""
    one = db.get(CalendarFeed, feed_id)
    if one is None or one.account_id != account_id:
        raise NotFound
    one.revoked_at = one.revoked_at or clock.now()
    db.flush()


@scope.working("calendar feed")
def holder(db: Session, token: str) -> Holder | None:
    """Whose this token is now. None, by the same statement, for one that is unknown, revoked, over or nobody’s."""
    at = clock.now()
    query = (
        select(CalendarFeed.id, CalendarFeed.account_id, Account.locale, CalendarFeed.used_at)
        .join(Account, Account.id == CalendarFeed.account_id)
        .where(
            CalendarFeed.token_hash == hash_of(token),
            CalendarFeed.revoked_at.is_(None),
            CalendarFeed.expires_at > at,
            Account.state == AccountState.ACTIVE,
        )
    )
    found = db.execute(query).one_or_none()
    return Holder(*found) if found else None


def notice(db: Session, one: Holder) -> None:
    """Remember that a feed is in use; no statement when that is known."""
    at = clock.now()
    if one.used_at is None or at - one.used_at >= NOTICED:
        db.execute(update(CalendarFeed).where(CalendarFeed.id == one.feed_id).values(used_at=at))
