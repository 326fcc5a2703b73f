"""Menus as families read them, by day and by week."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.access.words import Strength
from portal.core import clock
from portal.menus.models import Dish, MenuImport
from portal.menus.words import Course, Meal
from tests.factories import NOON, a_parent, an_account, an_establishment
from tests.planning.weeks import TODAY, named

MODES = ("", "easy", "pictures")


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def dish(db, establishment_id, name, day=TODAY, meal=Meal.LUNCH, **facts):
    taken = MenuImport(
        establishment_id=establishment_id, file_name="menus.csv", sha256="0", lines=1, dishes=1, refused=0, report={}
    )
    db.add(taken)
    db.flush()
    facts = {"course": Course.MAIN, "position": 0, "received_at": NOON - timedelta(days=3)} | facts
    db.add(
        Dish(establishment_id=establishment_id, import_id=taken.id, day=day, meal=meal, name=name, **facts)
    )  # fmt: skip
    db.flush()


def read(page):
    return page.text("main").replace("\u00a0", " ")


@pytest.mark.parametrize("mode", MODES)
def test_what_the_kitchen_did_not_say_is_never_none(db, browser, mode):
    ines = named(db)
    dish(db, ines.establishment_id, "Colin au citron", allergens=["fish", "milk"], position=0)
    dish(db, ines.establishment_id, "Riz", allergens=[], position=1)
    dish(db, ines.establishment_id, "Gratin", allergens=None, position=2)
    dish(db, ines.establishment_id, "Sauce", allergens=[], allergens_unread=["épices du chef"], position=3)
    mother = a_parent(db, ines)
    db.commit()
    page = browser.sign_in(mother.account_id, Strength.LOW).reading(mode).open("/menus/")
    said = [" ".join(one.get_text(" ").split()) for one in page.soup.select(".easy li")]
    said = {one.split(" ")[0]: one.replace("\u00a0", " ") for one in said}
    assert "Contient : poisson, lait" in said["Colin"]
    assert "la cuisine n’en indique aucun" in said["Riz"]
    assert "non renseigné" in said["Gratin"]
    assert "épices du chef" in said["Sauce"]
    for word in ("sans danger", "sans allergène", "sûr", "compatible"):
        assert word not in read(page)


@pytest.mark.parametrize("path", ["/menus/", "/menus/semaine"])
def test_a_mother_of_two_schools_reads_who_eats_what_and_each_with_three_statements_of_two_kinds(db, browser, path):
    mother = an_account(db)
    for name, plate in (("Inès", "Colin au citron"), ("Malo", "Poulet rôti")):
        child = named(db, name, an_establishment(db))
        a_parent(db, child, account=mother)
        dish(db, child.establishment_id, plate, restaurant=f"Cuisine de {name}")
    other = an_establishment(db)
    dish(db, other.id, "Chez les autres")
    db.commit()
    page = browser.sign_in(mother.id).open(path)
    text = read(page)
    assert text.index("Inès") < text.index("Colin") or text.index("Malo") < text.index("Poulet")
    assert "Poulet rôti" in text
    assert "Chez les autres" not in text
    assert page.statements == 5


def test_a_choice_between_dishes_has_no_picture(db, browser):
    from portal.menus.views import dish_picture

    assert dish_picture("Colin au citron") is not None
    assert dish_picture("Lait, céréales ou tartines") is None
    assert dish_picture("Mystère du chef") is None


def test_a_day_without_a_menu_says_that_none_is_written(db, browser):
    mother = a_parent(db, named(db))
    db.commit()
    browser.sign_in(mother.account_id)
    assert "Aucun menu n’est noté" in read(browser.open("/menus/"))
    assert "Aucun menu n’est noté" in read(browser.open("/menus/semaine"))
    browser.open("/menus/?le=demain", status=400)
