"""What a viewer may read of the menus."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, select
from sqlalchemy.orm import Session

from portal.access.models import Post
from portal.access.queries import posted, visible
from portal.access.words import Viewer
from portal.menus.models import Dish, MenuImport
from portal.menus.words import Course, Declared, Meal, declared

MENU_POSTS = (Post.MANAGEMENT, Post.ADMINISTRATION, Post.KITCHEN)
"""Who looks after the menu files."""

_COLUMNS = (
    *(Dish.id, Dish.establishment_id, Dish.day, Dish.meal, Dish.restaurant, Dish.guests, Dish.received_at),
    *(Dish.course, Dish.name, Dish.allergens, Dish.allergens_unread, Dish.diets, Dish.signs, Dish.labels),
    *(Dish.textures, Dish.precision),
)
_RANK = case({meal: rank for rank, meal in enumerate(Meal)}, value=Dish.meal)


@dataclass(frozen=True, slots=True)
class Plate:
    """One dish to show. Lists as in ``models.Dish``; ``declared`` says how to read ``allergens``."""

    id: UUID
    course: Course
    name: str
    declared: Declared
    allergens: tuple[str, ...]
    """Words of ``Allergen``."""
    allergens_unread: tuple[str, ...]
    diets: tuple[str, ...]
    signs: tuple[str, ...]
    labels: tuple[str, ...]
    textures: tuple[str, ...]
    precision: str


@dataclass(frozen=True, slots=True)
class Table:
    """One meal of one day, as one restaurant serves it to some guests (« convives »; "" for everybody)."""

    establishment_id: UUID
    day: date
    meal: Meal
    restaurant: str
    guests: str
    received_at: datetime
    plates: tuple[Plate, ...]


def tables(db: Session, viewer: Viewer, first: date, last: date) -> list[Table]:
    """The meals from ``first`` to ``last``, both included, that this viewer may read: by day, in the order of the day.

    One statement, whatever the number of days and establishments.
    """
    statement = visible(Dish, viewer, *_COLUMNS).where(Dish.day.between(first, last))
    rows = db.execute(
        statement.order_by(Dish.day, _RANK, Dish.establishment_id, Dish.restaurant, Dish.guests, Dish.position, Dish.id)
    )
    return [_table(key, list(group)) for key, group in groupby(rows, _key)]


def served(tables: Iterable[Table], establishment_id: UUID, meal: Meal) -> tuple[str, ...]:
    """Main dishes and sides of that meal there; nothing when several are served, each to some, or none is known."""
    found = [one for one in tables if one.establishment_id == establishment_id and one.meal is meal]
    if len(found) != 1:
        return ()
    return tuple(plate.name for plate in found[0].plates if plate.course in (Course.MAIN, Course.SIDE))


def imports(db: Session, viewer: Viewer, limit: int = 20) -> list[MenuImport]:
    """The last menu files taken in, newest first, for those who look after them.

    Raises ``NeedsStrength`` below a substantial sign-in; nothing at all for families.
    """
    establishments = posted(db, viewer, MENU_POSTS)
    statement = select(MenuImport).where(MenuImport.establishment_id.in_(establishments))
    return list(db.scalars(statement.order_by(MenuImport.taken_at.desc(), MenuImport.id).limit(limit)))


def _key(row: Row[Any]) -> tuple[UUID, date, Meal, str, str]:
    return row.establishment_id, row.day, row.meal, row.restaurant, row.guests


def _table(key: tuple[UUID, date, Meal, str, str], rows: list[Row[Any]]) -> Table:
    return Table(*key, received_at=max(row.received_at for row in rows), plates=tuple(map(_plate, rows)))


def _plate(row: Row[Any]) -> Plate:
    return Plate(
        id=row.id,
        course=row.course,
        name=row.name,
        declared=declared(row.allergens, row.allergens_unread),
        allergens=tuple(row.allergens or ()),
        allergens_unread=tuple(row.allergens_unread),
        diets=tuple(row.diets),
        signs=tuple(row.signs),
        labels=tuple(row.labels),
        textures=tuple(row.textures),
        precision=row.precision,
    )
