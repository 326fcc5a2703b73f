"""What the calendar changes by itself: a stay that ends closes what it opened, without any message of the DUI."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import reach
from portal.core import clock, scope
from portal.core.jobs import enqueue
from portal.core.models import Dossier, DossierState, Establishment
from portal.dossier.models import Stay
from portal.dossier.services import settle

SETTLE = "dossier.settle"
EVERY = timedelta(minutes=15)
"""How late the end of a stay may be noticed. Majority, links and holds need no job: each request asks their dates."""


def settle_stays(db: Session, _args: dict[str, Any]) -> None:
    """Settle young people whose stay is over, lay their access out again, and ask for the next turn."""
    now = clock.now()
    for place in db.scalars(select(Establishment.id).order_by(Establishment.id)).all():
        with scope.within(db, scope.establishments(place)):
            _settle_in(db, place, now)
    ask_to_settle(db)


def _settle_in(db: Session, establishment_id: UUID, now: datetime) -> None:
    over = select(Stay.dossier_id).where(Stay.ends_at <= now)
    here = (Dossier.establishment_id == establishment_id, Dossier.state == DossierState.PRESENT)
    ended = list(db.scalars(select(Dossier.id).where(*here, Dossier.id.in_(over))))
    if moved := settle(db, ended, now):  # a stay of last year ended too, and moves nobody today
        reach.recompute(db, dossier_ids=moved)


def ask_to_settle(db: Session) -> None:
    """One turn waits at a time, however many workers start."""
    enqueue(db, SETTLE, {}, due=clock.now() + EVERY, key=SETTLE)
