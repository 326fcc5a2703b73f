"""Raw messages of the DUI, cut down to what a feature to come still needs of them.

Whatever was understood stands in rows, which have their own rules. A message may speak of several young people: what
nobody's row points at any more is taken out of it, and a message nobody points at is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core.models import Establishment
from portal.dossier.models import DuiMessage, Kept

BESIDE = frozenset({"Binary", "Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService"})
"""Types of nobody in particular: kept when what is kept refers to them (a document and its content)."""
LIMIT = 256 * 1024 * 1024


class Vault(Protocol):
    """What is asked of the vault."""

    def put(self, data: bytes, *, about: str) -> str: ...

    def read(self, name: str, limit: int) -> bytes: ...

    def exists(self, name: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Cut:
    """Names in the vault: made by this transaction, and no longer named by it."""

    made: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def messages(
    db: Session, *, before: datetime | None = None, establishments: Collection[UUID] | None = None
) -> list[tuple[str, str]]:
    """(name in the vault, FINESS) of raw messages still kept: received before then, or sent by these establishments."""
    query = (
        select(DuiMessage.vault_key, Establishment.finess)
        .join(Establishment, Establishment.id == DuiMessage.establishment_id)
        .where(DuiMessage.vault_key.is_not(None))
        .distinct()
    )
    if before is not None:
        query = query.where(DuiMessage.received_at < before)
    if establishments is not None:
        query = query.where(DuiMessage.establishment_id.in_(list(establishments)))
    return [(name, finess) for name, finess in db.execute(query.order_by(DuiMessage.vault_key)) if name]


def cut(db: Session, vault: Vault, name: str, finess: str) -> Cut:
    """Rewrite one message without what no row points at, or forget it; nothing when nothing is to be taken out.

    The caller commits, then deletes what is ``left``; when it cannot commit, what was ``made``.
    """
    wanted = set(db.scalars(select(Kept.entry).where(Kept.vault_key == name)))
    if not wanted or not vault.exists(name):
        db.execute(update(DuiMessage).where(DuiMessage.vault_key == name).values(vault_key=None))
        return Cut(left=(name,))
    raw = vault.read(name, LIMIT)
    smaller = without_others(raw, wanted)
    if smaller == raw:
        return Cut()
    made = vault.put(smaller, about=f"dui:{finess}")
    db.execute(update(Kept).where(Kept.vault_key == name).values(vault_key=made))
    db.execute(update(DuiMessage).where(DuiMessage.vault_key == name).values(vault_key=made))
    return Cut((made,), (name,))


def without_others(raw: bytes, wanted: Iterable[int]) -> bytes:
    """The same bundle with these entries in their places, those they refer to that are nobody's, and empty ones."""
    bundle: dict[str, Any] = json.loads(raw.decode("utf-8-sig"))
    entries: list[dict[str, Any]] = bundle["entry"]
    kept, waiting = set[int](), [index for index in wanted if index < len(entries)]
    beside = {index for index, entry in enumerate(entries) if _type(entry) in BESIDE}
    while waiting:
        index = waiting.pop()
        kept.add(index)
        said = json.dumps(entries[index].get("resource", {}), ensure_ascii=False)
        waiting += [other for other in beside - kept if any(name in said for name in _names(entries[other]))]
    smaller = {"resourceType": "Bundle", "type": bundle.get("type", "transaction")}
    places = [entry if index in kept else {} for index, entry in enumerate(entries)]
    return json.dumps(smaller | {"entry": places}, ensure_ascii=False, separators=(",", ":")).encode()


def _type(entry: dict[str, Any]) -> str:
    return str(entry.get("resource", {}).get("resourceType", ""))


def _names(entry: dict[str, Any]) -> list[str]:
    """How another entry may refer to this one."""
    identifier = entry.get("resource", {}).get("id")
    named = f"{_type(entry)}/{identifier}" if identifier else ""
    return [json.dumps(name, ensure_ascii=False)[1:-1] for name in (entry.get("fullUrl", ""), named) if name]
