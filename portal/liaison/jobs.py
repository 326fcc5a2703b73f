"""What leaves for the DUI: answers to rendez-vous, as they stand when they leave."""

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
from portal.core import scope
from portal.core.jobs import GiveUp
from portal.core.models import Dossier
from portal.core.work import Handler
from portal.liaison.models import Coming, EventAnswer
from portal.liaison.services import RESPONSE
from portal.planning.models import Event


def handlers(outgoing: Outgoing) -> dict[str, Handler]:
    """The kinds of job of this feature."""
    return {f"deliver:{RESPONSE}": partial(deliver_response, outgoing=outgoing)}


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


def somebody(db: Session, dossier_id: UUID, account_id: UUID) -> Somebody:
    """Whoever spoke, by the DUI's own identifier when their link came from there."""
    query = select(Relationship.kind, Relationship.relative_key).where(
        Relationship.dossier_id == dossier_id, Relationship.account_id == account_id, Relationship.kind != Kind.STAFF
    )
    ties = db.execute(query).all()
    key = next((tie.relative_key for tie in ties if tie.relative_key), "")
    return Somebody(account_id, key or "", any(tie.kind is Kind.SELF for tie in ties))
