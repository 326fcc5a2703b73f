"""What every feature's ``receive(db, reception)`` is given. One reception is one message, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from portal.connectors.dui.records import Issue, Message, Record
from portal.core.models import Dossier, Establishment

R = TypeVar("R", bound=Record)


@dataclass(slots=True)
class Reception:
    """A message being taken in.

    ``dossiers`` (key → row) holds only the dossiers this message may change: the dossier feature, which receives first,
    fills it and leaves out those that a newer message already told about.
    """

    message: Message
    establishment: Establishment
    at: datetime
    """When it was received (aware, UTC)."""
    vault_key: str
    """Where the raw message lies."""
    dossiers: dict[str, Dossier] = field(default_factory=dict)
    warnings: list[Issue] = field(default_factory=list)
    existing: set[str] = field(default_factory=set)
    """``Type/id`` of the entries that were already known: they are answered 200, the others 201."""
    stored: dict[str, int] = field(default_factory=dict)
    """Feature's word (``events``, ``stays``…) → how many rows were created or changed."""

    def mine(self, records: Iterable[R]) -> Iterator[tuple[R, UUID]]:
        """Each record that may be stored, with the id of its dossier; those of ignored dossiers are skipped."""
        for record in records:
            dossier = self.dossiers.get(record.dossier)
            if dossier is not None:
                yield record, dossier.id

    def warn(self, code: str, entry: int | None = None, path: str = "") -> None:
        """Tell staff about something odd that did not stop the message. Codes are listed in docs/dui.md."""
        self.warnings.append(Issue(code, entry, path))

    def count(self, word: str, rows: int) -> None:
        """Remember how much was stored, for the state-of-reception page."""
        if rows:
            self.stored[word] = self.stored.get(word, 0) + rows
