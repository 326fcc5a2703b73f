"""What the calendar changes by itself: a stay that ends closes what it opened, without any message of the DUI."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import reach
from portal.core import clock
from portal.core.jobs import enqueue
from portal.core.models import Dossier, DossierState
from portal.dossier.models import Stay
from portal.dossier.services import settle

SETTLE = "dossier.settle"
EVERY = timedelta(minutes=15)
"""How late the end of a stay may be noticed. Majority, links and holds need no job: each request asks their dates."""


def settle_stays(db: Session, _args: dict[str, Any]) -> None:
    """Settle young people whose stay is over, lay their access out again, and ask for the next turn."""
    now = clock.now()
    over = select(Stay.dossier_id).where(Stay.ends_at <= now)
    ended = list(db.scalars(select(Dossier.id).where(Dossier.state == DossierState.PRESENT, Dossier.id.in_(over))))
    if ended:
        settle(db, ended, now)
        reach.recompute(db, dossier_ids=ended)
    ask_to_settle(db)


def ask_to_settle(db: Session) -> None:
    """One turn waits at a time, however many workers start."""
    enqueue(db, SETTLE, {}, due=clock.now() + EVERY, key=SETTLE)
