"""Who reads the menus, and in what order they come."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from portal.access import services as access
from portal.access.models import Authority, Kind, Post
from portal.access.queries import UndeclaredCategory
from portal.access.words import Category, Strength
from portal.core import clock
from portal.core.errors import NeedsStrength
from portal.core.models import Dossier
from portal.menus import queries, services
from portal.menus.scdl_records import DishRecord
from portal.menus.scdl_write import write
from portal.menus.words import Allergen, Course, Declared, Meal
from tests.factories import NOON, a_dossier, a_link, a_parent, an_account, staff, the_young_person, viewing

DAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def that_day():
    with clock.frozen(NOON):
        yield


def serve(db: Session, establishment_id: UUID, *dishes: tuple[object, ...], **facts: object) -> None:
    """Take in dishes said as ``(meal, name)``, or ``(meal, name, day)``."""
    records = [
        DishRecord(dish[2] if len(dish) > 2 else DAY, dish[0], Course.MAIN, dish[1], **facts)  # type: ignore[arg-type, misc]
        for dish in dishes
    ]
    services.take_in(db, establishment_id, write(records), "menus.csv")


def told(tables: list[queries.Table]) -> list[tuple[str, list[str]]]:
    return [(str(table.meal), [plate.name for plate in table.plates]) for table in tables]


@pytest.fixture
def dossier(db: Session) -> Dossier:
    return a_dossier(db)


def test_meals_come_in_the_order_of_the_day_and_dishes_in_the_order_of_the_kitchen(db, dossier) -> None:
    meals = [Meal.DINNER, Meal.SNACK, Meal.LUNCH, Meal.BREAKFAST]
    serve(db, dossier.establishment_id, *((meal, f"{meal} {name}") for meal in meals for name in ("B", "A")))
    viewer = viewing(a_parent(db, dossier))
    assert told(queries.tables(db, viewer, DAY, DAY)) == [
        ("breakfast", ["breakfast B", "breakfast A"]),
        ("lunch", ["lunch B", "lunch A"]),
        ("snack", ["snack B", "snack A"]),
        ("dinner", ["dinner B", "dinner A"]),
    ]


def test_both_ends_of_the_days_asked_for_are_there_and_nothing_beyond(db, dossier) -> None:
    days = [DAY + timedelta(days=number) for number in range(-1, 3)]
    serve(db, dossier.establishment_id, *((Meal.LUNCH, day.isoformat(), day) for day in days))
    tables = queries.tables(db, viewing(a_parent(db, dossier)), DAY, DAY + timedelta(days=1))
    assert [table.day for table in tables] == days[1:3]


def test_a_plate_says_all_a_family_may_ask(db, dossier) -> None:
    serve(
        db,
        dossier.establishment_id,
        (Meal.LUNCH, "Colin"),
        allergens=(Allergen.FISH,),
        allergens_unread=("kiwi",),
        diets=("sans porc",),
        signs=("label rouge",),
        labels=("MSC",),
        textures=("minced",),
        precision="Menu alternatif",
        guests="Petits",
        restaurant="Salle bleue",
    )
    (table,) = queries.tables(db, viewing(a_parent(db, dossier)), DAY, DAY)
    assert (table.establishment_id, table.day, table.meal) == (dossier.establishment_id, DAY, Meal.LUNCH)
    assert (table.restaurant, table.guests, table.received_at) == ("Salle bleue", "Petits", NOON)
    (plate,) = table.plates
    assert (plate.course, plate.name, plate.declared) == (Course.MAIN, "Colin", Declared.LISTED)
    assert (plate.allergens, plate.allergens_unread) == (("fish",), ("kiwi",))
    assert (plate.diets, plate.signs, plate.labels) == (("sans porc",), ("label rouge",), ("MSC",))
    assert (plate.textures, plate.precision) == (("minced",), "Menu alternatif")


@pytest.mark.parametrize(
    ("allergens", "state"),
    [(None, Declared.NOT_GIVEN), ((), Declared.NONE), ((Allergen.MILK,), Declared.LISTED)],
)
def test_silence_is_not_none_on_the_way_out_either(db, dossier, allergens, state) -> None:
    serve(db, dossier.establishment_id, (Meal.LUNCH, "Riz"), allergens=allergens)
    (table,) = queries.tables(db, viewing(a_parent(db, dossier)), DAY, DAY)
    assert table.plates[0].declared == state
    assert table.plates[0].allergens == tuple(allergens or ())


def test_restaurants_and_guests_sit_at_their_own_tables(db, dossier) -> None:
    place = dossier.establishment_id
    serve(db, place, (Meal.LUNCH, "Riz"), restaurant="A", guests="Petits")
    serve(db, place, (Meal.LUNCH, "Pain"), restaurant="B")
    tables = queries.tables(db, viewing(a_parent(db, dossier)), DAY, DAY)
    assert [(table.restaurant, table.guests) for table in tables] == [("A", "Petits"), ("B", "")]


def test_everybody_close_reads_the_menus_even_with_a_low_sign_in(db, dossier) -> None:
    serve(db, dossier.establishment_id, (Meal.LUNCH, "Riz"))
    for one in (
        a_parent(db, dossier),
        a_parent(db, dossier, Authority.INFORMED),
        the_young_person(db, dossier),
        a_link(db, dossier, Kind.RELATIVE),
    ):
        assert told(queries.tables(db, viewing(one, Strength.LOW), DAY, DAY)) == [("lunch", ["Riz"])]


def test_a_stranger_and_an_unverified_parent_read_nothing(db, dossier) -> None:
    serve(db, dossier.establishment_id, (Meal.LUNCH, "Riz"))
    elsewhere = a_parent(db, a_dossier(db))
    unverified = a_parent(db, dossier, verified=False)
    for one in (elsewhere, unverified):
        assert queries.tables(db, viewing(one), DAY, DAY) == []


def test_a_link_that_ended_closes_the_menus_at_once(db, dossier) -> None:
    serve(db, dossier.establishment_id, (Meal.LUNCH, "Riz"))
    mother = a_parent(db, dossier)
    access.end(db, mother, NOON)
    assert queries.tables(db, viewing(mother), DAY, DAY) == []


def test_a_parent_of_children_in_two_places_reads_both(db, dossier) -> None:
    other = a_dossier(db)
    mother = an_account(db)
    for child, dish in ((dossier, "Riz"), (other, "Pain")):
        one = a_parent(db, child, account=mother)
        serve(db, child.establishment_id, (Meal.LUNCH, dish))
    tables = queries.tables(db, viewing(one), DAY, DAY)
    assert {(table.establishment_id, table.plates[0].name) for table in tables} == {
        (dossier.establishment_id, "Riz"),
        (other.establishment_id, "Pain"),
    }


def test_a_page_that_did_not_declare_menus_cannot_read_them(db, dossier) -> None:
    viewer = viewing(a_parent(db, dossier), Strength.SUBSTANTIAL, Category.PLANNING)
    with pytest.raises(UndeclaredCategory):
        queries.tables(db, viewer, DAY, DAY)


def test_a_year_of_menus_is_one_statement(db, dossier, count) -> None:
    days = [DAY + timedelta(days=number) for number in range(60)]
    serve(db, dossier.establishment_id, *((Meal.LUNCH, "Riz", day) for day in days))
    viewer = viewing(a_parent(db, dossier))
    before = count()
    assert len(queries.tables(db, viewer, days[0], days[-1])) == 60
    assert count() - before == 1


@pytest.mark.parametrize(("post", "sees"), [(post, post in queries.MENU_POSTS) for post in Post if post])
def test_imports_are_for_those_who_look_after_menus(db, dossier, post: Post, sees: bool) -> None:
    serve(db, dossier.establishment_id, (Meal.LUNCH, "Riz"))
    serve(db, a_dossier(db).establishment_id, (Meal.LUNCH, "Ailleurs"))
    found = queries.imports(db, viewing(staff(db, dossier, post)))
    assert [one.establishment_id for one in found] == ([dossier.establishment_id] if sees else [])


def test_families_see_no_import(db, dossier) -> None:
    serve(db, dossier.establishment_id, (Meal.LUNCH, "Riz"))
    mother = a_parent(db, dossier)
    assert queries.imports(db, viewing(mother)) == []
    with pytest.raises(NeedsStrength):
        queries.imports(db, viewing(mother, Strength.LOW))


def test_imports_come_newest_first_and_not_all(db, dossier) -> None:
    cook = viewing(staff(db, dossier, Post.KITCHEN))
    times: list[datetime] = [NOON + timedelta(hours=number) for number in range(3)]
    for at in times:
        with clock.frozen(at):
            serve(db, dossier.establishment_id, (Meal.LUNCH, at.isoformat()))
    assert [one.taken_at for one in queries.imports(db, cook, limit=2)] == times[:0:-1]
