"""What a DUI message changes in the planning: events, nights, transport."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from portal.access.words import Category
from portal.connectors.dui.labels import both
from portal.connectors.dui.reception import Reception
from portal.connectors.dui.records import (
    EventRecord,
    EventStatus,
    PersonRecord,
    PresenceRecord,
    ProfessionalRecord,
    TransportRecord,
)
from portal.connectors.dui.times import nights
from portal.connectors.dui.upsert import Stored, Values, chunks, keep, shared
from portal.planning.homes import Homes, veiled
from portal.planning.models import Event, EventPerson, EventState, Presence, Transport

STATES = {
    EventStatus.PLANNED: EventState.PLANNED,
    EventStatus.DONE: EventState.DONE,
    EventStatus.MISSED: EventState.MISSED,
    EventStatus.CANCELLED: EventState.CANCELLED,
}


def receive(db: Session, reception: Reception, homes: Mapping[UUID, Homes] = MappingProxyType({})) -> None:
    """Take a message's events, presences and transports in. Runs after the dossier feature's.

    ``homes``: where each family lives (``planning.homes``): no event tells it.
    """
    message = reception.message
    stored = keep(db, reception, Event, message.events, _event(reception, homes))
    _people(db, reception, stored)
    _rename(db, reception)
    keep(db, reception, Presence, message.presences, _presence(reception))
    keep(db, reception, Transport, message.transports, _transport(reception, homes))
    veil(db, homes)
    guard_rides(db, [dossier.id for dossier in reception.dossiers.values()])


TOLD = {
    Event: ("title", "place", "place_address", "bring", "note"),
    Transport: ("origin", "destination"),
}
"""Columns of free text, where a DUI may write an address."""


def veil(db: Session, homes: Mapping[UUID, Homes]) -> None:
    """Leave out of what is already there the addresses that became known as homes since."""
    for model, names in TOLD.items():
        table = model.__table__.c
        query = select(table.id, table.dossier_id, *(table[name] for name in names))
        for batch in chunks(dossier_id for dossier_id, known in homes.items() if known):
            rows = db.execute(query.where(table.dossier_id.in_(batch)))
            told = [(row, _veiled({name: getattr(row, name) for name in names}, homes[row.dossier_id])) for row in rows]
            changed = [
                {"id": row.id, **now} for row, now in told if any(getattr(row, name) != now[name] for name in now)
            ]
            for some in chunks(changed, 2000):
                db.execute(update(model), some)


def _veiled(values: Values, homes: Homes) -> Values:
    return {name: veiled(said, homes) if isinstance(said, str) else said for name, said in values.items()}


def _event(
    reception: Reception, homes: Mapping[UUID, Homes]
) -> Callable[[EventRecord, UUID, Row[Any] | None], Values | None]:
    def row(record: EventRecord, dossier_id: UUID, before: Row[Any] | None) -> Values | None:
        when = _when(record, before)
        if when is None:
            return None  # the cancellation of what nobody was told of
        return shared(record, dossier_id, reception, record.category, record.nature) | {
            "key": record.key,
            "kind": record.kind,
            **when,
            **_veiled({name: getattr(record, name) for name in TOLD[Event]}, homes.get(dossier_id, ())),
            **_standing(record, before, reception.at),
        }

    return row


def _when(record: EventRecord, before: Row[Any] | None) -> Values | None:
    """Its hour, or the one already known when a cancellation says none."""
    if record.starts_at is not None:
        return {"starts_at": record.starts_at, "ends_at": record.ends_at, "all_day": record.all_day}
    if before is None:
        return None
    return {"starts_at": before.starts_at, "ends_at": before.ends_at, "all_day": before.all_day}


def _standing(record: EventRecord, before: Row[Any] | None, learnt: datetime) -> Values:
    """State and its dates. A planned event whose hour changes is « moved », and stays so until it takes place."""
    state = STATES[record.state]
    was_cancelled = before is not None and before.state is EventState.CANCELLED
    cancelled_at = (
        (before.cancelled_at if before and was_cancelled else learnt) if state is EventState.CANCELLED else None
    )
    moved_from, moved_at = (before.moved_from, before.moved_at) if before else (None, None)
    if before is not None and before.starts_at != record.starts_at and state is EventState.PLANNED:
        moved_from, moved_at = before.starts_at, learnt
    if state is EventState.PLANNED and moved_from is not None:
        state = EventState.MOVED
    return {"state": state, "moved_from": moved_from, "moved_at": moved_at, "cancelled_at": cancelled_at}


def _people(db: Session, reception: Reception, stored: Stored) -> None:
    """Those at each event, rewritten only where they differ."""
    wanted = {
        stored.ids[dossier_id, record.key]: record.people
        for record, dossier_id in reception.mine(reception.message.events)
        if (dossier_id, record.key) in stored.ids
    }
    held = {event_id: _held(rows) for event_id, rows in _rows_of(db, wanted).items()}
    changed = {event_id: people for event_id, people in wanted.items() if held.get(event_id, ()) != people}
    for batch in chunks(event_id for event_id in changed if event_id in held):
        db.execute(delete(EventPerson).where(EventPerson.event_id.in_(batch)))
    rows = [
        {
            "event_id": event_id,
            "position": position,
            "kind": person.kind,
            "name": person.name,
            "role": person.role,
            "professional_key": person.professional,
            "relative_key": person.relative,
        }
        for event_id, people in changed.items()
        for position, person in enumerate(people)
    ]
    for some in chunks(rows, 2000):
        db.execute(insert(EventPerson), some)


def _rows_of(db: Session, events: dict[UUID, Any]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = {}
    query = select(*EventPerson.__table__.c).order_by(EventPerson.event_id, EventPerson.position)
    for batch in chunks(events):
        for row in db.execute(query.where(EventPerson.event_id.in_(batch))):
            found.setdefault(row.event_id, []).append(row)
    return found


def _held(rows: list[Row[Any]]) -> tuple[PersonRecord, ...]:
    return tuple(PersonRecord(row.kind, row.name, row.role, row.professional_key, row.relative_key) for row in rows)


def _rename(db: Session, reception: Reception) -> None:
    """A professional who changes name or role changes it at every event, those of earlier messages too."""
    told = {record.key: record for record in reception.message.professionals}
    place = reception.establishment.id
    query = select(EventPerson.professional_key, EventPerson.name, EventPerson.role).distinct()
    query = query.join(Event, Event.id == EventPerson.event_id).where(Event.establishment_id == place)
    for batch in chunks(told):
        for key, name, role in db.execute(query.where(EventPerson.professional_key.in_(batch))).all():
            if key is not None and (name, role) != (told[key].name or name, told[key].role or role):
                _call(db, place, told[key], name, role)


def _call(db: Session, place: UUID, record: ProfessionalRecord, name: str, role: str) -> None:
    here = select(Event.id).where(Event.establishment_id == place)
    rows = update(EventPerson).where(EventPerson.professional_key == record.key, EventPerson.event_id.in_(here))
    same = rows.where(EventPerson.name == name, EventPerson.role == role)
    db.execute(same.values(name=record.name or name, role=record.role or role))


def _presence(reception: Reception) -> Callable[[PresenceRecord, UUID, Row[Any] | None], Values]:
    zone = reception.establishment.time_zone

    def row(record: PresenceRecord, dossier_id: UUID, _before: Row[Any] | None) -> Values:
        first, last = nights(record.starts_at, record.ends_at, zone) or (None, None)
        return shared(record, dossier_id, reception, Category.PLANNING) | {
            "key": record.key,
            "where": record.where,
            "starts_at": record.starts_at,
            "ends_at": record.ends_at,
            "first_night": first,
            "last_night": last,
        }

    return row


def _transport(
    reception: Reception, homes: Mapping[UUID, Homes]
) -> Callable[[TransportRecord, UUID, Row[Any] | None], Values]:
    def row(record: TransportRecord, dossier_id: UUID, before: Row[Any] | None) -> Values:
        values = shared(record, dossier_id, reception, record.category, record.nature) | {
            "key": record.key,
            "event_key": record.event,
            "state": STATES[record.state],
            "starts_at": record.starts_at,
            "ends_at": record.ends_at,
            **_veiled({name: getattr(record, name) for name in TOLD[Transport]}, homes.get(dossier_id, ())),
            "mode": record.mode,
            "escorted": record.escorted,
        }
        if before is not None and record.event and before.event_key == record.event:
            # the event decides, below: rewriting it here would change the row twice at each message
            values |= {
                "category": before.category,
                "nature": before.nature,
                "hidden_from": both(record.hidden, before.hidden_from),
            }
        return values

    return row


_PRIVATE = ("category", "nature", "held_until", "private_to", "published_to")


def guard_rides(db: Session, dossier_ids: Iterable[UUID]) -> None:
    """A ride tells where one goes: it is as private as the event it leads to, whichever of the two came last.

    Call it, too, in a transaction that holds an event back, keeps it to somebody or publishes it.
    """
    joined = (Event.dossier_id == Transport.dossier_id) & (Event.key == Transport.event_key)
    theirs = (getattr(Event, name).label(f"event_{name}") for name in (*_PRIVATE, "hidden_from"))
    ours = (getattr(Transport, name) for name in (*_PRIVATE, "hidden_from"))
    query = select(Transport.id, *ours, *theirs).join(Event, joined)
    changed = []
    for batch in chunks(dossier_ids):
        for row in db.execute(query.where(Transport.dossier_id.in_(batch))):
            wanted = {name: getattr(row, f"event_{name}") for name in _PRIVATE}
            wanted["hidden_from"] = both(row.hidden_from, row.event_hidden_from)
            if any(getattr(row, name) != value for name, value in wanted.items()):
                changed.append(wanted | {"id": row.id})
    for some in chunks(changed, 2000):
        db.execute(update(Transport), some)
