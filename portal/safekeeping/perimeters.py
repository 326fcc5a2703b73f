"""A perimeter decided since the backup, decided again as far as it closes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.sharing import Opening, Perimeter
from portal.access.words import Category
from portal.core.journal import Taken
from portal.core.models import Account, Establishment

Cell = tuple[str, str, str]
"""Column, category, nature."""

BECAUSE = "journal"
"""What a version says of its reason when the journal alone remembers it."""


def decide_again(db: Session, version: Taken, taken: Iterable[Taken]) -> bool:
    """The version an entry speaks of, with its cells in ``taken``, opens nothing that the one before did not open.

    False when the backup does not know the establishment. A version that is there already only closes more.
    """
    cells = {_cell(one): bool(one["is_open"]) for one in taken if one.get("perimeter_id") == version["id"]}
    if db.get(Establishment, UUID(version["establishment_id"])) is None:
        return False
    starts_at = datetime.fromisoformat(version["starts_at"])
    there = db.get(Perimeter, UUID(version["id"])) or _starting(db, version, starts_at)
    former = _cells(db, there.id if there else _before(db, version, starts_at))
    one = there or _added(db, version, starts_at)
    _lay(db, one.id, _narrower(former, cells))
    return True


def close_cells(db: Session, taken: Iterable[Taken], versions: Iterable[str]) -> None:
    """Cells that came to a version after it was decided: those that close, close."""
    known = set(versions)
    for one in taken:
        perimeter_id = UUID(one["perimeter_id"])
        late = one["perimeter_id"] not in known and not one["is_open"]
        if late and db.get(Perimeter, perimeter_id) is not None:
            _lay(db, perimeter_id, _cells(db, perimeter_id) | {_cell(one): False})


def _narrower(one: Mapping[Cell, bool], other: Mapping[Cell, bool]) -> dict[Cell, bool]:
    """Closed beats as shipped, which beats open."""
    cells: dict[Cell, bool] = {}
    for cell in one.keys() | other.keys():
        said = {one.get(cell), other.get(cell)}
        if said == {True}:
            cells[cell] = True
        elif False in said:
            cells[cell] = False
    return cells


def _cell(one: Taken) -> Cell:
    return one["column"], one["category"], one["nature"]


def _cells(db: Session, perimeter_id: UUID | None) -> dict[Cell, bool]:
    rows = db.scalars(select(Opening).where(Opening.perimeter_id == perimeter_id))
    return {(one.column, one.category.value, one.nature): one.is_open for one in rows}


def _lay(db: Session, perimeter_id: UUID, cells: Mapping[Cell, bool]) -> None:
    for one in db.scalars(select(Opening).where(Opening.perimeter_id == perimeter_id)):
        db.delete(one)
    db.flush()
    for (column, category, nature), is_open in cells.items():
        where = {"column": column, "category": Category(category), "nature": nature}
        db.add(Opening(perimeter_id=perimeter_id, is_open=is_open, **where))
    db.flush()


def _starting(db: Session, version: Taken, starts_at: datetime) -> Perimeter | None:
    here = Perimeter.establishment_id == UUID(version["establishment_id"])
    return db.scalar(select(Perimeter).where(here, Perimeter.starts_at == starts_at))


def _before(db: Session, version: Taken, starts_at: datetime) -> UUID | None:
    here = Perimeter.establishment_id == UUID(version["establishment_id"])
    query = select(Perimeter.id).where(here, Perimeter.starts_at < starts_at).order_by(Perimeter.starts_at.desc())
    return db.scalar(query.limit(1))


def _added(db: Session, version: Taken, starts_at: datetime) -> Perimeter:
    place = UUID(version["establishment_id"])
    last = db.scalar(select(func.max(Perimeter.version)).where(Perimeter.establishment_id == place)) or 0
    by = UUID(version["decided_by"]) if version["decided_by"] else None
    one = Perimeter(
        id=UUID(version["id"]),
        establishment_id=place,
        version=max(last + 1, version["version"]),
        starts_at=starts_at,
        decided_by=by if by and db.get(Account, by) else None,
        because=BECAUSE,
    )
    db.add(one)
    db.flush()
    return one
