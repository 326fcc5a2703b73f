"""Thousands of families made from one, inside the database, so that a plan meets the sizes it was not tried on.

The first family is written by the portal's own code (``reach`` included) and copied under other identifiers. Families
share a house (establishment, director) fifty by fifty. Identifiers are scattered as random ones are; a family's rows
stand together, as a message of the DUI leaves them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, Uuid, create_engine, insert, select, text
from sqlalchemy.orm import Session

from portal.access.models import Post, Reach, Relationship
from portal.access.words import Category
from portal.core import clock, scope
from portal.core.db import make_sessions
from portal.core.models import Account, Dossier, Establishment, Organisation
from portal.dossier.models import Identity
from portal.inbox.models import Notice, NoticeKind
from portal.planning.models import Event, EventPerson
from tests.bench.pages import a_child
from tests.factories import a_parent, an_account, an_establishment, staff, the_young_person
from tests.schema import owned

CHILDREN, ROWS = 2, 6
"""Of a family: children, and rendez-vous of each that are to come (as many are over)."""
HOUSE = 50
"""Families of an establishment."""
OF_A_HOUSE = (Organisation, Establishment, Account, Relationship)
OF_A_FAMILY = (Account, Dossier, Relationship, Reach, Identity, Event, EventPerson, Notice)
TEXTS = {"dossier": "key", "establishment": "finess"}
"""Business identifiers that must differ between copies."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """The first family, and who asks: a mother of two, one of them, and the director of their house."""

    mother: UUID
    child: UUID
    director: UUID
    event: UUID
    shared: tuple[UUID, ...]
    """Identifiers that belong to the house: one copy serves fifty families."""


def first_family(db: Session) -> Crowd:
    place = an_establishment(db)
    mother = an_account(db, "Nadia Exemple")
    for number in range(CHILDREN):
        dossier, event = a_child(db, place, f"Enfant {number}", ROWS)
        a_parent(db, dossier, account=mother)
        db.add(_news(mother.id, dossier, event))
    child = the_young_person(db, dossier)
    director = staff(db, dossier, Post.MANAGEMENT)
    shared = (place.organisation_id, place.id, director.account_id, director.id)
    return Crowd(mother.id, child.account_id, director.account_id, event, shared)


def _news(account_id: UUID, dossier: Dossier, event_id: UUID) -> Notice:
    owned = {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id}
    label = {"category": Category.APPOINTMENTS, "nature": "health"}
    what = {"kind": NoticeKind.APPOINTMENT_CHANGED, "item_id": event_id, "params": {}}
    return Notice(account_id=account_id, **owned, **label, **what)


def age(engine: Engine, crowd: Crowd, number: int, events: int) -> None:
    """Give each child of a family ``events`` more of everyday, one a day, all of them over."""
    at = clock.now() - timedelta(days=40)
    with make_sessions(engine, scope.everywhere("bench")).begin() as db:
        for link in db.scalars(select(Relationship).where(Relationship.account_id == copied(crowd.mother, number))):
            label = {"category": Category.PLANNING, "nature": "school", "title": "Classe"}
            owned = {"dossier_id": link.dossier_id, "establishment_id": link.establishment_id}
            days = ((at - timedelta(days=day), f"CLASSE-{day}") for day in range(events))
            rows = [owned | label | {"key": key, "starts_at": day, "ends_at": day} for day, key in days]
            db.execute(insert(Event), rows)


def grow(engine: Engine, crowd: Crowd, first: int, last: int) -> None:
    """Copy the family under the numbers ``first`` to ``last`` (whole houses), then let PostgreSQL count its rows."""
    assert (first - 1) % HOUSE == last % HOUSE == 0
    plain = create_engine(owned(engine.url.render_as_string(hide_password=False)), isolation_level="AUTOCOMMIT")
    with plain.connect() as connection:
        _hasten(connection)
        _number(connection, "houses", (first - 1) // HOUSE, last // HOUSE - 1)
        _number(connection, "families", first, last)
        copies = [*((model.__table__, "houses") for model in OF_A_HOUSE)]
        copies += [*((model.__table__, "families") for model in OF_A_FAMILY)]
        for table, numbers in copies:
            _set_aside(connection, table, crowd, numbers)
        for table, numbers in copies:
            _copy(connection, table, crowd, numbers)
        for name in ("houses", "families"):
            connection.execute(text(f"DROP TABLE {name}"))
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))  # as it does by itself, sooner or later
    plain.dispose()


def forget(engine: Engine) -> None:
    """Drop the tables that ``grow`` keeps its models in: a database of tests serves others afterwards."""
    plain = create_engine(owned(engine.url.render_as_string(hide_password=False)))
    with plain.begin() as connection:
        for numbers, models in (("houses", OF_A_HOUSE), ("families", OF_A_FAMILY)):
            for model in models:
                connection.execute(text(f"DROP TABLE IF EXISTS {_first(model.__table__, numbers)}"))
    plain.dispose()


def copied(identifier: UUID, number: int) -> UUID:
    """The identifier that a copy of a family's thing has."""
    return UUID(f"{number * SPREAD & MASK:08x}{identifier.hex[8:]}")


