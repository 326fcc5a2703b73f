"""The real file of a city, February 2025: it loads whole, and every odd value in it is led home or named."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.menus import scdl, services
from portal.menus.models import Dish
from portal.menus.scdl_records import Code, Reading
from portal.menus.scdl_write import write
from portal.menus.words import Course, Declared, Meal, declared
from tests.factories import an_establishment

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def data(shared: Path) -> bytes:
    return (shared / "data/menus/menus-collectifs-antibes-2025-02.xlsx").read_bytes()


@pytest.fixture(scope="module")
def reading(data: bytes) -> Reading:
    return scdl.read(data)


def test_it_loads_whole(reading: Reading) -> None:
    assert (reading.kind, reading.lines, len(reading.dishes), len(reading.days)) == ("xlsx", 77, 77, 10)
    assert (reading.refused, reading.repeated, reading.left_out) == ([], [], 0)
    assert (reading.days[0], reading.days[-1]) == (date(2025, 2, 3), date(2025, 2, 14))
    assert (reading.unknown_columns, reading.absent_columns, reading.sheets_left) == ([], [], [])


def test_every_odd_value_is_led_home_or_named(reading: Reading) -> None:
    odd = Counter((str(note.column), note.value, note.became) for note in reading.notes)
    assert odd == {
        ("menuRestaurantType", "Elémentaire", "élémentaire"): 19,
        ("menuRepasType", "meal", "déjeuner"): 48,
        ("menuRepasType", "snack", "goûter"): 29,
        ("menuPlatType", "entree", "entrée"): 8,
        ("menuPlatRegime", "Aucun regime", ""): 77,
        ("menuPlatTexture", '["-"]', ""): 77,
        ("menuPlatAllergene", "Gluten", "céréales contenant du gluten"): 39,
        ("menuPlatAllergene", "Sulfites", "anhydride sulfureux et sulfites"): 12,
        ("menuPlatAllergene", "Celeri", "céleri"): 9,
        ("menuPlatAllergene", "Fruits a coques", "fruits à coques"): 7,
        ("menuPlatAllergene", "Sesame", "graines de sésame"): 6,
        ("menuPlatAllergene", "Poisson", "poissons"): 4,
    }
    assert {note.code for note in reading.notes} == {Code.MAPPED, Code.NOT_GIVEN}


def test_its_meals_and_courses_are_what_the_city_serves(reading: Reading) -> None:
    assert Counter(dish.meal for dish in reading.dishes) == {Meal.LUNCH: 48, Meal.SNACK: 29}
    assert Counter(dish.course for dish in reading.dishes) == {
        Course.DESSERT: 23,
        Course.OTHER: 17,
        Course.BREAD: 13,
        Course.MAIN: 9,
        Course.STARTER: 8,
        Course.SIDE: 7,
    }
    assert Counter((dish.restaurant, dish.restaurant_id, dish.guests) for dish in reading.dishes) == {
        ("JARDIN ENFANTS LAVAL", "26", "CR GRAND"): 29,
        ("LAVAL ACM - CLSH", "42", "ELEM GRAND"): 29,
        ("LAVAL", "4", "ELEM GRAND"): 19,
    }


def test_thirteen_dishes_say_nothing_of_allergens_and_none_is_said_to_have_none(reading: Reading) -> None:
    states = Counter(declared(dish.allergens, dish.allergens_unread) for dish in reading.dishes)
    assert states == {Declared.LISTED: 64, Declared.NOT_GIVEN: 13}
    assert all(dish.allergens_unread == () for dish in reading.dishes)


def test_not_one_allergen_of_the_file_is_lost(data: bytes, reading: Reading) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    header, *rows = sheet.iter_rows(values_only=True)
    cells = [row[header.index("menuPlatAllergene")] for row in rows]
    written = [len(json.loads(cell)) if cell else 0 for cell in cells]
    assert [len(dish.allergens or ()) for dish in reading.dishes] == written
    assert sum(written) == 172


def test_written_again_it_is_a_plain_file(reading: Reading) -> None:
    again = scdl.read(write(reading.dishes))
    assert again.dishes == reading.dishes
    assert again.notes == []


def test_one_of_its_restaurants_may_be_taken_alone(data: bytes) -> None:
    assert len(scdl.read(data, only="Jardin enfants Laval").dishes) == 29
    assert len(scdl.read(data, only="4").dishes) == 19


def test_it_is_taken_in_once(db: Session, data: bytes) -> None:
    place = an_establishment(db)
    first = services.take_in(db, place.id, data, "antibes.xlsx")
    assert (first.taken, first.replaced, first.older) == (77, 0, [])
    again = services.take_in(db, place.id, data, "antibes.xlsx")
    assert again.already is not None
    assert db.scalar(select(func.count()).select_from(Dish)) == 77
