"""Agreements, restrictions and perimeters as the database holds them, without asking who may decide them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from portal.access.models import Relationship
from portal.access.sharing import Against, Agreement, Opening, Perimeter, Restriction, Source
from portal.access.words import Category
from portal.core.models import Dossier, Establishment
from tests.factories import LONG_AGO


def an_agreement(db: Session, to: Relationship, by: Relationship, **changes: Any) -> Agreement:
    """``to`` reads the timetable, because ``by`` said so."""
    facts = {
        "dossier_id": to.dossier_id,
        "establishment_id": to.establishment_id,
        "relationship_id": to.id,
        "category": Category.PLANNING,
        "receipt": uuid4(),
        "given_by": by.account_id,
        "capacity": "parent_full",
        "starts_at": LONG_AGO,
    }
    one = Agreement(**(facts | changes))
    db.add(one)
    db.flush()
    return one


def a_restriction(db: Session, dossier: Dossier, **changes: Any) -> Restriction:
    """A judge closes the timetable to every family link."""
    facts = {
        "dossier_id": dossier.id,
        "establishment_id": dossier.establishment_id,
        "source": Source.COURT_ORDER,
        "against": Against.FAMILIES,
        "rows": "planning",
        "starts_at": LONG_AGO,
        "proof": "Jugement du 3 mars, Madame Exemple",
    }
    one = Restriction(**(facts | changes))
    db.add(one)
    db.flush()
    return one


def a_perimeter(
    db: Session, place: Establishment, cells: dict[tuple[str, Category], bool], *, starts_at: datetime, version: int = 1
) -> Perimeter:
    """(column, category) → open or closed, from then on."""
    facts = {"establishment_id": place.id, "version": version, "starts_at": starts_at}
    one = Perimeter(**facts, because="Avis du conseil de la vie sociale")
    db.add(one)
    db.flush()
    for (column, category), is_open in cells.items():
        db.add(Opening(perimeter_id=one.id, column=column, category=category, nature="", is_open=is_open))
    db.flush()
    return one
