"""A family to look at: a child of twelve, both parents, a grandmother, and those who work there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.access import opening
from portal.access.models import Kind, Post, Relationship
from portal.access.words import Category, Nature
from portal.core.models import Dossier
from portal.dossier.models import Identity
from tests.factories import a_dossier, a_link, a_parent, a_unit, an_account, at_once, staff, the_young_person

PLANNING = (Category.PLANNING, Nature.NONE)
IDENTITY = (Category.IDENTITY, Nature.NONE)
HEALTH = (Category.APPOINTMENTS, Nature.HEALTH)


@dataclass
class Family:
    dossier: Dossier
    mother: Relationship
    father: Relationship
    granny: Relationship
    child: Relationship
    director: Relationship
    educator: Relationship
    nurse: Relationship

    @property
    def url(self) -> str:
        return f"/partage/{self.dossier.id}"

    def cell(self, who: Relationship, row: str) -> str:
        return f"/partage/case/{who.id}/{row}"


@at_once()
def a_family(db: Session, *, age: int = 12, name: str = "Inès", **facts: Any) -> Family:
    """Committed by the caller."""
    dossier = a_dossier(db, age=age, **facts)
    dossier.unit_id = a_unit(db, _place(db, dossier)).id
    told = {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id, "category": "identity"}
    db.add(Identity(**told, given_name=name, family_name="Exemple"))
    db.flush()
    return Family(
        dossier,
        a_parent(db, dossier, account=an_account(db, "Samia Mère")),
        a_parent(db, dossier, account=an_account(db, "Julien Père")),
        a_link(db, dossier, Kind.RELATIVE, account=an_account(db, "Odette Grand-Mère")),
        the_young_person(db, dossier, account=an_account(db, "Inès Exemple")),
        staff(db, dossier, Post.MANAGEMENT, account=an_account(db, "Madame Directrice")),
        staff(db, dossier, Post.EDUCATION, unit_id=dossier.unit_id),
        staff(db, dossier, Post.CARE),
    )


def decide(db: Session, family: Family, **cells: bool) -> Any:
    """A version of the perimeter by the director: ``parent__plan=True``."""
    named = {}
    for name, is_open in cells.items():
        column, _, row = name.partition("__")
        named[column, (Category(row), Nature.NONE)] = is_open
    return opening.decide_perimeter(
        db,
        family.dossier.establishment_id,
        named,
        by=family.director.account_id,
        because="Avis du conseil de la vie sociale du 3 novembre 2026",
    )


def _place(db: Session, dossier: Dossier) -> Any:
    from portal.core.models import Establishment

    return db.get_one(Establishment, dossier.establishment_id)
