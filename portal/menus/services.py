"""Taking a menu file in: all of it or nothing, once, and never over something newer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PureWindowsPath
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.models import Establishment
from portal.menus import scdl
from portal.menus.models import Dish, MenuImport
from portal.menus.scdl_outline import outline
from portal.menus.scdl_records import DishRecord, Reading
from portal.menus.scdl_text import fold, tidy
from portal.menus.words import Meal

AT_ONCE = 500
"""Identifiers in one DELETE: far below what either database takes."""
LONGEST_FILE_NAME = 120


@dataclass(frozen=True, slots=True)
class Served:
    """One meal of one day in one restaurant: what a newer file replaces whole."""

    day: date
    meal: Meal
    restaurant: str
    restaurant_id: str

    def same_as(self, other: Served) -> bool:
        """By the restaurant's identifier when both have one, else by its name."""
        if (self.day, self.meal) != (other.day, other.meal):
            return False
        if self.restaurant_id and other.restaurant_id:
            return self.restaurant_id == other.restaurant_id
        return fold(self.restaurant) == fold(other.restaurant)


@dataclass(slots=True)
class Report:
    """What taking a file in did. ``already`` is when the same file had been taken in: then nothing changed."""

    reading: Reading
    zone: str
    already: datetime | None = None
    taken: int = 0
    replaced: int = 0
    older: list[Served] = field(default_factory=list)
    """Meals left as they were, because what stands there was published later."""


def take_in(
    db: Session,
    establishment_id: UUID,
    data: bytes,
    name: str,
    *,
    only: str | None = None,
    by: UUID | None = None,
    again: bool = False,
) -> Report:
    """Take a menu file in, under the file name its sender gave it; the caller commits.

    Each meal of a day and restaurant found in the file replaces the one that stood there. A file already taken in
    changes nothing, and a meal published later than the file's stays; ``again`` takes the file in all the same. Lines
    that are refused do not keep the others out; of a file without a single dish nothing is kept. ``only`` keeps one
    restaurant (see ``scdl.read``). Raises ``WrongFile``, or ``NotFound`` for no such establishment.

    Reading a large workbook takes seconds. Called outside a transaction, it is read before one begins, so that nobody
    waits for it; the caller's own transaction, if there is one, is left alone.
    """
    zone = _zone(db, establishment_id)
    report = Report(scdl.read(data, zone=zone, only=only), zone)
    _lock(db, establishment_id)
    digest = hashlib.sha256(data).hexdigest()
    report.already = None if again else _taken_before(db, establishment_id, digest, only or "")
    if report.already or not report.reading.dishes:
        return report
    meals = _by_meal(report.reading.dishes)
    standing = _standing(db, establishment_id, report.reading.days)
    report.older = [] if again else [served for served in meals if _newer(standing, served, meals[served])]
    for served in report.older:
        del meals[served]
    report.taken = sum(map(len, meals.values()))
    report.replaced = _remove(db, standing, meals)
    entry = _entry(establishment_id, report, name)
    entry.sha256, entry.only, entry.taken_by = digest, only or "", by
    _keep(db, entry, meals)
    return report


def _zone(db: Session, establishment_id: UUID) -> str:
    """The time zone of the establishment; leaves no transaction behind that was not there before."""
    ours = not db.in_transaction()
    zone = db.scalar(select(Establishment.time_zone).where(Establishment.id == establishment_id))
    if ours:
        db.commit()
    if zone is None:
        raise NotFound
    return zone


def _lock(db: Session, establishment_id: UUID) -> None:
    """Two files that arrive at once are taken in one after the other."""
    db.execute(select(Establishment.id).where(Establishment.id == establishment_id).with_for_update())


def _taken_before(db: Session, establishment_id: UUID, digest: str, only: str) -> datetime | None:
    return db.scalar(
        select(MenuImport.taken_at)
        .where(MenuImport.establishment_id == establishment_id, MenuImport.sha256 == digest, MenuImport.only == only)
        .order_by(MenuImport.taken_at.desc())
        .limit(1)
    )


