"""Lines of the log in the order they were written, a few thousand ahead of the seals that name them.

Seals follow the order of instants, late lines apart. Read both in their own order, and each page of the disk is touched
once; asking for a million lines by identifier would touch one for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.orm import Session

from portal.access.models import LogEntry
from portal.access.seal_digests import line

AT_ONCE = 5_000
"""Lines read in one transaction: on SQLite nobody writes meanwhile."""
NAMED = 500
"""Lines asked for by identifier in one statement."""

Identifier = str
"""As the database writes it."""


def as_held(column: Any) -> ColumnElement[Any]:
    """A column as a text, without the time it takes to make something of it."""
    return cast(column, Text)


class Lines:
    """The lines of one establishment between two instants. Holds at most three times ``AT_ONCE`` of them."""

    def __init__(self, db: Session, establishment_id: UUID, starts: datetime, ends: datetime) -> None:
        self._db = db
        self._read = select(as_held(LogEntry.id), line(db.get_bind().dialect.name), as_held(LogEntry.at))
        self._theirs = LogEntry.establishment_id == establishment_id, LogEntry.at < ends
        self._at, self._over = starts, False
        self._held: dict[Identifier, str] = {}

    def of(self, identifiers: Sequence[Identifier]) -> dict[Identifier, str]:
        """These lines, at most ``AT_ONCE``, wherever they stand. One that is gone is not in the answer."""
        while not self._over and len(self._held) < 2 * AT_ONCE:
            self._read_on()
        found = {one: self._held.pop(one) for one in identifiers if one in self._held}
        missing = [one for one in identifiers if one not in found]
        for start in range(0, len(missing), NAMED):
            named = LogEntry.id.in_(_identifiers(missing[start : start + NAMED]))
            found |= {one: said for one, said, _at in self._rows(named)}
        unwanted = AT_ONCE if len(missing) > len(identifiers) // 2 else len(self._held) - 2 * AT_ONCE
        for old in list(islice(self._held, max(0, unwanted))):
            del self._held[old]  # no seal asked for it in its time
        return found

    def _read_on(self) -> None:
        rows = self._rows(*self._theirs, LogEntry.at >= self._at, in_order=True)
        self._held.update((one, said) for one, said, _at in rows)
        before, self._at = self._at, _instant(rows[-1][2]) if rows else self._at
        # Thousands of lines of one instant: those that follow are asked for by identifier.
        self._over = len(rows) < AT_ONCE or self._at == before

    def _rows(self, *which: ColumnElement[bool], in_order: bool = False) -> Sequence[Any]:
        query = self._read.where(*which)
        rows = self._db.connection().execute(query.order_by(LogEntry.at).limit(AT_ONCE) if in_order else query).all()
        self._db.commit()
        return rows


def _instant(held: str) -> datetime:
    found = datetime.fromisoformat(held)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _identifiers(held: Sequence[Identifier]) -> list[UUID]:
    """Those that are identifiers: on SQLite anything may have been written there."""
    found = []
    for one in held:
        with suppress(ValueError):
            found.append(UUID(one))
    return found
