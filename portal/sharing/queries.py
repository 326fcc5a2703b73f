"""What the screens of sharing read. Each function takes a fixed number of statements, whatever the number of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.access import granting
from portal.access.cases import cases
from portal.access.facts import Case
from portal.access.models import Kind, Post, Relationship
from portal.access.opening import in_force
from portal.access.perimeter import Row
from portal.access.queries import Reached
from portal.access.readers import Eye, Reader, is_told_of, reader_of
from portal.access.sharing import Agreement, Perimeter
from portal.access.words import Nature, Strength, Viewer
from portal.core import clock
from portal.core.errors import NeedsStrength, NotFound
from portal.core.models import Dossier, Establishment
from portal.core.names import names_of
from portal.sharing.chart import Chart, draw
from portal.sharing.models import ActRequest, Voice

RUN = frozenset({Post.MANAGEMENT, Post.ADMINISTRATION})


@dataclass(frozen=True, slots=True)
class Known:
    """A chart, with the names its reader may read beside it."""

    chart: Chart
    cases: tuple[Case, ...]
    perimeter: Perimeter | None
    names: Mapping[UUID, str]

    @property
    def reader(self) -> Reader:
        return self.chart.reader


@dataclass(frozen=True, slots=True)
class Given:
    """Agreements given together, to one person: what one receipt says."""

    receipt: UUID
    dossier_id: UUID
    relationship_id: UUID
    to: UUID
    rows: tuple[Row, ...]
    open_rows: tuple[Row, ...]
    """Those of them that still stand."""
    given_by: UUID
    capacity: str
    since: datetime
    until: datetime | None
    withdrawn_at: datetime | None
    """When the last of them was taken back; None while one stands, or when they ran out by themselves."""
    helper_id: UUID | None
    """Who sat beside whoever gave it."""
    withdrawn_by: UUID | None
    withdrawn_with: UUID | None
    """Who sat beside whoever took it back."""

    @property
    def stands(self) -> bool:
        return bool(self.open_rows)


def sure(viewer: Viewer, scope: Iterable[Reached], dossier_id: UUID) -> None:
    """Who sees what is read with a sure sign-in; by the young person, in their accompanied space too.

    Raises ``NeedsStrength``.
    """
    own = any(one.dossier_id == dossier_id and one.kind is Kind.SELF for one in scope)
    if viewer.strength < (Strength.ACCOMPANIED if own else Strength.SUBSTANTIAL):
        raise NeedsStrength


def dossier_of(db: Session, viewer: Viewer, scope: Iterable[Reached], query: Select[UUID | None]) -> UUID:
    """The dossier that what is asked for belongs to, in one statement, when this viewer may read its sharing.

    Raises ``NeedsStrength`` for a weak sign-in, whether or not the thing exists; ``NotFound`` for what is elsewhere.
    """
    listed = tuple(scope)
    found = db.scalar(query)
    if found is None or found not in {one.dossier_id for one in listed}:
        raise NeedsStrength if viewer.strength is Strength.LOW else NotFound
    sure(viewer, listed, found)
    return found


def known(db: Session, viewer: Viewer, dossier_id: UUID) -> Known:
    """The chart of one dossier for this viewer, in seven statements. Raises ``NotFound`` when none is shown to them."""
    at = clock.now()
    found = tuple(cases(db, dossier_ids=[dossier_id]))
    reader = reader_of(found, viewer.account_id, at)
    if reader is None:
        raise NotFound
    chart = draw(found, reader, at)
    perimeter = in_force(db, found[0].dossier.establishment_id, at)
    wanted = {person.account_id for person in chart.people} | {perimeter.decided_by if perimeter else None}
    wanted |= {cell.agreement.given_by for cell in chart.cells.values() if cell.agreement and not reader.banned}
    return Known(chart, found, perimeter, names_of(db, wanted))


def charted(db: Session, viewer: Viewer, scope: Iterable[Reached]) -> frozenset[UUID]:
    """The dossiers of this viewer's scope whose chart is shown to them. One statement."""
    listed = tuple(scope)
    followed = select(Relationship.dossier_id).where(
        Relationship.account_id == viewer.account_id,
        Relationship.referent.is_(True),
        Relationship.dossier_id.in_({one.dossier_id for one in listed}),
    )
    mine = set(db.scalars(followed))
    return frozenset(
        one.dossier_id for one in listed if one.kind is not Kind.STAFF or one.post in RUN or one.dossier_id in mine
    )


