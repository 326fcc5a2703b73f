"""Sealing: committed lines of the log join the chain of their establishment and month, in the order they are found.

A line that commits late joins the end of its month's chain, whatever its instant: nothing waits for anybody. Past
``LATE`` it joins no more, so that a line written afterwards with an old date is found by ``seal_check``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, delete, exists, func, insert, select
from sqlalchemy.orm import Session

from portal.access.models import LogEntry
from portal.access.seal_digests import FIRST, head_digest, line, line_digest
from portal.access.seals import Head, Seal
from portal.core import clock, scope
from portal.core.errors import BadInput, NotFound
from portal.core.models import Establishment

LATE = timedelta(hours=1)
"""A transaction open for longer than that would be a fault of ours: no request and no job lasts so long."""

AT_MOST = 10_000
"""Lines of one turn: on SQLite nobody writes meanwhile, and that must stay under a second or two."""

LOCK = 0x7365616C
"""Number of the lock of PostgreSQL under which one process seals at a time."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one turn did. ``more``: lines are still waiting."""

    lines: int
    more: bool
    heads: tuple[Head, ...]


@scope.working("sealing the log")
def seal(db: Session, *, at_most: int = AT_MOST) -> Sealed:
    """Chain the lines that are committed and not sealed yet, at most so many. The caller commits."""
    _one_at_a_time(db)
    now, left, heads = clock.now(), at_most, list[Head]()
    for establishment_id in db.scalars(select(Establishment.id).order_by(Establishment.id)).all():
        if left <= 0:
            return Sealed(at_most, True, tuple(heads))
        found = _unsealed(db, establishment_id, now, left)
        if found:
            heads += _chain(db, establishment_id, found, now if len(found) < left else found[-1].at)
            left -= len(found)
    return Sealed(at_most - left, left <= 0, tuple(heads))


@scope.working("purging the log")
def purge_month(db: Session, establishment_id: UUID, month: int) -> int:
    """Remove the lines of one month (year × 100 + month, UTC) and keep its head. Answers how many. The caller commits.

    Raises ``NotFound`` for a month with no sealed line left; ``BadInput`` « month: not_over » while lines may still
    join it, or sealing has not passed its end.
    """
    _one_at_a_time(db)
    newest, of_month = newest_head(db, establishment_id), newest_head(db, establishment_id, month)
    if newest is None or of_month is None or of_month.purged:
        raise NotFound
    if newest.until - LATE < month_end(month):
        raise BadInput("month", "not_over")
    of_it = Seal.establishment_id == establishment_id, Seal.month == month
    gone = db.scalar(select(func.count()).select_from(Seal).where(*of_it)) or 0
    db.execute(delete(LogEntry).where(LogEntry.id.in_(select(Seal.entry_id).where(*of_it))), execution_options=_PLAIN)
    db.execute(delete(Seal).where(*of_it), execution_options=_PLAIN)
    _add_head(db, newest, establishment_id, month, of_month.length, of_month.last, newest.until, purged=True)
    return gone


def newest_head(db: Session, establishment_id: UUID, month: int | None = None) -> Head | None:
    """The last head of an establishment, or of one of its months."""
    query = select(Head).where(Head.establishment_id == establishment_id)
    if month is not None:
        query = query.where(Head.month == month)
    return db.scalars(query.order_by(Head.number.desc()).limit(1)).one_or_none()


def month_of(at: datetime) -> int:
    """Year × 100 + month, in UTC."""
    return at.year * 100 + at.month


def month_start(month: int) -> datetime:
    """Its first instant."""
    return clock.midnight(date(month // 100, month % 100, 1), "UTC")


def month_end(month: int) -> datetime:
    """The first instant of the next month."""
    year, number = divmod(month, 100)
    return clock.midnight(date(year + number // 12, number % 12 + 1, 1), "UTC")


_PLAIN = {"synchronize_session": False}


def _one_at_a_time(db: Session) -> None:
    """(SQLite: a transaction that writes already waits for the others.)"""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _unsealed(db: Session, establishment_id: UUID, now: datetime, at_most: int) -> Sequence[Row[UUID, datetime, str]]:
    newest = newest_head(db, establishment_id)
    query = select(LogEntry.id, LogEntry.at, line(db.get_bind().dialect.name)).where(
        LogEntry.establishment_id == establishment_id,
        LogEntry.at <= now,
        ~exists().where(Seal.entry_id == LogEntry.id),
    )
    if newest is not None:
        query = query.where(LogEntry.at >= newest.until - LATE)
    return db.execute(query.order_by(LogEntry.at, LogEntry.id).limit(at_most)).all()


def _chain(
    db: Session, establishment_id: UUID, lines: Sequence[Row[UUID, datetime, str]], until: datetime
) -> list[Head]:
    newest = newest_head(db, establishment_id)
    if newest is not None:
        until = max(until, newest.until)
    ends: dict[int, tuple[int, bytes]] = {}
    seals = []
    for one in lines:
        month = month_of(one.at)
        if month not in ends:
            head = newest_head(db, establishment_id, month)
            ends[month] = (head.length, head.last) if head else (0, FIRST)
        length, last = ends[month]
        digest = line_digest(last, establishment_id, month, length + 1, one.line)
        ends[month] = length + 1, digest
        seals.append(
            {
                "establishment_id": establishment_id,
                "month": month,
                "position": length + 1,
                "entry_id": one.id,
                "digest": digest,
            }
        )
    db.connection().execute(insert(Seal.__table__), seals)  # type: ignore[arg-type]  # the table, not the class: no object is made
    heads: list[Head] = []
    for month, (length, last) in sorted(ends.items()):
        newest = _add_head(db, newest, establishment_id, month, length, last, until)
        heads.append(newest)
    return heads


def _add_head(
    db: Session,
    before: Head | None,
    establishment_id: UUID,
    month: int,
    length: int,
    last: bytes,
    until: datetime,
    *,
    purged: bool = False,
) -> Head:
    head = Head(
        establishment_id=establishment_id,
        number=before.number + 1 if before else 1,
        month=month,
        length=length,
        last=last,
        until=until,
        purged=purged,
        written_at=clock.now(),
    )
    head.digest = head_digest(before.digest if before else FIRST, head)
    db.add(head)
    db.flush()
    return head
