"""Once a day, whoever must know of a date to come finds a notice: majority, Creton decisions, whatever ends soon.

Deadlines know no inbox; both are put together here, like DUI messages in ``portal.announcing``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock, scope
from portal.core.models import Establishment
from portal.deadlines import jobs
from portal.deadlines.models import Topic
from portal.deadlines.services import earlier
from portal.inbox.models import NoticeKind
from portal.inbox.services import forget, tell

KINDS = {
    Topic.MAJORITY: NoticeKind.MAJORITY,
    Topic.CRETON: NoticeKind.CRETON,
    Topic.AGREEMENT: NoticeKind.AGREEMENT_ENDS,
}


def remind(db: Session, _args: dict[str, Any]) -> None:
    """One turn: what is told and that it was told are one transaction. Then ask for the next turn."""
    now = clock.now()
    places = db.execute(select(Establishment.id, Establishment.time_zone).order_by(Establishment.id)).all()
    for place, zone in places:
        with scope.within(db, scope.establishments(place)):
            for look in (jobs.majorities, jobs.cretons, jobs.expiries):
                _tell(db, list(look(db, place, now, zone)))
    jobs.ask_to_remind(db)


def _tell(db: Session, found: list[jobs.Told]) -> None:
    """Each account in the same order, so that two turns cannot wait for each other."""
    for one in sorted(found, key=lambda told: told.account_id):
        if one.about is None:
            tell(db, one.account_id, NoticeKind.ENDS_SOON)
        else:
            forget(db, earlier(db, one.about))
            tell(db, one.account_id, KINDS[one.about.topic], about=one.about, params={"step": one.about.step})
