"""Lines of the log, as far as each may read them. The only SELECT over the log that a page asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Subquery, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.access.models import Authority, Kind, LogEntry, Measure, Reach, Relationship
from portal.access.rows import current
from portal.access.sharing import Restriction, Source
from portal.access.words import Category, Strength
from portal.core import clock
from portal.core.models import Account, Establishment
from portal.lookers.models import Naming, Release
from portal.lookers.readers import Eye, Reader

THE_LOG = "lookers.dossier"
"""The page itself: reading the log is in the log."""


@dataclass(frozen=True, slots=True)
class Found:
    """One month of the log of one dossier."""

    lines: Sequence[Row[Any]]
    """Grouped: ``day`` (0 for the first of ``days``), who, as what, by which means, ``first``, ``last``, ``times``."""
    named: bool
    """Families read the names of staff here."""
    earlier: bool
    """There are lines before this month."""
    held: bool
    """For management: lines wait to be shown to the family."""


def lines(db: Session, reader: Reader, days: Sequence[datetime]) -> Found:
    """What ``reader`` may read of these days; ``days``: the first instant of each, and of the one after the last.

    One statement, for one line or thousands.
    """
    grouped, around = _grouped(reader, days), _around(reader, days[0])
    rows = db.execute(select(around, grouped).select_from(around.outerjoin(grouped, true()))).all()
    first = rows[0]
    return Found([one for one in rows if one.day is not None], first.named, first.earlier, first.held)


def namings(db: Session, establishments: Sequence[UUID]) -> list[tuple[UUID, str, bool]]:
    """Establishment, its name, and whether families read the names of its staff."""
    query = select(Establishment.id, Establishment.name, named(Establishment.id)).where(
        Establishment.id.in_(establishments)
    )
    return [(one, name, bool(named)) for one, name, named in db.execute(query.order_by(Establishment.name))]


def _grouped(reader: Reader, days: Sequence[datetime]) -> Subquery:
    to, told, helper = aliased(Relationship), aliased(Account), aliased(Account)
    day = case(*((LogEntry.at < end, number) for number, end in enumerate(days[1:])), else_=len(days) - 2)
    what: list[Any] = [
        day.label("day"),
        LogEntry.account_id,
        Account.display_name.label("name"),
        LogEntry.kind,
        LogEntry.post,
        LogEntry.emergency,
        LogEntry.means,
        LogEntry.categories,
        (LogEntry.endpoint == THE_LOG).label("the_log"),
        (LogEntry.seen_as == reader.account_id).label("as_me"),
        LogEntry.told_at,
        to.kind.label("to_kind"),
        (to.account_id == reader.account_id).label("to_me"),
        told.display_name.label("to_name"),
        LogEntry.helper_id,
        helper.display_name.label("helper_name"),
    ]
    return (
        select(
            *what,
            func.min(LogEntry.at).label("first"),
            func.max(LogEntry.at).label("last"),
            func.count().label("times"),
        )
        .outerjoin(Account, Account.id == LogEntry.account_id)
        .outerjoin(to, to.id == LogEntry.to_relationship)
        .outerjoin(told, told.id == to.account_id)
        .outerjoin(helper, helper.id == LogEntry.helper_id)
        .where(LogEntry.at >= days[0], LogEntry.at < days[-1], *_readable(reader))
        .group_by(*what)
        .subquery()
    )


def _around(reader: Reader, starts: datetime) -> Subquery:
    """One row, whatever the month holds."""
    waiting = exists().where(LogEntry.dossier_id == reader.dossier_id, _held())
    held = waiting if reader.eye is Eye.MANAGEMENT else false()
    return select(
        func.coalesce(named(reader.establishment_id), False).label("named"),
        exists().where(LogEntry.at < starts, *_readable(reader)).label("earlier"),
        held.label("held"),
    ).subquery()


def _readable(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    """Which lines of the dossier this reader may read."""
    of_it = LogEntry.dossier_id == reader.dossier_id, LogEntry.establishment_id == reader.establishment_id
    if reader.eye is Eye.MANAGEMENT:
        return of_it
    mine = or_(LogEntry.account_id == reader.account_id, LogEntry.to_relationship.in_(_my_links(reader)))
    others = [~_held()]
    if reader.eye is not Eye.YOUNG:
        others += [LogEntry.kind == Kind.STAFF, _speaks_of(reader.categories)]
    if reader.eye is Eye.FAMILY:
        others += [LogEntry.to_relationship.is_(None), _decides(reader)]
    return (*of_it, or_(mine, and_(*others)))


def _my_links(reader: Reader) -> Any:
    """(A broken link stays one's own: what one was told one knows.)"""
    return select(Relationship.id).where(
        Relationship.account_id == reader.account_id, Relationship.dossier_id == reader.dossier_id
    )


def _decides(reader: Reader) -> ColumnElement[bool]:
    """Whether the reader reaches the dossier now by a link that decides for the young person.

    Asked of ``reach``, that knows of majorities and ends; a restriction that closes everything ends this too.
    """
    return exists().where(
        Reach.account_id == reader.account_id,
        Reach.dossier_id == reader.dossier_id,
        Reach.full_at <= Strength.SUBSTANTIAL,
        *current(clock.now()),
        Relationship.id == Reach.relationship_id,
        or_(
            and_(Relationship.kind == Kind.PARENT, Relationship.authority == Authority.FULL),
            Relationship.kind.in_([Kind.DELEGATE, Kind.CHILD_WELFARE]),
            and_(Relationship.kind == Kind.MEASURE, Relationship.measure == Measure.PERSON_REPRESENT),
        ),
    )


def _speaks_of(categories: frozenset[Category]) -> ColumnElement[bool]:
    """A line about nothing that the reader reaches is not there for them: not even that it exists."""
    said = " " + LogEntry.categories + " "
    among = [said.like(f"% {one.value}{end}%") for one in sorted(categories) for end in (" ", ":")]
    return or_(LogEntry.endpoint == THE_LOG, *among)


def _held() -> ColumnElement[bool]:
    """Written while a safeguarding freeze was in force, and not shown by management since."""
    frozen = exists().where(
        Restriction.dossier_id == LogEntry.dossier_id,
        Restriction.source == Source.FREEZE,
        Restriction.starts_at <= LogEntry.at,
        or_(Restriction.ends_at.is_(None), Restriction.ends_at > LogEntry.at),
        or_(Restriction.lifted_at.is_(None), Restriction.lifted_at > LogEntry.at),
    )
    released = exists().where(Release.dossier_id == LogEntry.dossier_id, Release.until >= LogEntry.at)
    return and_(frozen, ~released)


def named(establishment_id: Any) -> Any:
    """Whether families there read the names of staff, as a column: NULL while management decided nothing."""
    newest = select(Naming.named).where(Naming.establishment_id == establishment_id)
    return newest.order_by(Naming.decided_at.desc(), Naming.id).limit(1).scalar_subquery()
