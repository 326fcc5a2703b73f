"""Meals, courses, diets, textures, signs, guests: closed lists led home, free words kept, doubles counted once."""

from __future__ import annotations

import pytest

from portal.menus import scdl
from portal.menus.scdl_columns import Column
from portal.menus.scdl_records import Code, Place, Reason
from portal.menus.words import Course, Meal, Texture
from tests.menus.parts import a_csv, notes, read_one


@pytest.mark.parametrize(
    ("text", "meal", "plain"),
    [
        ("petit-déjeuner", Meal.BREAKFAST, True),
        ("Petit déjeuner", Meal.BREAKFAST, False),
        ("déjeuner", Meal.LUNCH, True),
        ("DÉJEUNER", Meal.LUNCH, True),
        ("dejeuner", Meal.LUNCH, False),
        ("meal", Meal.LUNCH, False),
        ("Midi", Meal.LUNCH, False),
        ("goûter", Meal.SNACK, True),
        ("snack", Meal.SNACK, False),
        ("dîner", Meal.DINNER, True),
        ("Souper", Meal.DINNER, False),
        ("collation", Meal.COLLATION, True),
        ("pique-nique", Meal.PICNIC, True),
        ("Pique nique", Meal.PICNIC, False),
        ("autre", Meal.OTHER, True),
    ],
)
def test_meals(text: str, meal: Meal, plain: bool) -> None:
    dish, reading = read_one(menuRepasType=text)
    assert dish.meal == meal
    assert [note.code for note in reading.notes] == ([] if plain else [Code.MAPPED])


@pytest.mark.parametrize(
    ("text", "course", "plain"),
    [
        ("entrée", Course.STARTER, True),
        ("entree", Course.STARTER, False),
        ("Hors d’œuvre", Course.STARTER, False),
        ("plat principal", Course.MAIN, True),
        ("Plat", Course.MAIN, False),
        ("garniture", Course.SIDE, True),
        ("Accompagnement", Course.SIDE, False),
        ("produit laitier", Course.DAIRY, True),
        ("laitage", Course.DAIRY, False),
        ("dessert", Course.DESSERT, True),
        ("Desserts", Course.DESSERT, False),
        ("pain", Course.BREAD, True),
        ("goûter", Course.OTHER, False),
    ],
)
def test_courses(text: str, course: Course, plain: bool) -> None:
    dish, reading = read_one(menuPlatType=text)
    assert dish.course == course
    assert [note.code for note in reading.notes] == ([] if plain else [Code.MAPPED])


def test_a_meal_nobody_knows_is_other_and_named() -> None:
    dish, reading = read_one(menuRepasType="Brunch", menuPlatType="Tapas")
    assert (dish.meal, dish.course) == (Meal.OTHER, Course.OTHER)
    assert notes(reading) == [
        (Column.MEAL, Code.UNKNOWN, "Brunch", "autre"),
        (Column.COURSE, Code.UNKNOWN, "Tapas", "autre"),
    ]


def test_a_missing_meal_is_other_and_said_to_be_missing() -> None:
    dish, reading = read_one(menuRepasType="")
    assert dish.meal == Meal.OTHER
    assert notes(reading) == [(Column.MEAL, Code.MISSING, "", "autre")]


@pytest.mark.parametrize("name", ["", "  ", "-", "NC", "#REF!", "#VALEUR!"])
def test_a_dish_without_a_name_is_refused(name: str) -> None:
    reading = scdl.read(a_csv({"menuPlatNom": name}))
    assert [(refusal.reason, refusal.column) for refusal in reading.refused] == [(Reason.NO_NAME, Column.NAME)]
    assert reading.dishes == []


@pytest.mark.parametrize(
    ("text", "textures"),
    [
        ('["sans texture modifiée","haché"]', (Texture.NORMAL, Texture.MINCED)),
        ("mixé;mixé lissé", (Texture.BLENDED, Texture.SMOOTH)),
        ("Fondant", (Texture.SOFT,)),
        ("", ()),
        ('["-"]', ()),
    ],
)
def test_textures(text: str, textures: tuple[Texture, ...]) -> None:
    assert read_one(menuPlatTexture=text)[0].textures == textures


