"""The state of reception, for staff: what the DUI last said, when, and what was odd. Codes and places, no name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.access.models import Post
from portal.connectors.dui.records import State
from portal.core import clock
from portal.core.models import Establishment
from portal.dossier.clients import COMMAND
from portal.dossier.models import DuiMessage

POSTS = (Post.MANAGEMENT, Post.ADMINISTRATION)
"""Who looks after what the DUI sends."""
HEARD = (State.TAKEN, State.REPEATED)
"""Messages that show the DUI still speaks and is understood."""
RECENT = timedelta(days=30)
AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Said:
    """One thing odd or wrong: a code of ``connectors.dui.wording``, the entry and its FHIRPath."""

    code: str
    entry: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as staff may read it."""

    received_at: datetime
    client: str
    state: State
    counts: dict[str, int]
    warnings: tuple[Said, ...]
    issues: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Reception:
    """Where an establishment stands with one DUI."""

    establishment_id: UUID
    establishment: str
    zone: str
    client: str
    heard_at: datetime | None
    """When a message was last understood; None when none ever was."""
    refused_since: int
    """Messages refused since then: the DUI speaks and is not understood."""

    @property
    def silent_for(self) -> timedelta | None:
        """« dernier message du DUI il y a 26 h »."""
        return clock.now() - self.heard_at if self.heard_at else None


def receptions(db: Session, establishments: Collection[UUID]) -> list[Reception]:
    """Every DUI that ever wrote to these establishments, the longest silent first. Three statements.

    Files imported by hand count where nothing else ever came: beside a DUI, their silence means nothing.
    """
    heard = {(row.establishment_id, row.client): row.at for row in db.execute(_last_heard(establishments))}
    here = db.scalars(select(Establishment).where(Establishment.id.in_(establishments)))
    places = {place.id: place for place in here}
    found: dict[tuple[UUID, str], int] = dict.fromkeys(heard, 0)
    for row in db.execute(_refused(establishments)):
        known = heard.get((row.establishment_id, row.client))
        found.setdefault((row.establishment_id, row.client), 0)
        found[row.establishment_id, row.client] += known is None or row.received_at > known
    sent = {place for place, client in found if client != COMMAND}
    told = [
        Reception(place, places[place].name, places[place].time_zone, client, heard.get((place, client)), refused)
        for (place, client), refused in found.items()
        if client != COMMAND or place not in sent
    ]
    return sorted(told, key=lambda one: (one.heard_at is not None, one.heard_at or clock.FOREVER, one.client))


def messages(db: Session, establishments: Collection[UUID]) -> list[Message]:
    """The last messages of these establishments, newest first, at most ``AT_MOST``."""
    query = select(DuiMessage).where(DuiMessage.establishment_id.in_(establishments))
    rows = db.scalars(query.order_by(DuiMessage.received_at.desc(), DuiMessage.id).limit(AT_MOST))
    return [
        Message(row.received_at, row.client, row.state, row.counts, _said(row.warnings), _said(row.issues))
        for row in rows
    ]


def _said(kept: list[dict[str, object]]) -> tuple[Said, ...]:
    return tuple(Said(**one) for one in kept)  # type: ignore[arg-type]  # our own JSON, written by store.log


def _last_heard(establishments: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    at = func.max(DuiMessage.received_at).label("at")
    query = select(DuiMessage.establishment_id, DuiMessage.client, at)
    query = query.where(DuiMessage.establishment_id.in_(establishments), DuiMessage.state.in_(HEARD))
    return query.group_by(DuiMessage.establishment_id, DuiMessage.client)


def _refused(establishments: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    return select(DuiMessage.establishment_id, DuiMessage.client, DuiMessage.received_at).where(
        DuiMessage.establishment_id.in_(establishments),
        DuiMessage.state == State.REFUSED,
        DuiMessage.received_at > clock.now() - RECENT,
    )
