"""What the portal decided of a row outlives the row: a DUI withdraws a rendez-vous and books it again under its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.orm import Session

from portal.connectors.dui.reception import Reception
from portal.core.db import Base
from portal.core.standing import Withheld

DECIDED: Mapping[str, Any] = {"held_until": None, "private_to": None, "published_to": 0}
"""Columns of ``Shared`` that the portal decides, and what stands there while nobody decided anything."""


def withhold(db: Session, model: type[Base], gone: Iterable[Row[Any]]) -> None:
    """Remember what was decided of rows about to be removed."""
    kept = [
        {"dossier_id": row.dossier_id, "establishment_id": row.establishment_id, "table_name": model.__tablename__}
        | {"key": row.key}
        | {name: getattr(row, name) for name in DECIDED}
        for row in gone
        if any(getattr(row, name) != usual for name, usual in DECIDED.items())
    ]
    if kept:
        db.execute(insert(Withheld), kept)


def held_again(
    db: Session,
    reception: Reception,
    model: type[Base],
    rows: Iterable[dict[str, Any]],
    before: Mapping[tuple[Any, ...], Row[Any]],
    names: Sequence[str],
) -> None:
    """Give new rows what was decided of them when they were there last. Nothing else becomes more open by it."""
    new = {(row["dossier_id"], row["key"]): row for row in rows if tuple(row[name] for name in names) not in before}
    if not new:
        return
    here = select(Withheld).where(
        Withheld.establishment_id == reception.establishment.id, Withheld.table_name == model.__tablename__
    )
    again: list[UUID] = []
    for one in db.scalars(here):
        row = new.get((one.dossier_id, one.key))
        if row is not None:
            row |= {name: getattr(one, name) for name in DECIDED}
            again.append(one.id)
    if again:
        db.execute(delete(Withheld).where(Withheld.id.in_(again)))
