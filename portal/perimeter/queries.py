"""The versions of a perimeter, and what a new one would change, counted before it is decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, union_all
from sqlalchemy.orm import Session

from portal.access.cases import cases
from portal.access.explain import is_open
from portal.access.facts import Case, Version
from portal.access.perimeter import ROWS, STAFF_COLUMN, Column, row_of
from portal.access.perimeter import Row as PerimeterRow
from portal.access.reach import POINTS
from portal.access.sharing import Perimeter
from portal.core.db import Base
from portal.core.models import Account, Dossier, Establishment, Shared

Cell = tuple[str, PerimeterRow]
NO_THINGS = frozenset({"notice", "kept", "reminder", "creton_decision"})
"""Tables whose rows no family reads as such: news of other rows, what is kept of the DUI, dates staff keep."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What changing one cell does on that day: to how many people, of how many young people, about how many things."""

    column: str
    row: PerimeterRow
    opens: bool
    people: int
    dossiers: int
    things: int


def establishment(db: Session, establishment_id: UUID) -> Row[str, str]:
    """Its name and time zone."""
    return db.execute(
        select(Establishment.name, Establishment.time_zone).where(Establishment.id == establishment_id)
    ).one()


def history(db: Session, establishment_id: UUID) -> Sequence[Row[Perimeter, str | None]]:
    """Every version with the name of who decided it, newest first."""
    return db.execute(
        select(Perimeter, Account.display_name)
        .outerjoin(Account, Account.id == Perimeter.decided_by)
        .where(Perimeter.establishment_id == establishment_id)
        .order_by(Perimeter.version.desc())
    ).all()


def effects(db: Session, establishment_id: UUID, cells: Mapping[Cell, bool], at: datetime) -> list[Effect]:
    """What a version with these cells would change at ``at``, cell by cell, in a fixed number of statements."""
    dossiers = list(db.scalars(select(Dossier.id).where(Dossier.establishment_id == establishment_id)))
    new = (Version(at, dict(cells)),)
    touched: dict[tuple[str, PerimeterRow, bool], set[tuple[UUID, UUID]]] = {}
    for case in cases(db, dossier_ids=dossiers):
        column = case.column_at(at)
        for row in ROWS:
            if column is not None and (change := _change(case, replace(case, versions=new), row, at)) is not None:
                pair = case.relationship.account_id, case.dossier.id
                touched.setdefault((column, row, change), set()).add(pair)
    things = _things(db, establishment_id)
    return [
        Effect(
            column,
            row,
            opens,
            people=len({account_id for account_id, _ in pairs}),
            dossiers=len({dossier_id for _, dossier_id in pairs}),
            things=sum(things[row, dossier_id] for dossier_id in {dossier_id for _, dossier_id in pairs}),
        )
        for (column, row, opens), pairs in sorted(touched.items(), key=lambda one: _place(one[0]))
    ]


def _place(key: tuple[str, PerimeterRow, bool]) -> tuple[int, int]:
    columns = [*(column.value for column in Column), STAFF_COLUMN]
    return ROWS.index(key[1]), columns.index(key[0])


def _change(before: Case, after: Case, row: PerimeterRow, at: datetime) -> bool | None:
    """True: it opens; False: it closes; None: all stays."""
    was, will = is_open([before], row, at), is_open([after], row, at)
    return None if was == will else will


def _things(db: Session, establishment_id: UUID) -> Counter[tuple[PerimeterRow, UUID]]:
    """How many rows there are, by row of the perimeter and dossier. One statement."""
    found: Counter[tuple[PerimeterRow, UUID]] = Counter()
    parts = [_counted(model, establishment_id) for model in _models()]
    for category, nature, dossier_id, number in db.execute(union_all(*parts)):
        point = next((one for one in POINTS if one == (category, nature)), None)
        if point is not None:
            found[row_of(*point), dossier_id] += number
    return found


def _models() -> Iterable[Any]:
    mapped: list[Any] = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Shared)]
    return sorted((one for one in mapped if one.__tablename__ not in NO_THINGS), key=lambda one: one.__tablename__)


def _counted(model: Any, establishment_id: UUID) -> Any:
    return (
        select(model.category, model.nature, model.dossier_id, func.count())
        .where(model.establishment_id == establishment_id)
        .group_by(model.category, model.nature, model.dossier_id)
    )
