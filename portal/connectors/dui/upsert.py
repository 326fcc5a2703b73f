"""Storing many records in few statements: what features' ``receive`` share. Never a statement a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.orm import Session

from portal.connectors.dui.reception import Reception
from portal.connectors.dui.records import Record
from portal.connectors.dui.withholding import held_again, withhold
from portal.core.db import Base

R = TypeVar("R", bound=Record)
T = TypeVar("T")
Key = tuple[Any, ...]
Values = dict[str, Any]

CHUNK = 500
"""Values in one IN (…): far below what either database accepts, enough to make statements few."""


@dataclass(slots=True)
class Stored:
    """What was done: identifiers by key, and which keys are new or changed."""

    ids: dict[Key, UUID] = field(default_factory=dict)
    touched: set[Key] = field(default_factory=set)


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Values, a few hundred at a time."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def shared(record: Record, dossier_id: UUID, reception: Reception, category: str, nature: str = "") -> Values:
    """The columns of ``Shared`` that the DUI decides. Holds and privacy are the portal's: no message lifts them."""
    return {
        "dossier_id": dossier_id,
        "establishment_id": reception.establishment.id,
        "category": category,
        "nature": nature,
        "hidden_from": record.hidden,
    }


def keep(
    db: Session,
    reception: Reception,
    model: type[Base],
    records: Iterable[R],
    row: Callable[[R, UUID, Row[Any] | None], Values | None],
    *,
    also: Sequence[str] = (),
) -> Stored:
    """Store the records of dossiers that may change; remove the withdrawn ones.

    ``row(record, dossier_id, before)`` gives every column, ``key`` included; ``before`` is the row already there. None:
    nothing to store.
    ``also`` names columns that make the key unique beside (dossier, key).
    """
    mine = list(reception.mine(records))
    names = ("dossier_id", *also, "key")
    before = _before(db, model, names, [(dossier_id, record.key) for record, dossier_id in mine])
    gone: list[Row[Any]] = []
    rows = []
    for record, dossier_id in mine:
        key = (dossier_id, *(getattr(record, name) for name in also), record.key)
        found = before.get(key)
        values = None if record.withdrawn else row(record, dossier_id, found)
        if values is not None:
            rows.append(values)
        elif record.withdrawn and found is not None:
            gone.append(found)
    withhold(db, model, gone)
    remove(db, model, [found.id for found in gone])
    held_again(db, reception, model, rows, before, names)
    stored = write(db, model, names, rows, before)
    reception.count(str(model.__tablename__), len(stored.touched) + len(gone))
    return stored


def _before(db: Session, model: type[Base], names: Sequence[str], mine: list[tuple[UUID, str]]) -> dict[Key, Row[Any]]:
    """Rows already there, by key. Sorted, so that a chunk touches few dossiers."""
    found: dict[Key, Row[Any]] = {}
    table = model.__table__.c
    for batch in chunks(sorted(mine, key=lambda one: (str(one[0]), one[1]))):
        query = select(*table).where(
            table.dossier_id.in_({dossier_id for dossier_id, _ in batch}), table.key.in_({key for _, key in batch})
        )
        found |= by_key(db, query, names)
    return found


def by_key(db: Session, query: Select[*tuple[Any, ...]], names: Sequence[str]) -> dict[Key, Row[Any]]:
    """Rows of a query, by some of their columns."""
    return {tuple(getattr(row, name) for name in names): row for row in db.execute(query)}


def write(
    db: Session, model: type[Base], names: Sequence[str], rows: Iterable[Values], before: Mapping[Key, Row[Any]]
) -> Stored:
    """Insert what is new, update what differs, leave the rest alone. ``before`` holds the rows already there."""
    stored = Stored()
    new, changed = [], []
    for values in rows:
        key = tuple(values[name] for name in names)
        found = before.get(key)
        stored.ids[key] = found.id if found is not None else uuid4()
        if found is None:
            new.append({"id": stored.ids[key], **values})
        elif any(getattr(found, name) != value for name, value in values.items()):
            changed.append({"id": found.id, **values})
        else:
            continue
        stored.touched.add(key)
    for batch in chunks(new, 2000):
        db.execute(insert(model), batch)
    for batch in chunks(changed, 2000):
        db.execute(update(model), batch)
    return stored


def remove(db: Session, model: type[Base], ids: Iterable[UUID]) -> None:
    """Delete rows by identifier."""
    for batch in chunks(ids):
        db.execute(delete(model).where(model.__table__.c.id.in_(batch)))
