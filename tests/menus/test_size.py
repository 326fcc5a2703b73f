"""Months of menus of a large kitchen: 5,000 lines, read within bounds.

What it costs is counted by line, so a year of 20,000 shows nothing more; and 5,000 are far beyond what one DELETE
takes, or what one INSERT of either database holds in parameters.
"""

from __future__ import annotations

import tracemalloc
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.menus import scdl, services
from portal.menus.models import Dish
from portal.menus.scdl_records import DishRecord
from portal.menus.scdl_write import Kitchen, write
from portal.menus.words import Allergen, Course, Meal
from tests.factories import an_establishment

LINES = 5_000
MOST = 16 << 20
"""Bytes in memory, some 3.3 KB a line: 64 MiB for a year."""


@pytest.fixture(scope="module")
def menus() -> bytes:
    """Every line is another dish, and has an odd value to note."""
    first = date(2025, 1, 1)
    data = write(
        (
            DishRecord(
                day=first + timedelta(days=number // 60),
                meal=(Meal.LUNCH, Meal.DINNER)[number % 2],
                course=Course.MAIN,
                name=f"Plat mijoté de la cuisine numéro {number}",
                allergens=(Allergen.GLUTEN, Allergen.EGGS, Allergen.MILK),
                labels=("bio local", "Plat fait maison"),
                restaurant=f"Restaurant {number % 3}",
                restaurant_id=str(number % 3),
            )
            for number in range(LINES)
        ),
        Kitchen("Association des Tilleuls", "12345678901234", "Cuisine centrale", "12345678901235", "29019"),
    )
    return data.replace("déjeuner".encode(), b"meal")


@pytest.mark.slow
def test_thousands_of_lines_stay_within_memory(menus: bytes) -> None:
    tracemalloc.start()
    try:
        reading = scdl.read(menus)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(reading.dishes) == LINES
    assert len(reading.notes) == LINES // 2
    assert peak < MOST


@pytest.mark.slow
def test_thousands_of_lines_are_taken_in_and_replaced(db: Session, menus: bytes) -> None:
    place = an_establishment(db).id
    assert services.take_in(db, place, menus, "annee.csv").taken == LINES
    report = services.take_in(db, place, menus, "annee.csv", again=True)
    assert (report.taken, report.replaced) == (LINES, LINES)
    assert db.scalar(select(func.count()).select_from(Dish)) == LINES
