"""The young people a page speaks of: their first name, as far as the reader may know it, and how fresh the news are.

Features never import each other; the one that keeps identities gives its query to ``app``, which puts it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from flask import current_app, g

from portal.access.models import Kind
from portal.access.words import Viewer


class Card(Protocol):
    """A young person at the head of what is said of them."""

    @property
    def name(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def zone(self) -> str: ...

    @property
    def received_at(self) -> datetime | None: ...


def cards(viewer: Viewer, dossiers: Iterable[UUID]) -> Mapping[UUID, Card]:
    """One statement for all of them."""
    found: Mapping[UUID, Card] = current_app.extensions["cards"](g.db, viewer, list(dossiers))
    return found


def is_own(dossier_id: UUID) -> bool:
    """Whether the reader is the young person this dossier is about."""
    return any(one.dossier_id == dossier_id and one.kind is Kind.SELF for one in g.scope)
