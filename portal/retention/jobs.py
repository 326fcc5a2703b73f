"""Once a day: a dossier « grisé » closes when its time to be read is over. Nothing is ever removed here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.access.services import place
from portal.core import clock, scope
from portal.core.jobs import enqueue
from portal.core.models import Dossier, DossierState
from portal.retention.queries import aging

CLOSE = "retention.close"
EVERY = timedelta(days=1)


def close_old(db: Session, _args: dict[str, Any]) -> None:
    """Close those whose time is over, and ask for the next turn."""
    with scope.within(db, scope.everywhere("retention")):
        for one in aging(db, clock.now()):
            if one.closes:
                place(db, db.get_one(Dossier, one.id), state=DossierState.LEFT)
    ask_to_close(db)


def ask_to_close(db: Session, *, first: bool = False) -> None:
    """One turn waits at a time; at once when a worker starts."""
    enqueue(db, CLOSE, {}, due=clock.now() + (timedelta() if first else EVERY), key=CLOSE)
