"""What the people of the demo decided about sharing: a version of the perimeter, an accord, two acts that are asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.acts import Act, Said
from portal.access.models import Relationship
from portal.access.opening import decide_perimeter
from portal.access.perimeter import Column
from portal.access.words import Category, Nature, Strength, Viewer
from portal.core import clock
from portal.core.models import Dossier, Establishment
from portal.demo.cast import account_id
from portal.demo.leads import CHILD
from portal.demo.world import ZONE, World
from portal.sharing import acting, services

PLAN = (Column.PARENT.value, (Category.PLAN, Nature.NONE)), (Column.REPRESENT.value, (Category.PLAN, Nature.NONE))
GIVEN = ((Category.IDENTITY, Nature.NONE), (Category.PLANNING, Nature.NONE))


def share(db: Session, world: World, establishment: Establishment) -> None:
    """Management opens the PIA to parents; the mother shares the week with the grandmother; staff ask for two acts."""
    decide_perimeter(
        db,
        establishment.id,
        dict.fromkeys(PLAN, True),
        by=account_id("director"),
        because="Avis du conseil de la vie sociale",
    )
    key = next(one.key for one in world.young if one.role == CHILD)
    dossier = db.scalars(select(Dossier).where(Dossier.key == key)).one()
    granny = db.scalars(select(Relationship).where(Relationship.account_id == account_id("grandmother"))).one()
    services.grant(db, _as("mother"), granny, GIVEN, _end_of_summer(world.today))
    outing = acting.ask(
        db, _as("director"), dossier, act=Act.OUTING, what="Une journée à la ferme pédagogique, jeudi prochain."
    )
    acting.answer(db, _as("mother"), outing, Said.YES)
    acting.ask(
        db,
        _as("director"),
        dossier,
        act=Act.IMAGE,
        what="Une photo de l’atelier peinture dans le journal de l’institut, lu par les familles.",
    )


def _as(role: str) -> Viewer:
    who: UUID = account_id(role)
    return Viewer(who, Strength.SUBSTANTIAL)


def _end_of_summer(today: date) -> datetime:
    """Midnight after the next 31 August that is at least a month away."""
    year = today.year + (today + timedelta(days=31) > date(today.year, 8, 31))
    return clock.midnight(date(year, 9, 1), ZONE)
