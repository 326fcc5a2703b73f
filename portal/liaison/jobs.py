"""What leaves for the DUI: answers to rendez-vous and announced absences, as they stand when they leave."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.models import Kind, Relationship
from portal.connectors.dui.consent import Somebody
from portal.connectors.dui.outgoing import Outgoing
from portal.connectors.dui.response import Response, appointment_response, transaction
from portal.connectors.dui.slot import Announced, slot
from portal.core import clock, scope
from portal.core.jobs import GiveUp
from portal.core.models import Dossier, Establishment
from portal.core.work import Handler
from portal.liaison.absences import ABSENCE
from portal.liaison.models import Absence, Coming, EventAnswer
from portal.liaison.services import RESPONSE
from portal.planning.models import Event


def handlers(outgoing: Outgoing) -> dict[str, Handler]:
    """The kinds of job of this feature."""
    return {
        f"deliver:{RESPONSE}": partial(deliver_response, outgoing=outgoing),
        f"deliver:{ABSENCE}": partial(deliver_absence, outgoing=outgoing),
    }


def deliver_response(db: Session, args: dict[str, Any], *, outgoing: Outgoing) -> None:
    """Send an answer as it is now: one that waited never undoes a later one. ``args``: ``answer``."""
    scope.enter(db, scope.everywhere("outbox"))
    one = db.get(EventAnswer, UUID(args["answer"]))
    if one is None:
        raise GiveUp("gone")
    said = Response(
        id=one.id,
        event_key=db.get_one(Event, one.event_id).key,
        patient_key=db.get_one(Dossier, one.dossier_id).key,
        by=somebody(db, one.dossier_id, one.said_by),
        comes=one.coming is Coming.COMES,
        starts_at=one.for_start,
        other_moment=one.other_moment,
        reason=one.reason,
    )
    outgoing.send(UUID(args["event"]), transaction(appointment_response(said)))


def deliver_absence(db: Session, args: dict[str, Any], *, outgoing: Outgoing) -> None:
    """Send an absence as it is now, withdrawn or not. ``args``: ``absence``."""
    scope.enter(db, scope.everywhere("outbox"))
    one = db.get(Absence, UUID(args["absence"]))
    if one is None:
        raise GiveUp("gone")
    zone = db.get_one(Establishment, one.establishment_id).time_zone
    starts_at, _ = clock.day_bounds(one.first_day, zone)
    _, ends_at = clock.day_bounds(one.last_day, zone)
    said = Announced(
        id=one.id,
        patient_key=db.get_one(Dossier, one.dossier_id).key,
        starts_at=starts_at,
        ends_at=one.back_at or ends_at,
        withdrawn=one.withdrawn_at is not None,
        note=one.note,
    )
    outgoing.send(UUID(args["event"]), transaction(slot(said)))


def somebody(db: Session, dossier_id: UUID, account_id: UUID) -> Somebody:
    """Whoever spoke, by the DUI's own identifier when their link came from there."""
    query = select(Relationship.kind, Relationship.relative_key).where(
        Relationship.dossier_id == dossier_id, Relationship.account_id == account_id, Relationship.kind != Kind.STAFF
    )
    ties = db.execute(query).all()
    key = next((tie.relative_key for tie in ties if tie.relative_key), "")
    return Somebody(account_id, key or "", any(tie.kind is Kind.SELF for tie in ties))
