"""One thing of each kind for each family, every text of it holding a word to look for.

Whatever is known of a family holds ``FAMILYqzCATEGORY``, so a page that shows a foreign thing is found out by its
bytes. A new ``Shared`` model, and what hangs from one, gets its rows here by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, Text
from sqlalchemy.orm import Session

from portal import tables
from portal.access.models import Relationship
from portal.access.perimeter import EVENTS
from portal.core.db import Base, Instant
from portal.core.models import Account, Dossier, Establishment, Shared, Unit
from tests.factories import NOON, a_dossier, an_account

assert tables.MODULES  # every model is known
FAMILIES = ("child", "grown", "near", "far")
"""A child and a young adult of one unit; a child of another unit; a child of another establishment."""
WHEN = {"starts_at": NOON + timedelta(days=1), "ends_at": NOON + timedelta(days=1, hours=1)}
LATER = ("end", "last", "until", "expires")
"""What a column that ends something is called."""
ONLY = {"notice": ("appointments",)}
"""Categories that a model really holds, where it could hold more: all its notices are about rendez-vous."""
_number = count(1)


def word(family: str, what: str) -> str:
    """What stands in every text about that: letters only, so that no escaping hides it."""
    return f"{family}qz{''.join(letter for letter in what if letter.isalpha())}qz"


@dataclass
class Family:
    """One young person, who is tied to them (by persona), and what is known of them (by table and category)."""

    name: str
    place: Establishment
    unit: Unit
    dossier: Dossier
    links: dict[str, Relationship] = field(default_factory=dict)
    rows: dict[tuple[str, str], Any] = field(default_factory=dict)
    agreement: Any = None
    restriction: Any = None
    perimeter: Any = None
    request: Any = None
    waiting: Any = None
    """A link that nobody verified yet."""
    correction: Any = None
    mandate: Any = None
    passkey: Any = None
    """Of whoever gives agreements in this family."""
    service: Any = None
    """Another service that says who they are."""
    device: Any = None
    """Where they are signed in."""
    feed: Any = None
    """The address of a calendar of theirs."""
    colleague: Any = None
    """Somebody at work for this young person alone, whom nobody looked at for years."""


def a_family(db: Session, name: str, place: Establishment, unit: Unit, age: int = 12) -> Family:
    dossier = a_dossier(db, place, age=age, unit_id=unit.id, received_at=NOON - timedelta(hours=3))
    dossier.key += word(name, "key")
    return Family(name, place, unit, dossier)


def somebody(db: Session, family: str, persona: str) -> Account:
    """An account whose name and mail are words to look for."""
    return an_account(db, word(family, persona), email=f"{word(family, persona)}@famille.example")


def furnish(db: Session, family: Family, holder: UUID) -> None:
    """Rows of every model about this family. What must belong to an account is the holder's."""
    for model in shared_models():
        for category in ONLY.get(model.__tablename__, sorted(model.CATEGORIES)):
            label = {
                "dossier_id": family.dossier.id,
                "establishment_id": family.place.id,
                "category": category,
                "nature": "health" if category in EVENTS and model.__tablename__ in ("event", "notice") else "",
            }
            facts = label | _said(model.__tablename__, family, category)
            thing = _added(db, model(**_filled(model, family, category, holder, facts)))
            family.rows[model.__tablename__, category] = thing
    for owner in list(family.rows.values()):
        for model in hanging_from(owner.__table__):
            keys = {
                own.parent.key: owner.id for own in model.__table__.foreign_keys if own.column is owner.__table__.c.id
            }
            _added(db, model(**_filled(model, family, owner.category, None, keys)))


def shared_models() -> list[Any]:
    found = (mapper.class_ for mapper in Base.registry.mappers)
    return sorted((one for one in found if issubclass(one, Shared)), key=lambda one: one.__tablename__)


def hanging_from(table: Any) -> list[Any]:
    """Models that are not ``Shared`` themselves and name a row of this table: they are read through it."""
    found = (mapper.class_ for mapper in Base.registry.mappers if not issubclass(mapper.class_, Shared))
    return [one for one in found if any(key.column.table is table for key in one.__table__.foreign_keys)]


def _said(table: str, family: Family, category: str) -> dict[str, Any]:
    """What chance would say wrongly: a notice is about the event, a ride leads to the rendez-vous."""
    match table:
        case "notice":
            return {"item_id": family.rows["event", category].id, "params": {}}
        case "transport":
            return {"event_key": family.rows["event", "appointments"].key}
        case "contact":
            return {"kind": "phone"}
        case "callback":
            return {"to_whom": "nurse" if category == "appointments" else "unit"}
        case "event_answer" | "preparation":
            return {"event_id": family.rows["event", category].id}
        case _:
            return {}


def _filled(model: Any, family: Family, category: str, holder: UUID | None, facts: dict[str, Any]) -> dict[str, Any]:
    """These facts, and something for every column they do not name."""
    columns = [column for column in model.__table__.columns if column.key not in facts and column.key != "id"]
    found = {column.key: _value(column, family, category, holder) for column in columns}
    return facts | {key: value for key, value in found.items() if value is not None}


def _value(column: Column[Any], family: Family, category: str, holder: UUID | None) -> Any:
    if column.foreign_keys:
        return _whose(column, family, holder)
    if isinstance(column.type, Text):
        return word(family.name, category) + (str(next(_number)) if "key" in column.key else "")
    if column.key in WHEN:
        return WHEN[column.key]
    return None if column.nullable or column.default is not None else _plain(column, column.key.startswith(LATER))


def _whose(column: Column[Any], family: Family, holder: UUID | None) -> UUID | None:
    table = next(iter(column.foreign_keys)).column.table.name
    if table == "unit":
        return family.unit.id
    return holder if table == "account" and not column.nullable else None


def _plain(column: Column[Any], later: bool) -> Any:
    words: type[Enum] | None = getattr(column.type, "enum_class", None)
    if words:
        return next(iter(words))
    values = {
        Instant: NOON + later * timedelta(days=30),
        Date: date(2026, 11, 19) + later * timedelta(days=30),
        Boolean: False,
        Integer: 1,
        LargeBinary: uuid4().bytes,
        JSON: {},
    }
    return next((value for kind, value in values.items() if isinstance(column.type, kind)), uuid4())


def _added(db: Session, thing: Any) -> Any:
    db.add(thing)
    db.flush()
    return thing
