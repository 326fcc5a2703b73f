"""What a viewer may see of what takes place. Each function is one statement, for one row or three hundred."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, func, or_
from sqlalchemy.orm import Session

from portal.access.queries import places, visible
from portal.access.words import Category, Strength, Viewer
from portal.core import clock
from portal.core.errors import NeedsStrength, NotFound
from portal.planning.models import Event, EventPerson, EventState, Transport

CANCELLED_SHOWS = timedelta(days=14)
"""How long a cancellation stays on the screen: somebody who looks every other week still learns of it."""
AT_MOST = 10
"""Rows asked for at once: with them, what htmx adds to a page stays under 2 KiB, headers included."""

COLUMNS = (
    Event.id,
    Event.dossier_id,
    Event.starts_at,
    Event.ends_at,
    Event.all_day,
    Event.state,
    Event.nature,
    Event.kind,
    Event.title,
    Event.place,
    Event.moved_from,
)
DETAIL = (*COLUMNS, Event.place_address, Event.bring, Event.note)
PERSON = (EventPerson.position, EventPerson.kind.label("person_kind"), EventPerson.name, EventPerson.role)


def upcoming(db: Session, viewer: Viewer, *, after: tuple[datetime, UUID] | None = None) -> list[Row[Any]]:
    """Rendez-vous that are not over, soonest first: at most ``AT_MOST`` + 1, the last one meaning that more follow.

    ``after``: the hour and identifier of the last row already shown.
    """
    query = appointments(viewer).where(_not_over(clock.now()))
    if after is not None:
        at, shown = after
        query = query.where(or_(Event.starts_at > at, and_(Event.starts_at == at, Event.id > shown)))
    return list(db.execute(query.order_by(Event.starts_at, Event.id).limit(AT_MOST + 1)))


def past(db: Session, viewer: Viewer) -> list[Row[Any]]:
    """Rendez-vous that are over, latest first, at most ``AT_MOST``."""
    query = appointments(viewer).where(~_not_over(clock.now()))
    return list(db.execute(query.order_by(Event.starts_at.desc(), Event.id).limit(AT_MOST)))


def one(db: Session, viewer: Viewer, event_id: UUID, beside: Iterable[Subquery] = ()) -> list[Row[Any]]:
    """A rendez-vous with everybody at it and every ride to it: one row for each pair of those, always one at least.

    ``beside``: what other features join to it, at most one row for each ``event_id``; NULL where there is none.
    Raises ``NotFound``, the same whether it is hidden or absent; ``NeedsStrength`` instead when a stronger sign-in
    could change the answer.
    """
    rides = visible(
        Transport,
        viewer,
        Transport.event_key,
        Transport.dossier_id,
        Transport.starts_at,
        Transport.ends_at,
        Transport.origin,
        Transport.destination,
        Transport.mode,
        Transport.state,
    ).subquery()
    ride = [column.label(f"ride_{column.key}") for column in rides.c if column.key not in ("event_key", "dossier_id")]
    joined = list(beside)
    more = [column for those in joined for column in those.c if column.key != "event_id"]
    query = (
        visible(Event, viewer, *DETAIL, *PERSON, *ride)
        .add_columns(*more)
        .select_from(Event)
        .outerjoin(EventPerson, and_(EventPerson.event_id == Event.id, _is_named(viewer)))
        .outerjoin(rides, and_(rides.c.event_key == Event.key, rides.c.dossier_id == Event.dossier_id))
    )
    for those in joined:
        query = query.outerjoin(those, those.c.event_id == Event.id)
    chosen = query.where(Event.id == event_id, Event.category == Category.APPOINTMENTS)
    rows = list(db.execute(chosen.order_by(EventPerson.position, rides.c.starts_at)))
    if not rows:
        raise NeedsStrength if viewer.strength is not Strength.SUBSTANTIAL else NotFound
    return rows


def _is_named(viewer: Viewer) -> ColumnElement[bool]:
    """Whoever is there says where it is, a doctor in town as well as a parent: under a contact ban nobody is named."""
    return places(Event, viewer)


def appointments(viewer: Viewer) -> Select[Any]:
    """Rendez-vous to show: a cancellation disappears a fortnight after it was learnt."""
    learnt = clock.now() - CANCELLED_SHOWS
    return visible(Event, viewer, *COLUMNS).where(
        Event.category == Category.APPOINTMENTS,
        or_(Event.state != EventState.CANCELLED, Event.cancelled_at.is_(None), Event.cancelled_at > learnt),
    )


def _not_over(at: datetime) -> ColumnElement[bool]:
    return func.coalesce(Event.ends_at, Event.starts_at) > at
