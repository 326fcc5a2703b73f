"""What leaves for the DUI: an agreement given or taken back, an act granted or no longer."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.axes import Link
from portal.access.models import Kind, Relationship
from portal.access.perimeter import row_name
from portal.access.sharing import Agreement
from portal.access.words import Nature
from portal.connectors.dui.consent import ACT, Accord, Somebody, transaction
from portal.connectors.dui.outgoing import Outgoing
from portal.core import scope
from portal.core.jobs import GiveUp
from portal.core.models import Dossier, Establishment
from portal.core.work import Handler
from portal.sharing import acting
from portal.sharing.models import ActAnswer, ActRequest
from portal.sharing.services import ACTIVE, CONSENT


def handlers(outgoing: Outgoing) -> dict[str, Handler]:
    """The kinds of job of this feature."""
    return {f"deliver:{CONSENT}": partial(deliver, outgoing=outgoing)}


def deliver(db: Session, args: dict[str, Any], *, outgoing: Outgoing) -> None:
    """Send one Consent as it stands now, so that a grant that is late never gives back what was withdrawn since.

    ``args``: ``agreement`` or ``act``, and ``status``, what was announced.
    """
    scope.enter(db, scope.everywhere("outbox"))
    announced = args["status"] == ACTIVE
    accord = _agreement(db, args, announced) if "agreement" in args else _act(db, args, announced)
    if accord is None:
        raise GiveUp("gone")
    outgoing.send(UUID(args["event"]), transaction(accord))


def _agreement(db: Session, args: dict[str, Any], announced: bool) -> Accord | None:
    one = db.get(Agreement, UUID(args["agreement"]))
    if one is None:
        return None
    active = announced and one.withdrawn_at is None
    key, finess = _place(db, one.dossier_id)
    to = db.get_one(Relationship, one.relationship_id)
    return Accord(
        id=one.id,
        active=active,
        patient_key=key,
        finess=finess,
        said_at=one.starts_at if active else one.withdrawn_at or one.starts_at,
        starts_at=one.starts_at,
        ends_at=one.ends_at if active else one.withdrawn_at,
        given_by=[_somebody(db, one.dossier_id, one.given_by, one.capacity)],
        to=[Somebody(to.account_id, to.relative_key or "")],
        codes=[row_name((one.category, Nature(one.nature)))],
    )


def _act(db: Session, args: dict[str, Any], announced: bool) -> Accord | None:
    one = db.get(ActRequest, UUID(args["act"]))
    if one is None:
        return None
    active = announced and acting.is_granted(db, one)
    key, finess = _place(db, one.dossier_id)
    said = db.scalars(select(ActAnswer).where(ActAnswer.request_id == one.id).order_by(ActAnswer.said_at)).all()
    ends = [each.ended_at for each in said if each.ended_at] + ([one.closed_at] if one.closed_at else [])
    last = max((each.said_at for each in said), default=one.asked_at)
    return Accord(
        id=one.id,
        active=active,
        patient_key=key,
        finess=finess,
        said_at=last if active else max([last, *ends]),
        starts_at=last,
        ends_at=None if active else max([last, *ends]),
        given_by=[_somebody(db, one.dossier_id, who, as_what) for who, as_what in _once(said)],
        to=(),
        codes=[one.act.value],
        system=ACT,
    )


def _once(said: Any) -> list[tuple[UUID, str]]:
    return list({each.account_id: each.capacity for each in said}.items())


def _place(db: Session, dossier_id: UUID) -> tuple[str, str]:
    query = select(Dossier.key, Establishment.finess).join(Establishment, Establishment.id == Dossier.establishment_id)
    row = db.execute(query.where(Dossier.id == dossier_id)).one()
    return row.key, row.finess


def _somebody(db: Session, dossier_id: UUID, account_id: UUID, capacity: str) -> Somebody:
    """By the DUI's own identifier when the link came from there."""
    theirs = select(Relationship.relative_key).where(
        Relationship.dossier_id == dossier_id,
        Relationship.account_id == account_id,
        Relationship.kind != Kind.STAFF,
        Relationship.relative_key.is_not(None),
    )
    return Somebody(account_id, db.scalars(theirs.limit(1)).first() or "", capacity == Link.SELF)
