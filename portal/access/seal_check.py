"""Is the log what was sealed? Every line is read again and every digest computed again, a few thousand at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.access.models import LogEntry
from portal.access.seal import LATE, month_end, month_of, month_start
from portal.access.seal_digests import FIRST, head_digest, line_digest
from portal.access.seal_lines import AT_ONCE, Lines, as_held
from portal.access.seals import Head, Seal
from portal.core import scope


class Wrong(StrEnum):
    """What was found."""

    CHANGED = "changed"
    """The line is not the one that was sealed there: a column changed, or another line stands in its place."""
    REMOVED = "removed"
    """The line is gone, its seal is there."""
    UNSEALED = "unsealed"
    """Seals are gone, between two others or at the end."""
    ADDED = "added"
    """A seal that no turn of sealing wrote."""
    BACKDATED = "backdated"
    """A line written after sealing had passed its date."""
    HEAD_CHANGED = "head_changed"
    HEAD_REMOVED = "head_removed"
    KEPT_DIFFERS = "kept_differs"
    """A head kept outside is not the one of the database: everything may have been written anew."""
    KEPT_MISSING = "kept_missing"
    """A head kept outside is not in the database: the end of the log was removed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong and where: ``position`` in the month's chain, or the number of a head. Nothing about people."""

    wrong: Wrong
    establishment_id: UUID
    month: int = 0
    position: int = 0
    lines: int = 1


@dataclass(slots=True)
class Tail:
    """What was read of one establishment. ``unsealed`` lines are not chained yet: nothing vouches for them."""

    establishment_id: UUID
    sealed: int = 0
    purged: int = 0
    unsealed: int = 0
    until: datetime | None = None
    """Every line committed before then is sealed."""


Kept = tuple[UUID, int, bytes]
"""A head kept outside: establishment, number, digest."""


def check(db: Session, kept: Iterable[Kept] = ()) -> Iterator[Finding | Tail]:
    """Everything wrong, establishment by establishment, each ended by its ``Tail``. Writes nothing.

    Ends transactions as it goes. Lines written meanwhile do not disturb it; a purge meanwhile may.
    """
    scope.enter(db, scope.everywhere("checking the log"))
    outside: dict[UUID, dict[int, bytes]] = {}
    for establishment_id, number, digest in kept:
        outside.setdefault(establishment_id, {})[number] = digest
    for establishment_id in sorted({*_establishments(db), *outside}):
        tail = Tail(establishment_id)
        ends: dict[int, Head] = {}
        starts: dict[int, Head] = {}
        yield from _heads(db, tail, outside.get(establishment_id, {}), starts, ends)
        for month, head in sorted(ends.items()):
            yield from _month(db, head, starts.get(month), tail)
        yield from _strangers(db, tail)
        yield from _waiting(db, tail)
        db.commit()
        yield tail


def _establishments(db: Session) -> set[UUID]:
    found: set[UUID] = set()
    for column in (Head.establishment_id, Seal.establishment_id, LogEntry.establishment_id):
        found |= _distinct(db, column)
    return found


def _distinct(db: Session, column: Any) -> set[UUID]:
    """The few values of an indexed column of a long table, one seek each."""
    found: set[UUID] = set()
    one = db.scalar(select(column).order_by(column).limit(1))
    while one is not None:
        found.add(one)
        one = db.scalar(select(column).where(column > one).order_by(column).limit(1))
    return found


def _heads(
    db: Session, tail: Tail, kept: dict[int, bytes], starts: dict[int, Head], ends: dict[int, Head]
) -> Iterator[Finding]:
    """The chain of heads; what each month's chain begins after (a purge) and ends with."""
    before, expected = FIRST, 1
    query = select(Head).where(Head.establishment_id == tail.establishment_id).order_by(Head.number)
    for head in db.scalars(query.execution_options(yield_per=AT_ONCE)):
        if head.number != expected:
            yield Finding(Wrong.HEAD_REMOVED, tail.establishment_id, position=expected, lines=head.number - expected)
        elif head_digest(before, head) != head.digest:
            yield Finding(Wrong.HEAD_CHANGED, tail.establishment_id, head.month, head.number)
        if kept.pop(head.number, head.digest) != head.digest:
            yield Finding(Wrong.KEPT_DIFFERS, tail.establishment_id, head.month, head.number)
        before, expected = head.digest, head.number + 1
        ends[head.month] = head
        if head.purged:
            starts[head.month] = head
        tail.until = head.until
    for number in kept:
        yield Finding(Wrong.KEPT_MISSING, tail.establishment_id, position=number)
    db.commit()


