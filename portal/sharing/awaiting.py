"""Acts that wait for somebody's yes or no."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.access.readers import Eye
from portal.access.words import Strength, Viewer
from portal.core import clock
from portal.sharing import acting, queries
from portal.sharing.models import ActAnswer, ActRequest


def awaiting(db: Session, viewer: Viewer, dossiers: Iterable[UUID]) -> list[ActRequest]:
    """What is asked of this viewer and they have not answered, oldest first; nothing for a weak sign-in.

    ``dossiers`` must come from their own scope. One statement while nothing is asked.
    """
    if viewer.strength is not Strength.SUBSTANTIAL:
        return []
    said = exists().where(
        ActAnswer.request_id == ActRequest.id, ActAnswer.account_id == viewer.account_id, ActAnswer.ended_at.is_(None)
    )
    asked = select(ActRequest).where(ActRequest.dossier_id.in_(list(dossiers)), ActRequest.closed_at.is_(None), ~said)
    found = db.scalars(asked.order_by(ActRequest.asked_at, ActRequest.id)).all()
    if not found:
        return []
    known = queries.readable(db, viewer, {one.dossier_id for one in found})
    links = {key: one.cases for key, one in known.items() if one.reader.eye is not Eye.WHOLE}
    who, at = viewer.account_id, clock.now()
    return [one for one in found if acting.may_answer(one, links.get(one.dossier_id, ()), who, at)]
