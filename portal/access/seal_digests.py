"""From a line or a head to its digest: the same bytes on both databases, that anybody can compute again.

A digest is SHA-256 over the 32 bytes of the digest before it (zeros for the first) and one JSON array in ASCII without
spaces. Identifiers are 32 hexadecimal digits, instants « 2026-11-18 11:00:00.000000 » in UTC, truth 0 or 1, digests
hexadecimal.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from json import JSONEncoder
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Integer, Text, cast, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from portal.access.models import LogEntry
from portal.access.seals import Head

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
"""Every column of the log, in the order they are written. A test compares it with the table.

A column added later would change what old lines are: it needs its own rule for lines sealed before it.
"""


def _plainly(value: object) -> object:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(type(value).__name__)


_written = JSONEncoder(separators=(",", ":"), default=_plainly).encode


def line_columns() -> list[ColumnElement[Any]]:
    """The columns of a line as the database holds them, none read into a word or an instant of ours on the way.

    So a value that no word of ours knows is found as changed, instead of stopping the check.
    """
    columns = LogEntry.__table__.c
    return [_as_held(columns[name]).label(f"line_{name}") for name in COLUMNS]


def line_digest(before: bytes, establishment_id: UUID, month: int, position: int, line: Iterable[object]) -> bytes:
    """``line``: the values of ``line_columns()``."""
    return sha256(before + _written([establishment_id, month, position, *line]).encode()).digest()


def head_digest(before: bytes, head: Head) -> bytes:
    facts = [head.establishment_id, head.number, head.month, head.length, head.last, head.until, int(head.purged)]
    return sha256(before + _written([*facts, head.written_at]).encode()).digest()


def _as_held(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, Boolean):
        return cast(column, Integer)
    return column if isinstance(column.type, Integer) else type_coerce(column, Text)
