"""Hours of rendez-vous, as far as a viewer reads them: columns that a weak sign-in opens, and no other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, or_
from sqlalchemy.orm import Session

from portal.access.models import Kind
from portal.access.queries import Reached, visible
from portal.access.words import Category, Strength, Viewer
from portal.agenda.ics import Hours
from portal.core import clock
from portal.core.errors import NeedsStrength, NotFound
from portal.core.models import Establishment
from portal.planning.models import Event, EventState
from portal.planning.queries import CANCELLED_SHOWS

BEHIND, AHEAD = CANCELLED_SHOWS, timedelta(days=366)
"""How long what is over stays, a cancellation too, and how far a feed looks."""
AT_MOST = 400


def weakly(account_id: UUID) -> Viewer:
    """Whoever holds the address of a feed: the account as a weak sign-in, for the hours of rendez-vous."""
    return Viewer(account_id, Strength.LOW, frozenset({Category.APPOINTMENTS}))


def families(scope: Iterable[Reached]) -> list[Reached]:
    """Of what an account reaches, its own family's, or its own, and never its work: a team's hours go to no cloud."""
    return [one for one in scope if one.kind is not Kind.STAFF and Category.APPOINTMENTS in one.categories]


def one(db: Session, viewer: Viewer, event_id: UUID) -> tuple[UUID, Hours]:
    """A rendez-vous, after the dossier it is of. Raises ``NotFound``, or ``NeedsStrength`` for a weak sign-in."""
    row = db.execute(_hours(viewer).where(Event.id == event_id)).one_or_none()
    if row is None:
        raise NeedsStrength if viewer.strength is not Strength.SUBSTANTIAL else NotFound
    return row.dossier_id, _told(row)


def coming(db: Session, viewer: Viewer, dossier_ids: Iterable[UUID]) -> list[Hours]:
    """Every rendez-vous of these dossiers that a feed holds, soonest first. One statement."""
    at = clock.now()
    query = _hours(viewer).where(
        Event.dossier_id.in_(list(dossier_ids)),
        Event.starts_at > at - BEHIND,
        Event.starts_at < at + AHEAD,
        or_(Event.state != EventState.CANCELLED, Event.cancelled_at.is_(None), Event.cancelled_at > at - BEHIND),
    )
    return [_told(row) for row in db.execute(query.order_by(Event.starts_at, Event.id).limit(AT_MOST))]


def _hours(viewer: Viewer) -> Select[Any]:
    columns = (Event.id, Event.dossier_id, Event.starts_at, Event.ends_at, Event.all_day, Event.state)
    query = visible(Event, viewer, *columns).add_columns(Establishment.time_zone)
    query = query.join(Establishment, Establishment.id == Event.establishment_id)
    return query.where(Event.category == Category.APPOINTMENTS)


def _told(row: Row[Any]) -> Hours:
    cancelled = row.state is EventState.CANCELLED
    return Hours(row.id, row.starts_at, row.ends_at, row.all_day, cancelled, row.time_zone)
