"""What waits for somebody: rendez-vous a family has not answered, absences the unit has not seen, families to call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from portal.access.queries import visible
from portal.access.words import Viewer
from portal.core import clock
from portal.liaison.models import Absence, Callback, CallState, EventAnswer
from portal.liaison.queries import OPEN, may_answer
from portal.planning.models import Event
from portal.planning.queries import COLUMNS

AHEAD = timedelta(days=30)
"""A rendez-vous further away asks for nothing yet."""
AT_MOST = 3


@dataclass(frozen=True, slots=True)
class AtWork:
    """What waits for a member of staff, in numbers: nobody is named."""

    absences: int
    calls: int


def unanswered(db: Session, viewer: Viewer) -> list[Row[Any]]:
    """The next rendez-vous this viewer may answer and did not, or only for a former hour. One statement."""
    said = exists().where(
        EventAnswer.event_id == Event.id,
        EventAnswer.said_by == viewer.account_id,
        EventAnswer.for_start == Event.starts_at,
    )
    may = may_answer(viewer).subquery()
    query = visible(Event, viewer, *COLUMNS).where(
        Event.id.in_(select(may.c.event_id)),
        Event.state.in_(OPEN),
        Event.starts_at > clock.now(),
        Event.starts_at < clock.now() + AHEAD,
        ~said,
    )
    return list(db.execute(query.order_by(Event.starts_at, Event.id).limit(AT_MOST)))


def at_work(db: Session, viewer: Viewer) -> AtWork:
    """For staff, of those they work with. One statement; the page must serve what each may be about."""
    today = clock.now().date()
    seen = visible(Absence, viewer, Absence.id).where(
        Absence.withdrawn_at.is_(None), Absence.seen_at.is_(None), Absence.last_day >= today
    )
    asked = visible(Callback, viewer, Callback.id).where(Callback.state.in_((CallState.WAITING, CallState.UNREACHED)))
    counts = [select(func.count()).select_from(one.subquery()).scalar_subquery() for one in (seen, asked)]
    absences, calls = db.execute(select(*counts)).one()
    return AtWork(absences, calls)