def _month(db: Session, end: Head, start: Head | None, tail: Tail) -> Iterator[Finding]:
    """One month's chain, from its first line (or the first after a purge) to its head."""
    place, last = (start.length, start.last) if start else (0, FIRST)
    tail.purged += place
    tail.sealed += end.length - place
    lines = Lines(db, end.establishment_id, month_start(end.month), month_end(end.month))
    while seals := _seals(db, end, place):
        found = lines.of([entry_id for _, _, entry_id in seals])
        for position, digest, entry_id in seals:
            said = found.get(entry_id)
            if position != place + 1:
                yield Finding(Wrong.UNSEALED, end.establishment_id, end.month, place + 1, position - place - 1)
            elif said is None:
                yield Finding(Wrong.REMOVED, end.establishment_id, end.month, position)
            elif line_digest(last, end.establishment_id, end.month, position, said) != digest:
                yield Finding(Wrong.CHANGED, end.establishment_id, end.month, position)
            place, last = position, digest
    if place < end.length:
        yield Finding(Wrong.UNSEALED, end.establishment_id, end.month, place + 1, end.length - place)
    elif last != end.last:
        yield Finding(Wrong.CHANGED, end.establishment_id, end.month, end.length)


def _seals(db: Session, end: Head, after: int) -> Sequence[Row[int, bytes, Any]]:
    query = select(Seal.position, Seal.digest, as_held(Seal.entry_id)).where(
        Seal.establishment_id == end.establishment_id,
        Seal.month == end.month,
        Seal.position > after,
        Seal.position <= end.length,
    )
    rows = db.connection().execute(query.order_by(Seal.position).limit(AT_ONCE)).all()
    db.commit()
    return rows


def _strangers(db: Session, tail: Tail) -> Iterator[Finding]:
    """Seals past the end of their chain, before its beginning, or of a month that was never sealed."""
    ended = (
        select(
            Head.month,
            func.max(Head.length).label("length"),
            func.max(case((Head.purged, Head.length), else_=0)).label("start"),
        )
        .where(Head.establishment_id == tail.establishment_id)
        .group_by(Head.month)
        .subquery()
    )
    sealed = (
        select(Seal.month, func.min(Seal.position).label("first"), func.max(Seal.position).label("top"))
        .where(Seal.establishment_id == tail.establishment_id)
        .group_by(Seal.month)
        .subquery()
    )
    query = (
        select(sealed.c.month, sealed.c.first, sealed.c.top, ended.c.length, ended.c.start)
        .join(ended, ended.c.month == sealed.c.month, isouter=True)
        .where(or_(ended.c.length.is_(None), sealed.c.top > ended.c.length, sealed.c.first <= ended.c.start))
    )
    for row in db.execute(query):
        first = row.first if row.length is None or row.first <= row.start else row.length + 1
        yield Finding(Wrong.ADDED, tail.establishment_id, row.month, first, lines=row.top - first + 1)


def _waiting(db: Session, tail: Tail) -> Iterator[Finding]:
    """Lines that no seal knows: the tail that waits, and those that came with a date of before."""
    past = LogEntry.at < tail.until - LATE if tail.until else literal(False)
    unknown = LogEntry.establishment_id == tail.establishment_id, ~exists().where(Seal.entry_id == LogEntry.id)
    counts = select(func.count(), func.count().filter(past), func.min(LogEntry.at).filter(past)).where(*unknown)
    every, backdated, first = db.execute(counts).one()
    tail.unsealed = every - backdated
    if backdated:
        yield Finding(Wrong.BACKDATED, tail.establishment_id, month_of(first), lines=backdated)
