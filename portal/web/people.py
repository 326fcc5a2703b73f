"""The young people a page speaks of: their first name, as far as the reader may know it, and how fresh the news are.

Features never import each other; the one that keeps identities gives its query to ``app``, which puts it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from flask import current_app, g

from easyread import dates
from portal.access.models import Kind
from portal.access.words import Viewer
from portal.core import clock
from portal.web import reading

LATE = timedelta(days=1)
"""News older than this are said to be old."""


class Card(Protocol):
    """A young person at the head of what is said of them."""

    @property
    def name(self) -> str: ...

    @property
    def family_name(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def boarding(self) -> bool: ...

    @property
    def zone(self) -> str: ...

    @property
    def received_at(self) -> datetime | None: ...


Cards = Mapping[UUID, Card]


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the data came from the DUI, in the reader's words. ``late``: more than a day ago."""

    at: datetime | None
    when: str
    late: bool


def freshness(found: Iterable[Card]) -> Freshness:
    """Of several young people, the one the DUI spoke of longest ago counts: nobody is told fresher than they are."""
    known = [(card.received_at, card.zone) for card in found]
    if not known or any(at is None for at, _ in known):
        return Freshness(None, "", False)
    at, zone = min((at, zone) for at, zone in known if at is not None)
    now = clock.now()
    when = dates.near_moment(clock.local(at, zone), clock.local_date(now, zone), reading.current().lang)
    return Freshness(at, when, now - at > LATE)


def cards(viewer: Viewer, dossiers: Iterable[UUID]) -> Cards:
    """One statement for all of them."""
    found: Cards = current_app.extensions["cards"](g.db, viewer, list(dossiers))
    return found


def is_own(dossier_id: UUID) -> bool:
    """Whether the reader is the young person this dossier is about."""
    return any(one.dossier_id == dossier_id and one.kind is Kind.SELF for one in g.scope)
