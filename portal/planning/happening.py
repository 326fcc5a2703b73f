"""What takes place from one day to another: events and who is there, rides, nights, what staff announce. One statement.

Every row has the same columns; those that say nothing of its kind (``what``) are NULL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    String,
    Subquery,
    Text,
    Uuid,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from portal.access.queries import places, visible
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.db import Instant
from portal.core.models import Dossier
from portal.planning.models import Bulletin, Event, EventPerson, EventState, Presence, Transport
from portal.planning.queries import CANCELLED_SHOWS, PERSON, appointments

LONGEST = timedelta(days=62)
"""An event of the timetable lasts, and is put off, at most so long: what begins further away is not looked at. So a
week costs the same after ten years. Nights and days away have no such bound."""


class What(StrEnum):
    """Of which kind a row is."""

    EVENT = "event"
    RIDE = "ride"
    PRESENCE = "presence"
    BULLETIN = "bulletin"
    COMING = "coming"
    """A rendez-vous of a later day."""
    ABSENCE = "absence"
    """Announced by a family: whoever asks joins it (``beside``)."""


_COLUMNS: Mapping[str, Any] = {
    "id": Uuid(as_uuid=True),
    "dossier_id": Uuid(as_uuid=True),
    "starts_at": Instant(timezone=True),
    "ends_at": Instant(timezone=True),
    "all_day": Boolean(),
    "state": String(40),
    "category": Text(),
    "nature": Text(),
    "kind": Text(),
    "title": Text(),
    "place": Text(),
    "place_address": Text(),
    "bring": Text(),
    "note": Text(),
    "moved_from": Instant(timezone=True),
    "changed_at": Instant(timezone=True),
    "first_day": Date(),
    "last_day": Date(),
    "position": Integer(),
    "person_kind": String(40),
    "name": Text(),
    "role": Text(),
}


def between(
    db: Session,
    viewer: Viewer,
    dossiers: Iterable[UUID],
    first: date,
    last: date,
    zone: str,
    beside: Iterable[Select[Any]] = (),
) -> list[Row[Any]]:
    """What takes place from ``first`` to ``last``, both included, in the lives of these dossiers.

    They must come from the viewer's own scope, whose page serves the planning. A row of an event comes once for each
    person at it; an announcement once for each dossier it is for. ``beside``: what a feature above adds (``alike``).
    """
    wanted = list(dossiers)
    begins, ends = clock.midnight(first, zone), clock.midnight(last + timedelta(days=1), zone)
    return list(
        db.execute(
            union_all(
                _events(viewer, wanted, begins, ends),
                _rides(viewer, wanted, begins, ends),
                _presences(viewer, wanted, begins, ends),
                _bulletins(viewer, wanted, first, last),
                *beside,
            )
        )
    )


def today_and_next(
    db: Session, viewer: Viewer, dossiers: Iterable[UUID], today: date, zone: str, each: int
) -> list[Row[Any]]:
    """What takes place ``today``, as ``between``, and the next ``each`` rendez-vous of every dossier after it."""
    wanted = list(dossiers)
    begins, ends = clock.day_bounds(today, zone)
    return list(
        db.execute(
            union_all(
                _events(viewer, wanted, begins, ends),
                _rides(viewer, wanted, begins, ends),
                _presences(viewer, wanted, begins, ends),
                _bulletins(viewer, wanted, today, today),
                _coming(viewer, wanted, ends, each),
            )
        )
    )


def _coming(viewer: Viewer, dossiers: list[UUID], after: datetime, each: int) -> Select[Any]:
    rank = func.row_number().over(partition_by=Event.dossier_id, order_by=(Event.starts_at, Event.id)).label("rank")
    query = appointments(viewer).where(Event.dossier_id.in_(dossiers), Event.starts_at >= after)
    found = query.add_columns(rank).subquery()
    category = literal(Category.APPOINTMENTS.value)
    return alike(What.COMING, found, category=category).where(found.c.rank <= each)


def _events(viewer: Viewer, dossiers: list[UUID], begins: datetime, ends: datetime) -> Select[Any]:
    """Those that overlap, and those that were moved away from there."""
    names = ("id", "dossier_id", "starts_at", "ends_at", "all_day", "state", "category", "nature", "kind", "title")
    more = ("place", "place_address", "bring", "note", "moved_from", "moved_at", "cancelled_at")
    here = and_(Event.starts_at < ends, or_(Event.starts_at >= begins, Event.ends_at > begins))
    away = and_(Event.state == EventState.MOVED, Event.moved_from >= begins, Event.moved_from < ends)
    found = (
        visible(Event, viewer, *(getattr(Event, name) for name in (*names, *more)), *PERSON)
        .select_from(Event)
        .outerjoin(EventPerson, and_(EventPerson.event_id == Event.id, places(Event, viewer)))
        .where(
            Event.dossier_id.in_(dossiers),
            Event.starts_at > begins - LONGEST,
            Event.starts_at < ends + LONGEST,
            or_(here, away),
            or_(
                Event.state != EventState.CANCELLED,
                Event.cancelled_at.is_(None),
                Event.cancelled_at > clock.now() - CANCELLED_SHOWS,
            ),
        )
        .subquery()
    )
    return alike(What.EVENT, found, changed_at=func.coalesce(found.c.cancelled_at, found.c.moved_at))


def _rides(viewer: Viewer, dossiers: list[UUID], begins: datetime, ends: datetime) -> Select[Any]:
    at = func.coalesce(Transport.starts_at, Transport.ends_at)
    names = ("id", "dossier_id", "starts_at", "ends_at", "state", "category", "nature", "mode", "origin", "destination")
    found = (
        visible(Transport, viewer, *(getattr(Transport, name) for name in names))
        .where(Transport.dossier_id.in_(dossiers), at >= begins, at < ends)
        .subquery()
    )
    return alike(What.RIDE, found, kind=found.c.mode, place=found.c.origin, place_address=found.c.destination)


def _presences(viewer: Viewer, dossiers: list[UUID], begins: datetime, ends: datetime) -> Select[Any]:
    found = (
        visible(
            Presence, viewer,
            *(Presence.id, Presence.dossier_id, Presence.starts_at, Presence.ends_at, Presence.category),
            *(Presence.where, Presence.first_night, Presence.last_night),
        )
        .where(Presence.dossier_id.in_(dossiers), Presence.starts_at < ends, Presence.ends_at > begins)
        .subquery()
    )  # fmt: skip
    where = cast(found.c.where, String(40))
    return alike(What.PRESENCE, found, kind=where, first_day=found.c.first_night, last_day=found.c.last_night)


def _bulletins(viewer: Viewer, dossiers: list[UUID], first: date, last: date) -> Select[Any]:
    """Those of the dossier's establishment, for all of it or for its own unit."""
    theirs = and_(
        Dossier.establishment_id == Bulletin.establishment_id,
        or_(Bulletin.unit_id.is_(None), Bulletin.unit_id == Dossier.unit_id),
    )
    names = ("id", "kind", "first_day", "last_day", "text", "easy_text", "published_at")
    columns = (*(getattr(Bulletin, name) for name in names), Dossier.id.label("dossier_id"))
    found = (
        visible(Bulletin, viewer, *columns)
        .select_from(Bulletin)
        .join(Dossier, theirs)
        .where(
            Dossier.id.in_(dossiers),
            Bulletin.withdrawn_at.is_(None),
            Bulletin.first_day <= last,
            Bulletin.last_day >= first,
        )
        .subquery()
    )
    kind = cast(found.c.kind, String(40))
    return alike(What.BULLETIN, found, kind=kind, title=found.c.text, note=found.c.easy_text)


def alike(what: What, found: Subquery, **named: ColumnElement[Any]) -> Select[Any]:
    """The rows with the columns of all; a column of another name is ``named``."""
    columns: list[Any] = [literal(what.value).label("what")]
    for name, kind in _COLUMNS.items():
        column = named.get(name, found.c.get(name))
        columns.append((cast(null(), kind) if column is None else column).label(name))
    return select(*columns)
