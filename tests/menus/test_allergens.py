"""Allergens: three states kept apart, every spelling met led to one of the fourteen, nothing ever dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.menus import scdl
from portal.menus.scdl_allergens import find, read_allergens
from portal.menus.scdl_columns import Column
from portal.menus.scdl_records import Code
from portal.menus.scdl_text import split
from portal.menus.scdl_words import ALLERGENS
from portal.menus.words import Allergen, Declared, declared
from tests.menus.parts import a_csv, notes, read_one

A = Allergen

SPELLINGS = [
    ("céréales contenant du gluten", A.GLUTEN),
    ("Céréales contenant du gluten (blé, seigle, orge)", A.GLUTEN),
    ("Gluten", A.GLUTEN),
    ("gluten (blé)", A.GLUTEN),
    ("BLÉ", A.GLUTEN),
    ("épeautre", A.GLUTEN),
    ("Crustaces", A.CRUSTACEANS),
    ("crustacés et produits à base de crustacés", A.CRUSTACEANS),
    ("Œufs", A.EGGS),
    ("oeuf", A.EGGS),
    ("Oeufs et produits à base d'oeufs", A.EGGS),
    ("Poisson", A.FISH),
    ("arachide", A.PEANUTS),
    ("Cacahuètes", A.PEANUTS),
    ("Soya", A.SOYBEANS),
    ("Lait", A.MILK),
    ("lactose", A.MILK),
    ("Lait et dérivés", A.MILK),
    ("lait (y compris lactose)", A.MILK),
    ("protéines de lait", A.MILK),
    ("Fruits à coque", A.NUTS),
    ("fruits a coques", A.NUTS),
    ("Fruits à coque (noisette, amande)", A.NUTS),
    ("noix de cajou", A.NUTS),
    ("Céleri", A.CELERY),
    ("CELERI", A.CELERY),
    ("Moutarde", A.MUSTARD),
    ("Graines de sésame", A.SESAME),
    ("sesame", A.SESAME),
    ("Anhydride sulfureux et sulfites", A.SULPHITES),
    ("sulfites (> 10 mg/kg)", A.SULPHITES),
    ("E220", A.SULPHITES),
    ("Lupin", A.LUPIN),
    ("mollusque", A.MOLLUSCS),
    ("Traces de lait", A.MILK),
    ("traces éventuelles d'arachides", A.PEANUTS),
    ("Peut contenir des traces de fruits à coque", A.NUTS),
    ("peut contenir du soja", A.SOYBEANS),
    ("Contient du gluten", A.GLUTEN),
]


@pytest.mark.parametrize(("text", "allergen"), SPELLINGS)
def test_spellings_lead_to_the_regulation(text: str, allergen: Allergen) -> None:
    assert find(text) == {allergen}


def test_there_are_fourteen_and_each_has_a_name_that_reads_back() -> None:
    assert len(Allergen) == 14
    for allergen, name in ALLERGENS.names.items():
        assert find(name) == {allergen}
        assert read_allergens([name]).mapped == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lait/oeufs", {A.MILK, A.EGGS}),
        ("lait et oeufs", {A.MILK, A.EGGS}),
        ("Lait (oeufs)", {A.MILK, A.EGGS}),
        ("fruits à coque, lait", {A.NUTS, A.MILK}),
        ("poisson + crustacés", {A.FISH, A.CRUSTACEANS}),
    ],
)
def test_one_item_may_name_several(text: str, found: set[Allergen]) -> None:
    assert find(text) == found


@pytest.mark.parametrize(
    "text", ["sans gluten", "kiwi", "lait et kiwi", "fruits à coquille", "non", "RAS", "1", "🥛", "noix de coco"]
)
def test_what_is_none_of_the_fourteen_is_not_guessed(text: str) -> None:
    assert find(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        '["lait","oeufs"]',
        "lait;oeufs",
        "lait, oeufs",
        "Lait | Oeufs",
        "['lait', 'oeufs']",
        "[lait, oeufs]",
        "«lait»;«oeufs»",
        '[""lait"",""oeufs""]',
        '["lait", null, "oeufs", ""]',
        "oeufs\nlait",
        '["oeufs",\n"lait"]',
        "lait, lait; oeufs,",
    ],
)
def test_lists_of_every_shape_give_the_same(text: str) -> None:
    dish, _ = read_one(menuPlatAllergene=text)
    assert dish.allergens == (A.EGGS, A.MILK)  # in the order of the regulation
    assert dish.allergens_unread == ()


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("lait", Declared.LISTED),
        ('["aucun"]', Declared.NONE),
        ("Aucun allergène", Declared.NONE),
        ("Néant", Declared.NONE),
        ("sans", Declared.NONE),
        ("aucun;-", Declared.NONE),
        ("", Declared.NOT_GIVEN),
        ("-", Declared.NOT_GIVEN),
        ('["-"]', Declared.NOT_GIVEN),
        ("[]", Declared.NOT_GIVEN),
        ("?", Declared.NOT_GIVEN),
        ("NC", Declared.NOT_GIVEN),
        ("n/a", Declared.NOT_GIVEN),
        ("Non renseigné", Declared.NOT_GIVEN),
        ("non communiqué;", Declared.NOT_GIVEN),
        ("None", Declared.NOT_GIVEN),  # what a program writes for "no value"
        ("null", Declared.NOT_GIVEN),
        ("#N/A", Declared.NOT_GIVEN),
        ("kiwi", Declared.LISTED),
        ("sans gluten", Declared.LISTED),
        ("aucun;kiwi", Declared.LISTED),
    ],
)
def test_none_is_only_what_the_kitchen_says_is_none(text: str, state: Declared) -> None:
    dish, _ = read_one(menuPlatAllergene=text)
    assert declared(dish.allergens, dish.allergens_unread) == state


@given(st.text(max_size=40))
def test_no_stray_text_ever_reads_as_no_allergen(text: str) -> None:
    read = read_allergens(split(text))
    if read.given == ():
        assert any(word in text.casefold() for word in ("aucun", "sans", "néant", "pas d", "absence"))


@given(st.lists(st.one_of(st.sampled_from([text for text, _ in SPELLINGS]), st.text(max_size=12)), max_size=6))
def test_every_item_is_read_kept_as_written_or_says_nothing(items: list[str]) -> None:
    read = read_allergens(items)
    for item in items:
        allergens = find(item)
        assert allergens <= set(read.given or ())
        if not allergens and item.casefold() not in ("aucun", "sans"):
            assert item in read.unread or read.denied or read.given == ()


def test_what_is_not_understood_is_kept_as_written_and_named() -> None:
    dish, reading = read_one(menuPlatAllergene="lait;Kiwi;Kiwi")
    assert (dish.allergens, dish.allergens_unread) == ((A.MILK,), ("Kiwi",))
    assert notes(reading) == [(Column.ALLERGENS, Code.UNKNOWN, "Kiwi", "")]


def test_an_unknown_word_alone_is_not_an_empty_list() -> None:
    dish, _ = read_one(menuPlatAllergene="Kiwi")
    assert (dish.allergens, dish.allergens_unread) == (None, ("Kiwi",))


def test_none_beside_an_allergen_is_contradicted_and_the_allergen_believed() -> None:
    dish, reading = read_one(menuPlatAllergene="aucun;lait")
    assert dish.allergens == (A.MILK,)
    assert notes(reading) == [(Column.ALLERGENS, Code.CONTRADICTS, "aucun", "")]


def test_other_spellings_are_told_and_capitals_are_not() -> None:
    _, reading = read_one(menuPlatAllergene="LAIT;Celeri;Gluten")
    assert notes(reading) == [
        (Column.ALLERGENS, Code.MAPPED, "Celeri", "céleri"),
        (Column.ALLERGENS, Code.MAPPED, "Gluten", "céréales contenant du gluten"),
    ]


def test_a_way_to_write_nothing_is_told() -> None:
    _, reading = read_one(menuPlatAllergene="NC")
    assert notes(reading) == [(Column.ALLERGENS, Code.NOT_GIVEN, "NC", "")]


def test_a_spreadsheet_error_among_allergens_is_told_and_says_nothing() -> None:
    dish, reading = read_one(menuPlatAllergene="#REF!")
    assert (dish.allergens, dish.allergens_unread) == (None, ())
    assert notes(reading) == [(Column.ALLERGENS, Code.UNKNOWN, "#REF!", "")]


def test_the_same_dish_with_other_allergens_is_kept_twice_and_told() -> None:
    reading = scdl.read(a_csv({"menuPlatAllergene": "lait"}, {"menuPlatAllergene": ""}))
    assert [dish.allergens for dish in reading.dishes] == [(A.MILK,), None]
    (note,) = reading.notes
    assert (note.place.line, note.code, note.became) == (3, Code.DIFFERS, "2")


def test_a_deep_nest_of_brackets_is_only_a_strange_word() -> None:
    dish, _ = read_one(menuPlatAllergene="[" * 1_900)
    assert dish.allergens is None
    assert dish.allergens_unread