SPREAD, MASK = 2654435761, 0xFFFFFFFF


def _hasten(connection: Connection) -> None:
    """No constraint is checked and nothing waits for a disk: what is written is a copy, and thrown away."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("SET synchronous_commit = off"))
        connection.execute(text("SET client_min_messages = error"))
    else:
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")


def _number(connection: Connection, name: str, first: int, last: int) -> None:
    connection.execute(text(f"CREATE TEMPORARY TABLE {name} (n bigint)"))
    connection.execute(
        text(
            f"WITH RECURSIVE counted(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM counted WHERE n < {last}) "
            f"INSERT INTO {name} SELECT n FROM counted WHERE n <= {last}"
        )
    )


def _copy(connection: Connection, table: Table, crowd: Crowd, numbers: str) -> None:
    """One statement a table: each row of the first family (or house) beside each number."""
    postgres = connection.dialect.name == "postgresql"
    shared = _shared(connection, crowd)
    chosen = ", ".join(_value(table, column, shared, postgres, numbers) for column in table.columns)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({names}) SELECT {chosen} "
            f"FROM {numbers} CROSS JOIN {_first(table, numbers)} AS t ORDER BY {numbers}.n"
        )
    )


def _set_aside(connection: Connection, table: Table, crowd: Crowd, numbers: str) -> None:
    """Keep the rows to copy in a table of their own, the first time, when no others exist."""
    if connection.dialect.has_table(connection, _first(table, numbers)):
        return
    of_the_house = f"id IN ({_shared(connection, crowd)})" if "id" in table.c else "false"
    where = of_the_house if numbers == "houses" else f"NOT ({of_the_house})"
    connection.execute(text(f"CREATE TABLE {_first(table, numbers)} AS SELECT * FROM {table.name} WHERE {where}"))


def _first(table: Table, numbers: str) -> str:
    return f"first_{numbers}_{table.name}"


def _shared(connection: Connection, crowd: Crowd) -> str:
    postgres = connection.dialect.name == "postgresql"
    return ", ".join(f"'{one if postgres else one.hex}'" for one in crowd.shared)


def _value(table: Table, column: Any, shared: str, postgres: bool, numbers: str) -> str:
    name = f't."{column.name}"'
    if TEXTS.get(table.name) == column.name:
        return f"{name} || '-' || {numbers}.n"
    if not isinstance(column.type, Uuid):
        return name
    if numbers == "houses":
        return _mixed(name, "houses.n", postgres)
    house = _mixed(name, f"((families.n - 1) / {HOUSE})", postgres)
    return f"CASE WHEN {name} IN ({shared}) THEN {house} ELSE {_mixed(name, 'families.n', postgres)} END"


def _mixed(name: str, number: str, postgres: bool) -> str:
    spread = f"(({number} * {SPREAD}) & {MASK})"
    if postgres:
        return f"CAST(lpad(to_hex({spread}), 8, '0') || substr(replace(CAST({name} AS text), '-', ''), 9) AS uuid)"
    return f"(printf('%08x', {spread}) || substr({name}, 9))"
