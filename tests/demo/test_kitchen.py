"""Menus of a year, written as SCDL files and read back by the portal's own reader."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest

from portal.demo.kitchen import day_menu, menu_files
from portal.demo.schooldays import school_year
from portal.menus import scdl
from portal.menus.scdl_write import write
from portal.menus.words import Course, Declared, Meal, declared

YEAR = school_year(date(2026, 11, 24))


@pytest.fixture(scope="module")
def files():
    return dict(menu_files(YEAR, "test"))


@pytest.fixture(scope="module")
def dishes(files):
    return [dish for records in files.values() for dish in records]


def test_one_file_a_month_of_the_school_year(files):
    assert list(files) == [f"menus-{day:%Y-%m}.csv" for day in sorted({d.replace(day=1) for d in YEAR.open_days()})]


def test_the_same_year_gives_the_same_menus(files):
    assert dict(menu_files(YEAR, "test")) == files


def test_lunch_has_its_six_courses_on_every_open_day_and_on_no_other(dishes):
    courses: dict[date, set[Course]] = {}
    for dish in dishes:
        if dish.meal is Meal.LUNCH:
            courses.setdefault(dish.day, set()).add(dish.course)

    assert list(courses) == list(YEAR.open_days())
    assert all(given == set(Course) - {Course.OTHER} for given in courses.values())


def test_dinner_is_cooked_only_when_somebody_sleeps_there(dishes):
    dinners = {dish.day for dish in dishes if dish.meal is Meal.DINNER}

    assert dinners
    assert all(day.weekday() < 4 for day in dinners)


def test_fish_on_friday_and_no_meat_on_thursday(dishes):
    mains = {
        (dish.day.weekday(), dish.diets) for dish in dishes if dish.course is Course.MAIN and dish.meal is Meal.LUNCH
    }

    assert {diets for weekday, diets in mains if weekday == 3} == {("végétarien",)}


def test_pork_never_stands_alone(dishes):
    by_day = Counter(dish.day for dish in dishes if dish.name.startswith(("Rôti de porc", "Saucisse de Toulouse")))
    instead = Counter(dish.day for dish in dishes if dish.diets == ("sans porc",))

    assert by_day
    assert by_day == instead


def test_allergens_are_listed_denied_or_not_given_and_all_three_are_there(dishes):
    said = Counter(declared(dish.allergens, dish.allergens_unread) for dish in dishes)

    assert set(said) == set(Declared)
    assert 0.05 < said[Declared.NOT_GIVEN] / len(dishes) < 0.25


def test_the_reader_takes_every_line_of_every_file_without_a_remark(files):
    for records in files.values():
        reading = scdl.read(write(records))

        assert (reading.refused, reading.notes, reading.repeated) == ([], [], [])
        assert reading.dishes == records


def test_a_day_alone_is_the_same_as_within_its_month(files):
    alone = list(day_menu(YEAR.first, YEAR, Random(f"test/menu/{YEAR.first}")))

    assert files[f"menus-{YEAR.first:%Y-%m}.csv"][: len(alone)] == alone
