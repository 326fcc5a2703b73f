"""What is written is read back, dish for dish, without a remark: the demo feeds the portal through such files."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.menus import scdl
from portal.menus.scdl_allergens import find
from portal.menus.scdl_columns import Column
from portal.menus.scdl_records import DishRecord
from portal.menus.scdl_text import ERRORS, fold, tidy
from portal.menus.scdl_words import (
    EVERYONE,
    RESTAURANT_TYPES,
    SIGNS,
    TEXTURES,
    says_no_allergen,
    says_no_diet,
    says_nothing,
)
from portal.menus.scdl_write import Kitchen, write
from portal.menus.words import Allergen, Course, Meal, Texture

UGLY = st.sampled_from(
    ["=1+1", "+33", "@x", "a;b", "a,b", 'Steak "maison"', "l'eau", "[bio", '["x"]', "Riz\u00a0", "Œuf", "1.0"]
)
TEXTS = (
    st.one_of(UGLY, st.text(max_size=30)).map(tidy).filter(lambda text: not says_nothing(text) and text not in ERRORS)
)
MAYBE = st.one_of(st.just(""), TEXTS)


def lists(items: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(items, max_size=3, unique=True).map(tuple)


def allergens(draw: st.DrawFn) -> tuple[tuple[Allergen, ...] | None, tuple[str, ...]]:
    unread = draw(lists(TEXTS.filter(lambda text: not find(text) and not says_no_allergen(text))))
    given_ = draw(st.one_of(st.none(), st.sets(st.sampled_from(Allergen))))
    if given_ is None or (unread and not given_):
        return None, unread
    return tuple(allergen for allergen in Allergen if allergen in given_), unread


@st.composite
def dishes(draw: st.DrawFn) -> DishRecord:
    listed, unread = allergens(draw)
    own_texture = TEXTS.filter(lambda text: TEXTURES.find(text) is None)
    own_sign = TEXTS.filter(lambda text: SIGNS.find(text) is None)
    instants = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
    return DishRecord(
        day=draw(st.dates(date(2015, 1, 1), date(2099, 12, 31))),
        meal=draw(st.sampled_from(Meal)),
        course=draw(st.sampled_from(Course)),
        name=draw(TEXTS),
        allergens=listed,
        allergens_unread=unread,
        diets=draw(lists(TEXTS.filter(lambda text: not says_no_diet(text)))),
        signs=draw(lists(st.sampled_from(list(SIGNS.names.values())) | own_sign)),
        labels=draw(lists(TEXTS)),
        textures=draw(lists(st.sampled_from([str(texture) for texture in Texture]) | own_texture)),
        precision=draw(MAYBE),
        guests=draw(MAYBE.filter(lambda text: fold(text) != EVERYONE)),
        restaurant=draw(MAYBE),
        restaurant_id=draw(MAYBE),
        restaurant_type=draw(st.sampled_from(["", *RESTAURANT_TYPES.names.values()])),
        code=draw(MAYBE),
        published_at=draw(instants),
        modified_at=draw(instants),
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(dishes(), max_size=6, unique_by=lambda dish: fold(dish.name)))
def test_what_is_written_is_read_back(written: list[DishRecord]) -> None:
    reading = scdl.read(write(written, Kitchen("Association", "12345678901234", "Cuisine", "12345678901235", "29019")))
    assert reading.dishes == written
    assert (reading.lines, reading.refused, reading.repeated) == (len(written), [], [])
    assert {note.code for note in reading.notes} <= {"unknown", "too_long"}
    assert reading.unknown_columns == []
    assert reading.absent_columns == []


RICE = DishRecord(date(2025, 2, 3), Meal.LUNCH, Course.SIDE, "Riz")


def cells(dish: DishRecord) -> dict[str, str]:
    (line,) = csv.DictReader(io.StringIO(write([dish]).decode()))
    return line


def test_the_file_has_the_columns_of_the_last_version_in_order() -> None:
    header, line = write([RICE]).decode().split("\r\n")[:2]
    assert header.split(",") == list(Column)
    assert line.startswith(",,,,,,,sans,,tous,2025-02-03,déjeuner,garniture,Riz,")


@pytest.mark.parametrize(
    ("allergens", "unread", "cell"),
    [
        (None, (), ""),
        ((), (), '["aucun"]'),
        ((Allergen.EGGS, Allergen.MILK), (), '["oeufs","lait"]'),
        ((Allergen.MILK,), ("kiwi",), '["lait","kiwi"]'),
        (None, ("kiwi",), '["kiwi"]'),
    ],
)
def test_the_three_states_of_allergens_are_written_apart(
    allergens: tuple[Allergen, ...] | None, unread: tuple[str, ...], cell: str
) -> None:
    dish = DishRecord(RICE.day, RICE.meal, RICE.course, "Riz", allergens=allergens, allergens_unread=unread)
    assert cells(dish)["menuPlatAllergene"] == cell
    assert scdl.read(write([dish])).dishes == [dish]


def test_labels_are_written_as_the_format_says_unless_they_would_not_survive() -> None:
    base = {"day": RICE.day, "meal": RICE.meal, "course": RICE.course, "name": "Riz"}
    assert cells(DishRecord(**base, labels=("bio local", "MSC")))["menuPlatLabel"] == "bio local;MSC"
    assert cells(DishRecord(**base, labels=("bio, local",)))["menuPlatLabel"] == '["bio, local"]'


def test_a_dish_given_twice_is_read_once() -> None:
    assert scdl.read(write([RICE, RICE])).dishes == [RICE]
