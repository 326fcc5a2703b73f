"""What stands on a sheet: what its reader may see and, when somebody at work prints it, what they may see too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.perimeter import Row, row_of
from portal.access.words import Category, Nature, Strength, Viewer
from portal.core import clock, scope
from portal.core.errors import NotFound
from portal.core.models import Dossier, Establishment
from portal.dossier.cards import cards
from portal.menus.queries import tables
from portal.planning import days as telling
from portal.planning import happening
from portal.planning.telling import Reader
from portal.sheets.week import SEVEN, Week, written

SHOWN = (Category.PLANNING, Category.APPOINTMENTS, Category.MENUS, Category.IDENTITY)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A week, and the rows of the table of sharing that it told something of."""

    week: Week
    establishment_id: UUID
    rows: frozenset[Row]


def week(
    db: Session, viewer: Viewer, dossier_id: UUID, monday: date, *, own: bool, easy: bool, lang: str, menus: bool
) -> Gathered:
    """The week of a dossier, in a transaction whose scope is the viewer's. Raises ``NotFound`` out of their reach."""
    card = cards(db, viewer, [dossier_id]).get(dossier_id)
    if card is None:
        raise NotFound
    last, spoken = monday + timedelta(days=SEVEN - 1), written(lang)
    found = happening.between(db, viewer, [dossier_id], monday, last, card.zone)
    reader = Reader(card.name, card.zone, own, spoken, clock.now())
    place_id, place, phone = db.execute(
        select(Establishment.id, Establishment.name, Establishment.phone)
        .join(Dossier, Dossier.establishment_id == Establishment.id)
        .where(Dossier.id == dossier_id)
    ).one()
    meals = [one for one in tables(db, viewer, monday, last) if one.establishment_id == place_id] if menus else []
    made = Week(
        name=card.name,
        own=own,
        to="",
        place=place,
        phone=phone,
        zone=card.zone,
        days=telling.days(found, reader, monday, SEVEN, boarding=card.boarding),
        easy=easy,
        lang=spoken,
        received_at=card.received_at,
        tables=meals,
    )
    return Gathered(made, place_id, told(found, named=bool(card.name), menus=bool(meals)))


def through(db: Session, staff: Viewer, reader_id: UUID, dossier_id: UUID, monday: date, **how: Any) -> Gathered:
    """The week as its reader sees it, and of that only what ``staff`` reads: both decisions."""
    both = replace(staff, account_id=reader_id, strength=Strength.SUBSTANTIAL, through=staff.account_id)
    with scope.within(db, scope.account(reader_id, staff.account_id)):
        return week(db, both, dossier_id, monday, **how)


def told(found: Iterable[Any], *, named: bool, menus: bool) -> frozenset[Row]:
    """Rows of the table of sharing that these happenings belong to; the timetable always."""
    rows = {(Category.PLANNING, Nature.NONE)}
    rows |= {row_of(Category(one.category), Nature(one.nature or "")) for one in found if one.category}
    rows |= {(Category.IDENTITY, Nature.NONE)} if named else set()
    return frozenset(rows | ({(Category.MENUS, Nature.NONE)} if menus else set()))
