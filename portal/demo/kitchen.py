"""A year of menus, as the kitchen of an institution writes them: five courses at noon, and the evening for boarders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from random import Random

from portal.demo import dishes
from portal.demo.dishes import Dish
from portal.demo.house import NAME, SIRET
from portal.demo.schooldays import DAY, FRIDAY, MONDAY, SchoolYear, monday_of
from portal.menus.scdl_records import DishRecord
from portal.menus.words import Course, Meal, Texture

FORGOTTEN_SHARE = 0.06
"""One line in sixteen comes without its allergens, even for a dish whose allergens are known: kitchens forget."""
MEATLESS_DAY = 3
"""Thursday: one meal a week without meat or fish (Code rural, art. L230-5-6)."""
AHEAD = timedelta(days=14)
"""How long before a week its menus are published."""


def menu_files(year: SchoolYear, seed: str) -> Iterator[tuple[str, list[DishRecord]]]:
    """``(name, dishes)`` of each monthly file of a school year."""
    days = year.open_days()
    for (number, month), same in groupby(days, key=lambda day: (day.year, day.month)):
        records = [dish for day in same for dish in day_menu(day, year, Random(f"{seed}/menu/{day}"))]
        yield f"menus-{number}-{month:02d}.csv", records


def day_menu(day: date, year: SchoolYear, chance: Random) -> Iterator[DishRecord]:
    """Lunch and snack for all; dinner and the next breakfast when boarders sleep there."""
    yield from _lunch(day, chance)
    yield _record(day, Meal.SNACK, Course.OTHER, chance.choice(dishes.SNACKS), chance)
    if day.weekday() < FRIDAY and year.is_open(day + DAY):
        yield from _dinner(day, chance)
    if day.weekday() > MONDAY and year.is_open(day - DAY):
        yield _record(day, Meal.BREAKFAST, Course.OTHER, ("Lait, céréales ou tartines", None), chance)


def _lunch(day: date, chance: Random) -> Iterator[DishRecord]:
    yield _record(day, Meal.LUNCH, Course.STARTER, chance.choice(dishes.STARTERS), chance)
    yield from _mains(day, chance)
    for course, choices in (
        (Course.SIDE, dishes.SIDES),
        (Course.DAIRY, dishes.DAIRIES),
        (Course.DESSERT, dishes.DESSERTS),
    ):
        yield _record(day, Meal.LUNCH, course, chance.choice(choices), chance)
    yield _record(day, Meal.LUNCH, Course.BREAD, dishes.BREAD, chance)


def _mains(day: date, chance: Random) -> Iterator[DishRecord]:
    if day.weekday() == MEATLESS_DAY:
        dish = chance.choice(dishes.MEATLESS)
        yield _record(day, Meal.LUNCH, Course.MAIN, dish, chance, diets=("végétarien",))
    elif day.weekday() == FRIDAY:
        yield _record(day, Meal.LUNCH, Course.MAIN, chance.choice(dishes.FISHES), chance)
    elif chance.random() < 0.15:
        pork, other = chance.choice(dishes.PORKS)
        yield _record(day, Meal.LUNCH, Course.MAIN, (pork, ()), chance)
        yield _record(day, Meal.LUNCH, Course.MAIN, (other, ()), chance, diets=("sans porc",))
    else:
        yield _record(day, Meal.LUNCH, Course.MAIN, chance.choice(dishes.MEATS), chance)


def _dinner(day: date, chance: Random) -> Iterator[DishRecord]:
    courses: Sequence[tuple[Course, tuple[Dish, ...]]] = (
        (Course.STARTER, dishes.STARTERS),
        (Course.MAIN, dishes.SUPPERS),
        (Course.DESSERT, dishes.DESSERTS),
    )
    for course, choices in courses:
        yield _record(day, Meal.DINNER, course, chance.choice(choices), chance)
    yield _record(day, Meal.DINNER, Course.BREAD, dishes.BREAD, chance)


def _record(
    day: date, meal: Meal, course: Course, dish: Dish, chance: Random, diets: tuple[str, ...] = ()
) -> DishRecord:
    name, allergens = dish
    published = datetime.combine(monday_of(day) - AHEAD, time(9), UTC)
    return DishRecord(
        day=day,
        meal=meal,
        course=course,
        name=name,
        allergens=None if chance.random() < FORGOTTEN_SHARE else allergens,
        diets=diets,
        labels=("Plat fait maison",) if chance.random() < 0.25 else (),
        textures=(Texture.NORMAL, Texture.MINCED, Texture.BLENDED) if course is Course.MAIN else (),
        restaurant=NAME,
        restaurant_id=SIRET,
        published_at=published,
    )
