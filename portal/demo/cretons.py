"""Creton decisions of the demo: one to renew, one that is over, the others left for the screen to ask for."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.words import Category
from portal.core.models import Dossier
from portal.deadlines.models import CretonDecision
from portal.demo.cast import account_id
from portal.demo.world import World

DECIDED = (300, 380)
"""Days ago; of the first young people of twenty, in their order. Each lasts a year."""


def decide(db: Session, world: World) -> None:
    """What the secretary wrote down. Flushes, does not commit."""
    kept = [person for person in world.young if person.creton]
    for person, days in zip(kept, DECIDED, strict=False):
        dossier = db.scalars(select(Dossier).where(Dossier.key == person.key)).one()
        decided_on = world.today - timedelta(days=days)
        db.add(
            CretonDecision(
                dossier_id=dossier.id,
                establishment_id=dossier.establishment_id,
                category=Category.IDENTITY,
                decided_on=decided_on,
                ends_on=decided_on + timedelta(days=364),
                proof=f"Notification de la CDAPH n° {decided_on.year}-{118 + days}",
                recorded_by=account_id("secretary"),
            )
        )
    db.flush()
