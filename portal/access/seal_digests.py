"""From a line or a head to its digest: the same bytes on both databases, that anybody can compute again.

A digest is SHA-256 over the 32 bytes of the digest before it (zeros for the first) and a text in UTF-8. Of a line:
establishment, month, position, and every column as a literal of SQL, separated by commas. Of a head: one JSON array.
Identifiers are 32 hexadecimal digits, instants « 2026-11-18 11:00:00.000000 » in UTC, truth 0 or 1.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from json import JSONEncoder
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Integer, Text, Uuid, case, cast, func, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from portal.access.models import LogEntry
from portal.access.seals import Head
from portal.core.db import Instant

FIRST = bytes(32)
"""What stands before the first line of a chain."""

COLUMNS = (
    "id",
    "at",
    "account_id",
    "dossier_id",
    "establishment_id",
    "categories",
    "action",
    "strength",
    "endpoint",
    "request_id",
    "kind",
    "post",
    "emergency",
    "means",
    "to_relationship",
    "told_at",
    "seen_as",
)
"""Columns that stand in every line, in the order they are written."""

ADDED = ("helper_id",)
"""Columns that came later: « ,name=literal » behind the others where they hold something, and nothing where not.

A line sealed before such a column keeps its text, and so its digest; taking a value out of a line, or putting one into
an older line, changes it. A test compares both lists with the table.
"""


def line(dialect: str) -> ColumnElement[str]:
    """A line as one text, written by the database: a million of them are checked in seconds.

    None of its columns is read into a word or an instant of ours on the way, so a value that no word of ours knows is
    found as changed instead of stopping the check.
    """
    said = _literals(dialect, ",".join(["{}"] * len(COLUMNS)), *COLUMNS)
    for name in ADDED:
        more = _literals(dialect, f",{name}={{}}", name)
        said = said + case((LogEntry.__table__.c[name].is_(None), ""), else_=more)
    return said.label("line")


def _literals(dialect: str, form: str, *names: str) -> ColumnElement[str]:
    """These columns as literals of SQL, each where ``form`` has ``{}``."""
    columns = [LogEntry.__table__.c[name] for name in names]
    if dialect == "sqlite":
        return func.printf(form.replace("{}", "%Q"), *(type_coerce(one, Text) for one in columns), type_=Text)
    return func.format(form.replace("{}", "%L"), *(_plain(one) for one in columns), type_=Text)


def line_digest(before: bytes, establishment_id: UUID, month: int, position: int, line: str) -> bytes:
    """``line``: as ``line()`` writes it."""
    return sha256(before + f"{establishment_id.hex},{month},{position},{line}".encode()).digest()


def head_digest(before: bytes, head: Head) -> bytes:
    facts = [head.establishment_id, head.number, head.month, head.length, head.last, head.until, int(head.purged)]
    return sha256(before + _written([*facts, head.written_at]).encode()).digest()


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """What SQLite holds, written by PostgreSQL."""
    if isinstance(column.type, Uuid):
        return func.replace(cast(column, Text), "-", "")
    if isinstance(column.type, Instant):
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")
    return cast(column, Integer) if isinstance(column.type, Boolean) else type_coerce(column, Text)


def _as_json(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    if isinstance(value, UUID | bytes):
        return value.hex if isinstance(value, UUID) else value.hex()
    raise TypeError(type(value).__name__)


_written = JSONEncoder(separators=(",", ":"), default=_as_json).encode