def test_a_texture_of_the_kitchens_own_is_kept_as_written_never_led_to_another() -> None:
    dish, reading = read_one(menuPlatTexture="mouliné; IDDSI 4")
    assert dish.textures == ("mouliné", "IDDSI 4")
    assert [note.code for note in reading.notes] == [Code.UNKNOWN, Code.UNKNOWN]


def test_diets_are_kept_as_written_and_no_diet_is_none() -> None:
    assert read_one(menuPlatRegime='["végétarien","sans sucre ajouté"]')[0].diets == ("végétarien", "sans sucre ajouté")
    dish, reading = read_one(menuPlatRegime='["Aucun regime"]')
    assert dish.diets == ()
    assert notes(reading) == [(Column.DIETS, Code.MAPPED, "Aucun regime", "")]


def test_signs_of_quality_lead_to_their_official_name_and_others_stay() -> None:
    dish, reading = read_one(menuPlatSiqo="AOP;Agriculture biologique;Pavillon France;AB")
    assert dish.signs == ("appellation d'origine protégée", "agriculture biologique", "Pavillon France")
    assert [(note.value, note.code) for note in reading.notes] == [
        ("AOP", Code.MAPPED),
        ("Pavillon France", Code.UNKNOWN),
        ("AB", Code.MAPPED),
    ]


def test_labels_and_precision_stay_as_written() -> None:
    dish, reading = read_one(menuPlatLabel="bio local;Union Européene", menuPlatPrecision=" Menu  Alternatif ")
    assert dish.labels == ("bio local", "Union Européene")
    assert dish.precision == "Menu Alternatif"
    assert reading.notes == []


@pytest.mark.parametrize(("text", "guests"), [("tous", ""), ("Tous", ""), ("", ""), ("ELEM GRAND", "ELEM GRAND")])
def test_guests_are_everybody_or_as_written(text: str, guests: str) -> None:
    assert read_one(menuRestaurantConvive=text)[0].guests == guests


def test_a_restaurant_type_is_checked_and_may_be_missing() -> None:
    dish, reading = read_one(menuRestaurantType="Elémentaire")
    assert dish.restaurant_type == "élémentaire"
    assert notes(reading) == [(Column.RESTAURANT_TYPE, Code.MAPPED, "Elémentaire", "élémentaire")]
    assert read_one(menuRestaurantType="")[1].notes == []
    assert read_one(menuRestaurantType="Cirque")[0].restaurant_type == "autre"


def test_a_line_said_twice_is_counted_once_and_told() -> None:
    reading = scdl.read(a_csv({}, {"menuPlatNom": "Pain"}, {"menuPlatNom": " riz "}, {}))
    assert [dish.name for dish in reading.dishes] == ["Riz", "Pain", "riz"]
    assert [(repeat.place, repeat.first) for repeat in reading.repeated] == [(Place("", 5), Place("", 2))]


def test_bookkeeping_does_not_make_two_dishes_of_one() -> None:
    reading = scdl.read(a_csv({"menuPlatCode": "1"}, {"menuPlatCode": "2"}, menuPublicationDate="2025-01-01"))
    assert len(reading.dishes) == 1
    assert len(reading.repeated) == 1


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("menuRestaurantNom", "IME des Genêts"),
        ("menuRestaurantId", "21060004500012"),
        ("menuEtablissementSiret", "210 600 045 00012"),
        ("menuCollSiret", "21060004500012"),
    ],
)
def test_one_restaurant_may_be_chosen_by_name_or_number(column: str, cell: str) -> None:
    wanted = "ime des genets" if "Nom" in column else "21060004500012"
    data = a_csv({column: cell}, {column: "Autre", "menuPlatNom": "Pain"})
    reading = scdl.read(data, only=wanted)
    assert [dish.name for dish in reading.dishes] == ["Riz"]
    assert (reading.lines, reading.left_out) == (2, 1)


def test_a_siret_that_lost_its_first_zero_in_a_spreadsheet_is_the_same() -> None:
    data = a_csv({"menuRestaurantId": "6000450001234"})
    assert scdl.read(data, only="06000450001234").left_out == 0


def test_an_empty_number_is_nobodys() -> None:
    assert scdl.read(a_csv({"menuRestaurantId": "", "menuCollSiret": "0"}), only="000").left_out == 1
