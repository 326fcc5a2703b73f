"""A dossier is erased, or emptied of some categories, with all that hangs on it: by the purge, and again when an old
backup came back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Text, and_, delete, inspect, or_, select, update
from sqlalchemy.orm import Session

from portal.connectors.vault_store import NAME
from portal.core.db import Base
from portal.core.models import Dossier, Shared
from portal.dossier.models import DuiMessage, SourceReference


def erase(db: Session, dossier_id: UUID) -> list[str] | None:
    """Delete a dossier and every row that refers to it, however far; None when there is none.

    The names of vault objects that nothing mentions any more: theirs to delete once this is committed. Lines of the log
    stay: they refer to nothing, and go by their own rule.
    """
    dossier = db.get(Dossier, dossier_id)
    if dossier is None:
        return None
    place, key = dossier.establishment_id, dossier.key
    db.expunge(dossier)
    names = _delete(db, _hanging({Dossier.__table__: Dossier.__table__.c.id == dossier_id}))
    theirs = (SourceReference.establishment_id == place, SourceReference.dossier_key == key)
    db.execute(delete(SourceReference).where(*theirs))
    return names


def empty(db: Session, dossier_id: UUID, categories: Iterable[str]) -> list[str] | None:
    """Delete what a dossier that stays holds of these categories; None when there is none. Names as ``erase`` gives."""
    if db.get(Dossier, dossier_id) is None:
        return None
    chosen = [str(category) for category in categories]
    about = (inspect(one.class_).local_table for one in Base.registry.mappers if issubclass(one.class_, Shared))
    here = {table: and_(table.c.dossier_id == dossier_id, table.c.category.in_(chosen)) for table in about}
    return _delete(db, _hanging(here))


def _delete(db: Session, doomed: dict[Table, ColumnElement[bool]]) -> list[str]:
    names = {name for table, those in doomed.items() for name in _objects(db, table, those)}
    for table, those in reversed(doomed.items()):
        db.execute(delete(table).where(those))
    return _let_go(db, names)


def _hanging(roots: Mapping[Any, ColumnElement[bool]]) -> dict[Table, ColumnElement[bool]]:
    """Tables and which of their rows go, parents first: the roots, and whatever refers to them."""
    doomed: dict[Table, ColumnElement[bool]] = {}
    for table in Base.metadata.sorted_tables:
        to = [roots[table]] if table in roots else []
        to += [
            key.parent.in_(select(key.column).where(doomed[key.column.table]))
            for key in table.foreign_keys
            if key.column.table in doomed
        ]
        if to:
            doomed[table] = or_(*to)
    return doomed


def _texts(table: Table) -> list[Any]:
    return [column for column in table.c if isinstance(column.type, Text)]


def _objects(db: Session, table: Table, those: ColumnElement[bool]) -> Iterator[str]:
    """Whatever looks like the name of an object: no feature has to be remembered here."""
    for column in _texts(table):
        named = column.like("__/%")
        yield from (name for name in db.scalars(select(column).where(those, named)) if NAME.fullmatch(name))


def _let_go(db: Session, names: set[str]) -> list[str]:
    """Those that nothing about somebody else mentions. What only the log of reception mentions goes: it forgets it.

    Every column of text is read once, however many the names: few have an index, and the log is long.
    """
    left = set(names)
    for table in Base.metadata.sorted_tables:
        for column in _texts(table):
            if left and table is not DuiMessage.__table__:
                left.difference_update(db.scalars(select(column).where(column.in_(left))))
    if left:
        db.execute(update(DuiMessage).where(DuiMessage.vault_key.in_(left)).values(vault_key=None))
    return sorted(left)
