"""A year of menus of a large kitchen: 20,000 lines, read within bounds."""

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

LINES = 20_000
MIB = 1 << 20


@pytest.fixture(scope="module")
def year() -> bytes:
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
def test_twenty_thousand_lines_stay_within_memory(year: bytes) -> None:
    tracemalloc.start()
    try:
        reading = scdl.read(year)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(reading.dishes) == LINES
    assert len(reading.notes) == LINES // 2
    print(peak / MIB)
    assert peak < 64 * MIB


@pytest.mark.slow
def test_twenty_thousand_lines_are_taken_in_and_replaced(db: Session, year: bytes) -> None:
    place = an_establishment(db).id
    assert services.take_in(db, place, year, "annee.csv").taken == LINES
    report = services.take_in(db, place, year, "annee.csv", again=True)
    assert (report.taken, report.replaced) == (LINES, LINES)
    assert db.scalar(select(func.count()).select_from(Dish)) == LINES