def givens(found: Iterable[Case], at: datetime) -> list[Given]:
    """Every receipt of these links, newest first. No statement: agreements stand in the cases."""
    by_receipt: dict[UUID, list[tuple[Case, Agreement]]] = {}
    for case in found:
        for one in case.agreements:
            by_receipt.setdefault(one.receipt, []).append((case, one))
    listed = [_given(pairs, at) for pairs in by_receipt.values()]
    return sorted(listed, key=lambda one: (one.stands, one.since), reverse=True)


def _given(pairs: list[tuple[Case, Agreement]], at: datetime) -> Given:
    case, first = pairs[0]
    rows = {(one.category, Nature(one.nature)): one.stands(at) for _, one in pairs}
    ends = [one.ends_at for _, one in pairs if one.ends_at is not None]
    taken = [(one.withdrawn_at, one) for _, one in pairs if one.withdrawn_at is not None]
    standing = tuple(row for row, stands in sorted(rows.items()) if stands)
    last = max(taken, default=None, key=lambda one: one[0]) if not standing else None
    return Given(
        receipt=first.receipt,
        dossier_id=first.dossier_id,
        relationship_id=first.relationship_id,
        to=case.relationship.account_id,
        rows=tuple(sorted(rows)),
        open_rows=standing,
        given_by=first.given_by,
        capacity=first.capacity,
        since=first.starts_at,
        until=min(ends, default=None),
        withdrawn_at=last[0] if last else None,
        helper_id=first.helper_id,
        withdrawn_by=last[1].withdrawn_by if last else None,
        withdrawn_with=last[1].withdrawn_with if last else None,
    )


def seen_by(given: Given, found: Iterable[Case], reader: Reader, at: datetime) -> bool:
    """Whether this reader is told of that receipt: who gave it, who holds it, and whoever sees the person's column."""
    if reader.account_id in (given.given_by, given.to):
        return True
    case = next(one for one in found if one.relationship.id == given.relationship_id)
    return reader.eye is not Eye.SELF_ONLY and is_told_of(case, reader, at)


def voices(db: Session, dossier_ids: Iterable[UUID]) -> dict[UUID, Voice]:
    """Receipt → the young person's last word on it."""
    query = select(Voice).where(Voice.dossier_id.in_(list(dossier_ids))).order_by(Voice.said_at, Voice.id)
    return {one.receipt: one for one in db.scalars(query)}


def agreements(db: Session, receipt: UUID) -> list[Agreement]:
    """What stands under one receipt."""
    return list(db.scalars(select(Agreement).where(Agreement.receipt == receipt).order_by(Agreement.id)))


def of_link(relationship_id: UUID) -> Select[UUID | None]:
    """The dossier of a link."""
    return select(Relationship.dossier_id).where(Relationship.id == relationship_id)


def of_request(request_id: UUID) -> Select[UUID]:
    """The dossier that an act is asked for."""
    return select(ActRequest.dossier_id).where(ActRequest.id == request_id)


def link_of(found: Iterable[Case], relationship_id: UUID) -> Case:
    """The link of that identifier among these. Raises ``NotFound``."""
    for case in found:
        if case.relationship.id == relationship_id:
            return case
    raise NotFound


@dataclass(frozen=True, slots=True)
class Readable:
    """A dossier whose sharing somebody may read: its links, and as whom they read."""

    cases: tuple[Case, ...]
    reader: Reader
    zone: str


def readable(db: Session, viewer: Viewer, dossier_ids: Iterable[UUID]) -> dict[UUID, Readable]:
    """Those of these dossiers whose sharing is shown to this viewer. Six statements."""
    at, grouped = clock.now(), dict[UUID, list[Case]]()
    wanted = list(dossier_ids)
    for case in cases(db, dossier_ids=wanted) if wanted else ():
        grouped.setdefault(case.dossier.id, []).append(case)
    zones = _zones(db, wanted) if wanted else {}
    read = {key: (tuple(found), reader_of(found, viewer.account_id, at)) for key, found in grouped.items()}
    return {key: Readable(found, reader, zones[key]) for key, (found, reader) in read.items() if reader is not None}


def may_take(given: Given, reader: Reader, at: datetime) -> bool:
    """Whether this reader may take all of it back: who gave it, or who could give every row of it today."""
    mine = granting.entitled_rows(reader.own, at)
    return given.stands and (given.given_by == reader.account_id or set(given.open_rows) <= set(mine))


def _zones(db: Session, dossier_ids: Iterable[UUID]) -> dict[UUID, str]:
    query = select(Dossier.id, Establishment.time_zone).join(
        Establishment, Establishment.id == Dossier.establishment_id
    )
    return {row.id: row.time_zone for row in db.execute(query.where(Dossier.id.in_(list(dossier_ids))))}
