"""The perimeter of an establishment: each decision of management is a new version; the last one in force rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import reach
from portal.access.models import Post
from portal.access.perimeter import FAMILY, STAFF, STAFF_COLUMN, Cell, Column, Row, Who
from portal.access.queries import posted_to
from portal.access.sharing import Opening, Perimeter
from portal.access.words import Nature
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.models import Dossier

Cells = Mapping[tuple[str, Row], bool]
"""(column, row) → open or closed; what is not named stays as shipped."""


def openable(column: str, row: Row) -> tuple[bool, ...]:
    """What management may make of a cell: open it, close it. « Jamais » is never opened, nothing opens an agreement."""
    if column == STAFF_COLUMN:
        return (True,) if Who.UNIT_IF_OPENED in STAFF[row] else ()
    match FAMILY[row][Column(column)]:
        case Cell.NEVER:
            return ()
        case Cell.CLOSED:
            return (True,)
        case _:
            return (False,)


@scope.working("perimeter")
def decide_perimeter(
    db: Session,
    establishment_id: UUID,
    cells: Cells,
    *,
    by: UUID,
    because: str,
    starts_at: datetime | None = None,
) -> Perimeter:
    """A new version, from ``starts_at`` (now) on. What it does not name is as shipped, whatever earlier ones said.

    Raises ``BadInput``: by « not_entitled »; because « missing »; starts_at « past » or « already_one » (two versions
    would be in force at once); cells « not_openable ». Nothing is written then.
    """
    reach.wait_for_others(db)
    at = clock.now()
    starts = starts_at or at
    if by not in posted_to(db, establishment_id, [Post.MANAGEMENT]):
        raise BadInput("by", "not_entitled")
    if not because.strip():
        raise BadInput("because", "missing")
    if starts < at:
        raise BadInput("starts_at", "past")
    if any(is_open not in openable(column, row) for (column, row), is_open in cells.items()):
        raise BadInput("cells", "not_openable")
    one = Perimeter(
        establishment_id=establishment_id,
        version=_next(db, establishment_id, starts),
        starts_at=starts,
        decided_by=by,
        because=because.strip(),
    )
    db.add(one)
    db.flush()
    db.add_all(_openings(one.id, cells))
    reach.recompute(db, dossier_ids=db.scalars(select(Dossier.id).where(Dossier.establishment_id == establishment_id)))
    return one


def in_force(db: Session, establishment_id: UUID, at: datetime | None = None) -> Perimeter | None:
    """The version that rules at ``at`` (now); None: everything is as shipped."""
    query = (
        select(Perimeter)
        .where(Perimeter.establishment_id == establishment_id, Perimeter.starts_at <= (at or clock.now()))
        .order_by(Perimeter.starts_at.desc())
        .limit(1)
    )
    return db.scalar(query)


def cells_of(db: Session, perimeter_id: UUID) -> dict[tuple[str, Row], bool]:
    """What a version opens and closes: give it to ``decide_perimeter`` again to restore it."""
    rows = db.scalars(select(Opening).where(Opening.perimeter_id == perimeter_id))
    return {(one.column, (one.category, Nature(one.nature))): one.is_open for one in rows}


def _next(db: Session, establishment_id: UUID, starts: datetime) -> int:
    """Its number. No version may start where, or before, one that is already decided does."""
    last = db.scalar(
        select(Perimeter)
        .where(Perimeter.establishment_id == establishment_id)
        .order_by(Perimeter.version.desc())
        .limit(1)
    )
    if last is not None and last.starts_at >= starts:
        raise BadInput("starts_at", "already_one")
    return last.version + 1 if last else 1


def _openings(perimeter_id: UUID, cells: Cells) -> list[Opening]:
    return [
        Opening(perimeter_id=perimeter_id, column=column, category=category, nature=nature.value, is_open=is_open)
        for (column, (category, nature)), is_open in cells.items()
    ]
