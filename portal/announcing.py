"""What a DUI message changes in the rendez-vous to come is told to whoever is tied to the young person; a refused
message, to those who run the establishment.

Features exchange only through here and identifiers: planning knows no inbox.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from portal.access.models import Kind, Reach, Relationship
from portal.access.queries import posted_to
from portal.access.words import Category
from portal.connectors.dui.intake import Logged
from portal.connectors.dui.reception import Reception
from portal.connectors.dui.records import State
from portal.core import clock
from portal.dossier.queries import POSTS
from portal.dossier.store import ReceptionStore
from portal.households import homes
from portal.inbox.models import NoticeKind
from portal.inbox.services import forget, relabel, tell
from portal.planning import services as planning
from portal.planning.models import Event, EventState

_SAID = (Event.id, Event.dossier_id, Event.starts_at, Event.state, Event.place)
_OFF = (EventState.CANCELLED, EventState.MISSED)


def receive(db: Session, reception: Reception) -> None:
    """The planning's rows, then the notices about what changed in them. A dossier's first message announces nothing."""
    at = clock.now()
    dossiers = [dossier.id for dossier in reception.dossiers.values()]
    known = set(db.scalars(select(Event.dossier_id).where(Event.dossier_id.in_(dossiers)).distinct()))
    before = _to_come(db, known)
    planning.receive(db, reception, homes(db, dossiers))
    after = _to_come(db, known)
    changes = {event_id: _change(before.get(event_id), row) for event_id, row in after.items() if row.starts_at > at}
    forget(db, before.keys() - after.keys())
    relabel(db, Event, dossiers)
    told = {event_id: kind for event_id, kind in changes.items() if kind is not None}
    _announce(
        db, told, elsewhere={event_id for event_id in told if _only_moved_place(before.get(event_id), after[event_id])}
    )


class Store(ReceptionStore):
    """The dossier feature's store, whose refusals are told."""

    def log(self, db: Session, line: Logged) -> None:
        super().log(db, line)
        if line.state is State.REFUSED and line.establishment is not None:
            for account_id in sorted(posted_to(db, line.establishment.id, POSTS)):
                tell(db, account_id, NoticeKind.RECEPTION_REFUSED)


def _to_come(db: Session, dossiers: Iterable[UUID]) -> dict[UUID, Row[Any]]:
    """Rendez-vous of these dossiers, by identifier."""
    rows = db.execute(
        select(*_SAID).where(Event.dossier_id.in_(list(dossiers)), Event.category == Category.APPOINTMENTS)
    )
    found: dict[UUID, Any] = {row.id: row for row in rows}
    return found


def _change(before: Row[Any] | None, after: Row[Any]) -> NoticeKind | None:
    off = after.state in _OFF
    if before is None:
        return None if off else NoticeKind.APPOINTMENT_ADDED
    if off:
        return None if before.state in _OFF else NoticeKind.APPOINTMENT_CANCELLED
    changed = (before.starts_at, before.place) != (after.starts_at, after.place) or before.state in _OFF
    return NoticeKind.APPOINTMENT_CHANGED if changed else None


def _only_moved_place(before: Row[Any] | None, after: Row[Any]) -> bool:
    return before is not None and (before.starts_at, before.state) == (after.starts_at, after.state)


def _announce(db: Session, changes: dict[UUID, NoticeKind], elsewhere: set[UUID]) -> None:
    """Tell each account in the same order, so that two messages cannot wait for each other.

    Of those that only take place ``elsewhere``, whoever may not know where (a contact ban) is told nothing.
    """
    if not changes:
        return
    events = {event.id: event for event in db.scalars(select(Event).where(Event.id.in_(changes)))}
    accounts = _tied(db, {event.dossier_id for event in events.values()})
    for account_id, dossier_id in sorted(accounts):
        for event in sorted(events.values(), key=lambda one: one.id):
            if event.dossier_id == dossier_id and not (event.id in elsewhere and _is_blind(db, account_id, event)):
                tell(db, account_id, changes[event.id], about=event)


def _is_blind(db: Session, account_id: UUID, event: Event) -> bool:
    """Whether this account reads such an event now without its place."""
    at = clock.now()
    reach = select(Reach.account_id).where(
        Reach.account_id == account_id,
        Reach.dossier_id == event.dossier_id,
        Reach.category == event.category,
        Reach.nature == event.nature,
        Reach.starts_at <= at,
        Reach.ends_at > at,
        Reach.sees_place.is_(False),
    )
    return db.scalar(reach.limit(1)) is not None


def _tied(db: Session, dossiers: set[UUID]) -> set[tuple[UUID, UUID]]:
    """(account, dossier) of every verified link of today but staff's; what each may see is asked when they read."""
    at = clock.now()
    rows = db.execute(
        select(Relationship.account_id, Relationship.dossier_id).where(
            Relationship.dossier_id.in_(dossiers),
            Relationship.kind != Kind.STAFF,
            Relationship.verified_at.is_not(None),
            Relationship.starts_at <= at,
            or_(Relationship.ends_at.is_(None), Relationship.ends_at > at),
        )
    )
    return {(account_id, dossier_id) for account_id, dossier_id in rows if dossier_id is not None}
