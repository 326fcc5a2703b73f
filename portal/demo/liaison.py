"""What the demo's mother says to the unit: she answers a rendez-vous, announces an absence, asks to be called."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.queries import visible
from portal.access.words import Action, Category, Strength, Viewer
from portal.core import clock
from portal.core.models import Dossier
from portal.demo.cast import account_id
from portal.demo.leads import CHILD
from portal.demo.world import World
from portal.liaison import absences, callbacks, services
from portal.liaison.models import Coming, Suits, ToWhom, Why
from portal.liaison.queries import OPEN
from portal.planning.models import Event

ANSWERED = 2
"""The first comes, the second asks for another moment; the others wait for an answer."""


def speak(db: Session, world: World) -> None:
    """Through the services that the pages use."""
    mother = Viewer(account_id("mother"), Strength.SUBSTANTIAL)
    key = next(one.key for one in world.young if one.role == CHILD)
    dossier = db.scalars(select(Dossier).where(Dossier.key == key)).one()
    asked = visible(Event, mother, action=Action.ANSWER).where(
        Event.dossier_id == dossier.id,
        Event.category == Category.APPOINTMENTS,
        Event.state.in_(OPEN),
        Event.starts_at > clock.now(),
    )
    words = [(Coming.COMES, "", False), (Coming.CANNOT, "Je travaille ce jour-là.", True)]
    for event, (coming, reason, other) in zip(
        db.scalars(asked.order_by(Event.starts_at).limit(ANSWERED)).all(), words, strict=False
    ):
        services.answer(db, mother, event.id, services.Said(coming, event.starts_at, reason, other))
    soon = world.today + timedelta(days=2)
    absences.announce(
        db, mother, dossier.id, absences.Said(soon, soon, None, Why.FAMILY, "Nous rentrons tard.", uuid4())
    )
    callbacks.ask(
        db, mother, dossier.id, callbacks.Said(ToWhom.REFERENT, Suits.EVENING, "Le week-end prochain", "", uuid4())
    )
