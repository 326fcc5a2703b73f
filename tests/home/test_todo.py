"""Home begins with what is asked, and says the next meal in a line."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.access.acts import Act
from portal.access.models import Post
from portal.access.words import Strength
from portal.core import clock
from portal.core.models import Establishment
from portal.liaison.models import STAFF, Absence, Coming, EventAnswer, Why
from portal.menus.words import Course, Meal
from portal.sharing.models import ActRequest
from tests.factories import NOON, a_parent, a_unit, an_event, at_once, staff, the_young_person
from tests.menus.test_pages import dish
from tests.planning.weeks import TODAY, here, named

MODES = ("", "easy", "pictures")


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def ines(db):
    return named(db)


@pytest.fixture
def mother(db, ines):
    return a_parent(db, ines)


def asks(page):
    found = page.soup.select_one("section[aria-labelledby=a-faire]")
    return found.text.replace("\u00a0", " ") if found else ""


def an_answer(db, event, mother, for_start=None):
    label = {"dossier_id": event.dossier_id, "establishment_id": event.establishment_id, "category": "appointments"}
    said = {"event_id": event.id, "said_by": mother.account_id, "coming": Coming.COMES, "private_to": mother.account_id}
    db.add(
        EventAnswer(**label, **said, nature=event.nature, published_to=STAFF, for_start=for_start or event.starts_at)
    )
    db.commit()


@pytest.mark.parametrize("mode", MODES)
def test_a_rendez_vous_asks_until_it_is_answered_and_again_when_its_hour_changes(db, browser, ines, mother, mode):
    event = an_event(db, ines, title="Équipe de suivi", nature="school")
    db.commit()
    page = browser.sign_in(mother.account_id).reading(mode).open("/")
    assert "Équipe de suivi" in asks(page)
    assert f"/rendez-vous/{event.id}#reponse" in page.links()
    assert page.text().index("À faire") < page.text().index("Équipe de suivi")
    an_answer(db, event, mother)
    assert asks(browser.open("/")) == ""
    event.starts_at += timedelta(hours=1)
    db.commit()
    assert "Équipe de suivi" in asks(browser.open("/"))


def test_what_is_far_cancelled_or_not_theirs_to_answer_asks_nothing(db, browser, ines, mother):
    an_event(db, ines, title="Dans longtemps", starts_at=NOON + timedelta(days=40))
    an_event(db, ines, title="Annulé", state="cancelled", cancelled_at=NOON)
    an_event(db, named(db, "Malo"), title="Ailleurs")
    db.commit()
    assert asks(browser.sign_in(mother.account_id).open("/")) == ""


def test_an_act_asks_whoever_decides_and_no_weak_sign_in(db, browser, ines, mother):
    facts = {"dossier_id": ines.id, "establishment_id": ines.establishment_id}
    one = ActRequest(**facts, act=Act.OUTING, what="La mer", asked_by=staff(db, ines, Post.EDUCATION).account_id)
    db.add(one)
    aunt = a_parent(db, named(db, "Malo"))
    db.commit()
    page = browser.sign_in(mother.account_id).open("/")
    assert "La mer" in asks(page)
    assert f"/accords/demandes/{one.id}" in page.links()
    assert "La mer" not in browser.sign_in(aunt.account_id).open("/").text()
    assert "La mer" not in browser.sign_in(mother.account_id, Strength.LOW).open("/").text()
    one.closed_at = NOON
    db.commit()
    assert asks(browser.sign_in(mother.account_id).open("/")) == ""


def test_the_unit_counts_absences_to_see_and_nobody_else_does(db, browser, ines, mother):
    facts = {"dossier_id": ines.id, "establishment_id": ines.establishment_id, "category": "planning"}
    said = {"first_day": TODAY, "last_day": TODAY, "why": Why.FAMILY, "form_key": uuid4(), "published_to": STAFF}
    one = Absence(**facts, **said, announced_by=mother.account_id, private_to=mother.account_id)
    db.add(one)
    director = staff(db, ines, Post.MANAGEMENT)
    far = staff(db, named(db, "Malo"), Post.MANAGEMENT)
    db.commit()
    assert "1 absence annoncée" in asks(browser.sign_in(director.account_id).open("/"))
    assert asks(browser.sign_in(far.account_id).open("/")) == ""
    one.seen_at = NOON
    db.commit()
    assert asks(browser.sign_in(director.account_id).open("/")) == ""


@pytest.mark.parametrize("mode", MODES)
def test_the_next_meal_is_said_in_a_line(db, browser, ines, mother, mode):
    dish(db, ines.establishment_id, "Colin au citron", position=0)
    dish(db, ines.establishment_id, "Riz", course=Course.SIDE, position=1)
    dish(db, ines.establishment_id, "Soupe", meal=Meal.DINNER)
    db.commit()
    browser.sign_in(mother.account_id, Strength.LOW).reading(mode)
    assert "Colin au citron, Riz" in browser.open("/").text()
    with clock.frozen(here(15)):
        text = browser.sign_in(mother.account_id, Strength.LOW).reading(mode).open("/").text()
    assert "Colin" not in text
    assert "Soupe" not in text  # a day pupil eats at home in the evening


def test_who_sleeps_there_reads_the_dinner_and_two_menus_at_once_are_no_line(db, browser, ines):
    with at_once():
        ines.unit_id = a_unit(db, db.get(Establishment, ines.establishment_id), boarding=True).id
        child = the_young_person(db, ines)
    dish(db, ines.establishment_id, "Soupe", meal=Meal.DINNER)
    db.commit()
    with clock.frozen(here(15)):
        assert "Soupe" in browser.sign_in(child.account_id, Strength.ACCOMPANIED).open("/").text()
        dish(db, ines.establishment_id, "Purée", meal=Meal.DINNER, guests="mixé")
        db.commit()
        assert "Soupe" not in browser.open("/").text()
