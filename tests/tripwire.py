"""A wire across the portal's floor, in tests on SQLite: a request that reads people past access trips over it.

SQLite tells an authorizer each column a statement reads, when it prepares the statement. A statement of a request that
reads a table of people must also read ``reach`` the way ``access.queries`` does; if not, it is noted, and the test that
asked for it fails. What may do otherwise stands in ``tripwire.tsv``, with the reason.

It is no wall: a statement that joins ``reach`` beside the point passes, and PostgreSQL has row-level security instead.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from flask import has_request_context, request
from sqlalchemy import Engine, event

from portal import tables
from portal.core.db import Base
from portal.core.models import Shared

assert tables.MODULES  # every model is known

ALLOWED = Path(__file__).parent / "tripwire.tsv"
REACH = "reach"
ASKED = re.compile(r"\breach(_\d+)?\.account_id (=|IN)")
"""Whoever reads people must ask ``reach`` for an account, and not merely pass by it."""
WRITES = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
PAST = "(a statement sent past SQLAlchemy)"


@dataclass(frozen=True)
class Trip:
    """A statement of a request that read people without asking ``reach``."""

    endpoint: str
    table: str
    columns: tuple[str, ...]
    sql: str

    def __str__(self) -> str:
        what = ", ".join(self.columns)
        return f"{self.endpoint} reads {self.table} ({what}) without access.queries, by: {' '.join(self.sql.split())}"


@dataclass
class Foot:
    """One connection, and what its statement of the moment reads."""

    wire: Wire
    sql: str | None = None
    reads: set[tuple[str, str]] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)

    def step(self, action: int, table: str | None, column: str | None, *_: Any) -> int:
        """SQLite's authorizer. Everything is authorized: it is only noted."""
        if self.sql is not None:
            if action == sqlite3.SQLITE_READ:
                self.reads.add((str(table), str(column)))
            elif action in WRITES:
                self.writes.add(str(table))
        elif action == sqlite3.SQLITE_READ and table in people() and has_request_context():
            self.wire.note(PAST, {(str(table), str(column))}, set())
        return sqlite3.SQLITE_OK


class Wire:
    """The wire of one engine."""

    def __init__(self, engine: Engine) -> None:
        self.trips: list[Trip] = []
        event.listen(engine, "do_connect", self._uncached)
        event.listen(engine, "connect", self._connected)
        event.listen(engine, "before_cursor_execute", self._begins)
        event.listen(engine, "after_cursor_execute", self._ends)

    @staticmethod
    def _uncached(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        options["cached_statements"] = 0  # a statement prepared before is not shown to the authorizer again

    def _connected(self, connection: sqlite3.Connection, record: Any) -> None:
        record.info[Wire] = foot = Foot(self)
        connection.set_authorizer(foot.step)

    def _begins(self, connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        foot: Foot = connection.connection.info[Wire]
        foot.reads, foot.writes = set(), set()
        foot.sql = sql if has_request_context() else ""

    def _ends(self, connection: Any, *_: Any) -> None:
        foot: Foot = connection.connection.info[Wire]
        if foot.sql:
            self.note(foot.sql, foot.reads, foot.writes)
        foot.sql = None

    def note(self, sql: str, reads: set[tuple[str, str]], writes: set[str]) -> None:
        if REACH in {table for table, _ in reads} and ASKED.search(sql):
            return
        found: dict[str, set[str]] = {}
        for table, column in reads - excused(frozenset(writes)):
            if table in people():
                found.setdefault(table, set()).add(column)
        endpoint = str(request.endpoint)
        may = allowed().get(endpoint, set())
        self.trips += [
            Trip(endpoint, table, tuple(sorted(columns)), sql)
            for table, columns in sorted(found.items())
            if not {table, "*"} & may
        ]

    def take(self) -> list[Trip]:
        """What was noted so far, and forgotten now."""
        taken, self.trips = self.trips, []
        return taken


_WIRES: WeakKeyDictionary[Engine, Wire] = WeakKeyDictionary()


def stretched(engine: Engine) -> Engine:
    """An engine on SQLite that nobody connected yet, with a wire over it."""
    _WIRES[engine] = Wire(engine)
    return engine


def over(engine: Engine) -> Wire | None:
    return _WIRES.get(engine)


def check(engine: Engine) -> None:
    """Fail when a request on this engine tripped."""
    wire = over(engine)
    trips = wire.take() if wire else []
    assert not trips, "\n".join(sorted({str(one) for one in trips}))


@cache
def people() -> frozenset[str]:
    """Tables about somebody: ``Shared`` ones, and those that hang from them by a foreign key."""
    found = {mapper.class_.__tablename__ for mapper in Base.registry.mappers if issubclass(mapper.class_, Shared)}
    while more := {one.name for one in Base.metadata.sorted_tables if _leads(one) & found} - found:
        found |= more
    return frozenset(found)


@cache
def excused(writes: frozenset[str]) -> frozenset[tuple[str, str]]:
    """Columns that SQLite itself reads to keep foreign keys true, when these tables are written."""
    keys = [key for table in Base.metadata.sorted_tables for key in table.foreign_keys]
    parents = {(key.column.table.name, key.column.name) for key in keys if key.parent.table.name in writes}
    children = {(key.parent.table.name, key.parent.name) for key in keys if key.column.table.name in writes}
    return frozenset(one for one in parents | children if one[0] not in writes)


@cache
def allowed() -> dict[str, set[str]]:
    """By endpoint: the tables it may read past ``access.queries``."""
    found: dict[str, set[str]] = {}
    for endpoint, table, _because in lines():
        found.setdefault(endpoint, set()).add(table)
    return found


def lines() -> Iterator[tuple[str, str, str]]:
    """(endpoint, table or *, because) of ``tripwire.tsv``. ``ValueError`` names a line without a reason."""
    for line in ALLOWED.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        endpoint, table, because = (*line.split("\t"), "", "")[:3]
        if not endpoint or not table or len(because) < len("a reason"):
            raise ValueError(f"tests/tripwire.tsv: endpoint, table and reason, between tabs, in: {line}")
        yield endpoint, table, because


def _leads(table: Any) -> set[str]:
    return {key.column.table.name for key in table.foreign_keys}
