"""What is past its time: dossiers to close, to empty and to erase, and what stands beside them. Nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.access.mandates import Mandate
from portal.access.models import Kind, Relationship
from portal.access.seal import month_of
from portal.access.seals import Seal
from portal.access.sharing import Restriction, Source
from portal.access.words import Category
from portal.accounts.enrolments import Enrolment
from portal.accounts.models import WAYS, CalendarFeed, SignIn
from portal.core import clock
from portal.core.db import Base
from portal.core.models import Account, AccountState, Dossier, DossierState, Establishment, Shared
from portal.deadlines.dates import months_before
from portal.retention.rules import (
    ERASED_AFTER,
    FEEDS_FOR,
    LETTERS_FOR,
    LOG_FOR,
    MANDATES_FOR,
    RAW_FOR,
    READABLE_FOR,
    REVIEWS_FOR,
    SIGN_INS_FOR,
    WAYS_FOR,
    gone_by,
)
from portal.staffing.models import Review


@dataclass(frozen=True, slots=True)
class Aging:
    """One dossier that nobody lives in any more, and how many whole months ago that began."""

    id: UUID
    establishment_id: UUID
    state: DossierState
    months: int
    since: date
    frozen: bool
    """A safeguarding freeze holds: nothing goes, whatever its age."""

    @property
    def is_erased(self) -> bool:
        limit = ERASED_AFTER.get(self.state)
        return not self.frozen and limit is not None and self.months >= limit

    @property
    def closes(self) -> bool:
        """Its time to be read is over. Closing destroys nothing: a freeze does not keep it open."""
        return self.state is DossierState.LEFT_READABLE and self.months >= READABLE_FOR


@dataclass(frozen=True, slots=True)
class Due:
    """What a purge would remove now."""

    erased: Sequence[Aging]
    emptied: Sequence[tuple[Aging, frozenset[Category]]]
    """Dossiers that stay, and the categories that go."""
    rows: Counter[Category]
    """Rows about people, of both."""
    kept_by_freeze: Sequence[Aging]
    accounts: Sequence[UUID]
    """Closed, tied to nobody, and still named."""
    log_months: Sequence[tuple[UUID, int]]
    """(establishment, year × 100 + month)."""
    leavers: Sequence[UUID]
    """Accounts of people who left the team long ago: to close, and then to make nameless."""
    sign_ins: int
    reviews: int
    letters: int
    mandates: int
    ways: int
    """Accounts that lose their ways in."""
    raw_before: datetime
    """Raw messages received before then are cut down."""


def aging(db: Session, now: datetime) -> list[Aging]:
    """Dossiers whose time counts, the oldest first: those who left, and those expected who did not come."""
    at = or_(Restriction.ends_at.is_(None), Restriction.ends_at > now)
    freeze = exists().where(
        Restriction.dossier_id == Dossier.id,
        Restriction.source == Source.FREEZE,
        Restriction.lifted_at.is_(None),
        Restriction.starts_at <= now,
        at,
    )
    query = (
        select(Dossier, Establishment.time_zone, freeze.label("frozen"))
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .where(Dossier.state != DossierState.PRESENT)
    )
    found: list[Aging] = []
    for dossier, zone, frozen in db.execute(query):
        since, today = clock.local_date(_since(dossier), zone), clock.local_date(now, zone)
        months = whole_months(since, today)
        found.append(Aging(dossier.id, dossier.establishment_id, dossier.state, months, since, bool(frozen)))
    return sorted(found, key=lambda one: (one.since, one.id))


def whole_months(since: date, today: date) -> int:
    """Calendar months gone by; 0 for a day to come."""
    months = (today.year - since.year) * 12 + today.month - since.month
    return max(months - (months_before(since, -months) > today), 0)


def due(db: Session, now: datetime) -> Due:
    """What the rules say is past its time."""
    old = aging(db, now)
    erased = [one for one in old if one.is_erased]
    candidates = [(one, gone_by(one.state, one.months)) for one in old if not one.is_erased]
    held = _rows(db, [one.id for one in old])
    emptied = [
        (one, here)
        for one, gone in candidates
        if not one.frozen and (here := frozenset(category for category in gone if held[one.id, category]))
    ]
    rows: Counter[Category] = Counter()
    for one in erased:
        rows += Counter({category: held[one.id, category] for category in Category})
    for one, gone in emptied:
        rows += Counter({category: held[one.id, category] for category in gone})
    frozen = [one for one in old if one.frozen and (gone_by(one.state, one.months) or _is_past(one))]
    before = _months_ago(now, RAW_FOR)
    months = _log_months(db, now)
    return Due(
        erased=erased,
        emptied=emptied,
        rows=rows,
        kept_by_freeze=frozen,
        accounts=nameless(db),
        log_months=months,
        leavers=leavers(db, now),
        sign_ins=len(old_sign_ins(db, now)),
        reviews=len(old_reviews(db, now)),
        letters=len(old_letters(db, now)),
        mandates=len(old_mandates(db, now)),
        ways=len(without_use(db, now)),
        raw_before=before,
    )


def nameless(db: Session) -> list[UUID]:
    """Closed accounts that nothing ties to anybody, and that still carry a name, a mail or a sign-in."""
    tied = exists().where(Relationship.account_id == Account.id, ~_left_the_team(clock.now()))
    signed = exists().where(SignIn.account_id == Account.id)
    named = or_(Account.display_name != "", Account.email.is_not(None), signed)
    query = select(Account.id).where(Account.state == AccountState.CLOSED, ~tied, named)
    return list(db.scalars(query.order_by(Account.id)))


def leavers(db: Session, now: datetime) -> list[UUID]:
    """Open accounts that only ever worked somewhere, and have left for so long that no line of the log is theirs."""
    theirs = Relationship.account_id == Account.id
    kept = exists().where(theirs, ~_left_the_team(now))
    query = select(Account.id).where(Account.state == AccountState.ACTIVE, exists().where(theirs), ~kept)
    return list(db.scalars(query.order_by(Account.id)))


def old_reviews(db: Session, now: datetime) -> list[UUID]:
    """What management said of assignments longer ago than ``REVIEWS_FOR``."""
    return list(db.scalars(select(Review.id).where(Review.said_at < _months_ago(now, REVIEWS_FOR))))


def _left_the_team(now: datetime) -> ColumnElement[bool]:
    limit = _months_ago(now, LOG_FOR)
    over = and_(Relationship.ends_at.is_not(None), Relationship.ends_at < limit)
    return and_(Relationship.kind == Kind.STAFF, over)


def old_sign_ins(db: Session, now: datetime) -> list[UUID]:
    """Sign-ins over for longer than ``SIGN_INS_FOR``."""
    limit = _months_ago(now, SIGN_INS_FOR)
    over = or_(SignIn.expires_at < limit, and_(SignIn.ended_at.is_not(None), SignIn.ended_at < limit))
    return list(db.scalars(select(SignIn.id).where(over)))


def old_mandates(db: Session, now: datetime) -> list[UUID]:
    """Mandates over for longer than ``MANDATES_FOR``, whether taken back or run out."""
    limit = _months_ago(now, MANDATES_FOR)
    over = or_(Mandate.ends_at < limit, and_(Mandate.withdrawn_at.is_not(None), Mandate.withdrawn_at < limit))
    return list(db.scalars(select(Mandate.id).where(over)))


def old_letters(db: Session, now: datetime) -> list[UUID]:
    """Letters that never served, over for longer than ``LETTERS_FOR``. One that served says how somebody came in."""
    limit = _months_ago(now, LETTERS_FOR)
    over = or_(Enrolment.expires_at < limit, and_(Enrolment.revoked_at.is_not(None), Enrolment.revoked_at < limit))
    return list(db.scalars(select(Enrolment.id).where(Enrolment.redeemed_at.is_(None), over)))


def old_feeds(db: Session, now: datetime) -> list[UUID]:
    """Addresses of calendars over for longer than ``FEEDS_FOR``."""
    limit = _months_ago(now, FEEDS_FOR)
    over = or_(CalendarFeed.expires_at < limit, CalendarFeed.revoked_at < limit)
    return list(db.scalars(select(CalendarFeed.id).where(over)))


def without_use(db: Session, now: datetime) -> list[UUID]:
    """Accounts with a way in, a device or a letter that serves nobody: closed, or tied to nobody for ``WAYS_FOR``."""
    limit = _months_ago(now, WAYS_FOR)
    theirs = Relationship.account_id == Account.id
    left = and_(Dossier.state == DossierState.LEFT, Dossier.state_since < limit)
    dossier_left = exists().where(Dossier.id == Relationship.dossier_id, left)
    over = or_(and_(Relationship.ends_at.is_not(None), Relationship.ends_at < limit), dossier_left)
    untied = and_(exists().where(theirs), ~exists().where(theirs, ~over))
    has = or_(*(exists().where(kind.account_id == Account.id) for kind in (*WAYS, SignIn, Enrolment, CalendarFeed)))
    return list(db.scalars(select(Account.id).where(or_(Account.state == AccountState.CLOSED, untied), has)))


def shared_models() -> list[Any]:
    """Every model of rows about a person."""
    found = (mapper.class_ for mapper in Base.registry.mappers)
    return sorted((one for one in found if issubclass(one, Shared)), key=lambda one: str(one.__tablename__))


def _rows(db: Session, dossier_ids: Iterable[UUID]) -> Counter[tuple[UUID, Category]]:
    """(dossier, category) → rows, over every table about people."""
    wanted, found = list(dossier_ids), Counter[tuple[UUID, Category]]()
    for model in shared_models():
        query = select(model.dossier_id, model.category, func.count()).where(model.dossier_id.in_(wanted))
        for dossier_id, category, number in db.execute(query.group_by(model.dossier_id, model.category)):
            found[dossier_id, Category(category)] += number
    return found


def _since(dossier: Dossier) -> datetime:
    if dossier.state is DossierState.PRE_ADMISSION:
        return max(dossier.state_since, dossier.received_at or dossier.state_since)
    return dossier.left_at or dossier.state_since


def _is_past(one: Aging) -> bool:
    limit = ERASED_AFTER.get(one.state)
    return limit is not None and one.months >= limit


def _log_months(db: Session, now: datetime) -> list[tuple[UUID, int]]:
    """Whole months older than ``LOG_FOR``, sealed, oldest first."""
    first_kept = month_of(_months_ago(now, LOG_FOR))
    query = select(Seal.establishment_id, Seal.month).where(Seal.month < first_kept).distinct()
    return [(place, month) for place, month in db.execute(query.order_by(Seal.month, Seal.establishment_id))]


def _months_ago(now: datetime, months: int) -> datetime:
    return clock.midnight(months_before(now.date(), months), "UTC")
