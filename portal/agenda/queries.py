"""Hours of rendez-vous, as far as a viewer reads them: columns that a weak sign-in opens, and no other."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.queries import visible
from portal.access.words import Category, Strength, Viewer
from portal.agenda.ics import Hours
from portal.core.errors import NeedsStrength, NotFound
from portal.core.models import Establishment
from portal.planning.models import Event, EventState


def one(db: Session, viewer: Viewer, event_id: UUID) -> tuple[UUID, Hours]:
    """A rendez-vous, after the dossier it is of. Raises ``NotFound``, or ``NeedsStrength`` for a weak sign-in."""
    columns = (Event.id, Event.dossier_id, Event.starts_at, Event.ends_at, Event.all_day, Event.state)
    query = visible(Event, viewer, *columns).add_columns(Establishment.time_zone)
    query = query.join(Establishment, Establishment.id == Event.establishment_id)
    row = db.execute(query.where(Event.id == event_id, Event.category == Category.APPOINTMENTS)).one_or_none()
    if row is None:
        raise NeedsStrength if viewer.strength is not Strength.SUBSTANTIAL else NotFound
    cancelled = row.state is EventState.CANCELLED
    return row.dossier_id, Hours(row.id, row.starts_at, row.ends_at, row.all_day, cancelled, row.time_zone)