def _by_meal(dishes: Iterable[DishRecord]) -> dict[Served, list[DishRecord]]:
    meals: dict[Served, list[DishRecord]] = {}
    for dish in dishes:
        meals.setdefault(Served(dish.day, dish.meal, dish.restaurant, dish.restaurant_id), []).append(dish)
    return meals


@dataclass(frozen=True, slots=True)
class _Standing:
    """A dish that is in the database."""

    id: UUID
    served: Served
    issued_at: datetime | None


def _standing(db: Session, establishment_id: UUID, days: list[date]) -> dict[date, list[_Standing]]:
    """The dishes that stand, by day, between the first and last of these days."""
    columns = (Dish.id, Dish.issued_at, Dish.day, Dish.meal, Dish.restaurant, Dish.restaurant_id)
    rows = db.execute(
        select(*columns).where(Dish.establishment_id == establishment_id, Dish.day.between(days[0], days[-1]))
    )
    found: dict[date, list[_Standing]] = {}
    for row in rows:
        served = Served(row.day, row.meal, row.restaurant, row.restaurant_id)
        found.setdefault(row.day, []).append(_Standing(row.id, served, row.issued_at))
    return found


def _newer(standing: Mapping[date, list[_Standing]], served: Served, dishes: list[DishRecord]) -> bool:
    """Whether what stands for this meal was published later than the file's; a file that says no date is believed."""
    there = [dish.issued_at for dish in standing.get(served.day, ()) if dish.served.same_as(served) and dish.issued_at]
    coming = [dish.issued_at for dish in dishes if dish.issued_at]
    return bool(there and coming) and max(there) > max(coming)


def _remove(db: Session, standing: Mapping[date, list[_Standing]], meals: Iterable[Served]) -> int:
    """Take away the dishes these meals replace; how many they were."""
    gone = {dish.id for served in meals for dish in standing.get(served.day, ()) if dish.served.same_as(served)}
    for ids in _batches(list(gone)):
        db.execute(delete(Dish).where(Dish.id.in_(ids)))
    return len(gone)


def _batches(ids: list[UUID]) -> Iterable[list[UUID]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _entry(establishment_id: UUID, report: Report, name: str) -> MenuImport:
    days = report.reading.days
    return MenuImport(
        establishment_id=establishment_id,
        taken_at=clock.now(),
        file_name=tidy(PureWindowsPath(name).name)[:LONGEST_FILE_NAME],
        lines=report.reading.lines,
        dishes=report.taken,
        refused=len(report.reading.refused),
        first_day=days[0],
        last_day=days[-1],
        report=outline(report.reading),
    )


def _keep(db: Session, entry: MenuImport, meals: Mapping[Served, list[DishRecord]]) -> None:
    db.add(entry)
    db.flush()
    rows = [_row(entry, position, dish) for dishes in meals.values() for position, dish in enumerate(dishes)]
    if rows:
        db.execute(insert(Dish), rows)


def _row(entry: MenuImport, position: int, dish: DishRecord) -> dict[str, Any]:
    return {
        "establishment_id": entry.establishment_id,
        "import_id": entry.id,
        "received_at": entry.taken_at,
        "position": position,
        "day": dish.day,
        "meal": dish.meal,
        "course": dish.course,
        "name": dish.name,
        "allergens": None if dish.allergens is None else list(dish.allergens),
        "allergens_unread": list(dish.allergens_unread),
        "diets": list(dish.diets),
        "signs": list(dish.signs),
        "labels": list(dish.labels),
        "textures": list(dish.textures),
        "precision": dish.precision,
        "guests": dish.guests,
        "restaurant": dish.restaurant,
        "restaurant_id": dish.restaurant_id,
        "code": dish.code,
        "issued_at": dish.issued_at,
    }
