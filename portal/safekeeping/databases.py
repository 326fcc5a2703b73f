"""The two databases, out of a portal that goes on serving and into an empty one.

SQLite: its own online backup, byte for byte. PostgreSQL: ``COPY`` of each table in one snapshot, since ``pg_dump`` is
not everywhere; loaded again into a schema made by the migrations. A backup goes back into the kind it came from.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from psycopg import sql
from sqlalchemy import Connection, MetaData, create_engine, inspect, text
from sqlalchemy.engine import make_url

from portal.core import disk
from portal.core.errors import PortalError
from portal.core.journal import Journal, Position
from portal.core.taking import LOCK
from portal.safekeeping.archive import Data, Part, part

PREFIX = "database/"
PIECE = 1024 * 1024
"""Bytes of rows in one part, about."""

VERSIONS = "alembic_version"


class NotEmpty(PortalError):
    """There are tables in this database already."""


class InMemory(PortalError):
    """A database that is in no file can be neither saved nor restored."""


@dataclass(frozen=True)
class Snapshot:
    """A database at one instant, and where the journal stood then: no change was between its line and its commit."""

    kind: str
    revision: str
    position: Position
    parts: Iterable[Part]
    tables: Mapping[str, list[str]] = field(default_factory=dict)
    """PostgreSQL: table → columns, as they were copied, parents first."""


@contextmanager
def snapshot(url: str, journal: Journal) -> Iterator[Snapshot]:
    """The database as it is now, held still while the parts are read. Others go on reading and writing."""
    taking = _from_postgres if make_url(url).get_backend_name() == "postgresql" else _from_sqlite
    with taking(url, journal) as taken:
        yield taken


# SQLite


def sqlite_path(url: str) -> Path:
    """Raises ``InMemory``."""
    name = make_url(url).database
    if not name or name == ":memory:":
        raise InMemory
    return Path(name)


@contextmanager
def _from_sqlite(url: str, journal: Journal) -> Iterator[Snapshot]:
    path = sqlite_path(url)
    copy = path.with_name(f".{path.name}.copy")
    source = sqlite3.connect(path, isolation_level=None, timeout=60)
    writers = sqlite3.connect(path, isolation_level=None, timeout=60)
    try:
        writers.execute("BEGIN IMMEDIATE")  # nobody is between the journal and a commit
        source.execute("BEGIN")
        (revision,) = source.execute(f"SELECT version_num FROM {VERSIONS}").fetchone()  # noqa: S608 - a constant
        position = journal.ready()
        writers.rollback()
        _copy(source, copy)
        yield Snapshot("sqlite", revision, position, (_file(copy),))
    finally:
        writers.close()
        source.close()
        copy.unlink(missing_ok=True)


def _copy(source: sqlite3.Connection, copy: Path) -> None:
    """Beside the database, since it is as much in clear as that one is. One that a kill left is written over."""
    copy.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    target = sqlite3.connect(copy, isolation_level=None)
    try:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        target.close()


def _file(path: Path) -> Part:
    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(PIECE):
                yield chunk

    return Part(f"{PREFIX}relie.db", path.stat().st_size, chunks())


def refuse_tables(url: str) -> None:
    """Raises ``NotEmpty`` unless the database has no table at all; a SQLite file need not be there."""
    if make_url(url).get_backend_name() == "sqlite" and not sqlite_path(url).exists():
        return
    engine = create_engine(url)
    try:
        if inspect(engine).get_table_names():
            raise NotEmpty
    finally:
        engine.dispose()


@contextmanager
def into_sqlite(url: str) -> Iterator[Path]:
    """A path to restore to; what stands there afterwards takes the database's place, whole or not at all."""
    path = sqlite_path(url)
    draft = path.with_name(f".{path.name}.restoring")
    _remove(draft)
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield draft
        settled = sqlite3.connect(draft, isolation_level=None)
        settled.execute("PRAGMA journal_mode=DELETE")  # nothing may be left in a log beside it
        settled.close()
        _remove(path, but_itself=True)
        disk.settle(draft, path)
    finally:
        _remove(draft)


def _remove(path: Path, *, but_itself: bool = False) -> None:
    for suffix in ("-wal", "-shm", "-journal") if but_itself else ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


# PostgreSQL


@contextmanager
def _from_postgres(url: str, journal: Journal) -> Iterator[Snapshot]:
    engine = create_engine(url)
    try:
        with (
            engine.connect() as writers,
            engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as source,
        ):
            writers.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            _see_everything(source, "backup")
            revision = str(MigrationContext.configure(source).get_current_revision())
            position = journal.ready()
            writers.rollback()
            tables = _tables(source)
            yield Snapshot("postgresql", revision, position, _rows(source, tables), tables)
    finally:
        engine.dispose()


def _see_everything(connection: Connection, because: str) -> None:
    """Row-level security holds the owner too: say that everything is in reach, for this transaction."""
    connection.execute(text("SELECT set_config('relie.everywhere', :because, true)"), {"because": because})


def _tables(connection: Connection) -> dict[str, list[str]]:
    found = MetaData()
    found.reflect(connection)
    return {
        table.name: [column.name for column in table.columns if column.computed is None]
        for table in found.sorted_tables
        if table.name != VERSIONS
    }


def _rows(connection: Connection, tables: Mapping[str, list[str]]) -> Iterator[Part]:
    """Each table in pieces of whole rows, in PostgreSQL's own text form."""
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    for table, columns in tables.items():
        query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(_names(columns), sql.Identifier(table))
        piece, count = bytearray(), 0
        with cursor.copy(query) as copied:
            for row in copied:
                piece += row
                if len(piece) >= PIECE:
                    yield part(f"{PREFIX}{table}/{count:09d}", bytes(piece))
                    piece.clear()
                    count += 1
        if piece:
            yield part(f"{PREFIX}{table}/{count:09d}", bytes(piece))


def load(connection: Connection, name: str, data: Data, tables: Mapping[str, list[str]]) -> None:
    """Rows of one part into their table, which must be without row-level security meanwhile."""
    table = name.removeprefix(PREFIX).partition("/")[0]
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(tables[table]))
    with cursor.copy(query) as copied:
        for chunk in data.chunks():
            copied.write(chunk)


def _names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
