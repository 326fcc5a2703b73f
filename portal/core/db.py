"""The database: base class, types, engine and session. Plain SQLAlchemy, so rules run without a web server."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, Uuid, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from portal.core import scope

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept and returned in UTC on both databases. A naive one is a programming error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry its time zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_WORD = Enum(StrEnum, native_enum=False, length=40, values_callable=lambda kind: [member.value for member in kind])
"""Enumerations are kept as their plain word; a word the code does not know raises instead of passing."""


class Base(DeclarativeBase):
    """Parent of every table."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, UUID: Uuid(as_uuid=True), StrEnum: _WORD}


class WithId:
    """A random identifier of ours: it says nothing about who or when."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


def make_engine(url: str, **options: Any) -> Engine:
    """An engine for SQLite or PostgreSQL, set as docs/decisions/0003 says.

    Every SQLite transaction is BEGIN IMMEDIATE: a page writes its line of the log anyway, and two writers then wait for
    each other instead of failing half-way when a read lock must become a write lock.
    """
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def make_sessions(engine: Engine, wanted: scope.Scope = scope.NOBODY) -> sessionmaker[Session]:
    """Where sessions come from. Objects stay usable after commit: pages are drawn from what was read.

    ``wanted``: the scope they begin in. Nobody's, unless a command of the machine's administrator says otherwise.
    """
    made = sessionmaker(engine, expire_on_commit=False, info={scope.KEY: wanted})
    event.listen(made, "after_begin", scope.on_begin)
    return made
