"""The day and the week of a unit: who is where, what takes place, what families announced; for whom one works with."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.access.models import LogEntry, Post
from portal.access.words import Strength
from portal.core import clock
from portal.liaison.models import STAFF, Absence, Why
from portal.planning.models import EventState
from tests.factories import NOON, a_parent, a_unit, an_account, an_establishment, an_event, at_once, staff
from tests.planning.weeks import TODAY, a_bulletin, a_presence, a_ride, an_activity, here, named

DAY = timedelta(days=1)
PAGES = ("/unite/", "/unite/semaine")
MODES = ("", "easy", "pictures")


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def house(db):
    """Inès and Malo of one unit, with their educator; Zoé of another."""
    place = an_establishment(db)
    unit, other = a_unit(db, place, boarding=True), a_unit(db, place, "Les Saules")
    with at_once():
        ines, malo = (named(db, name, place, unit_id=unit.id) for name in ("Inès", "Malo"))
        made = SimpleNamespace(
            place=place, unit=unit, other=other, ines=ines, malo=malo, zoe=named(db, "Zoé", place, unit_id=other.id),
            educator=staff(db, ines, Post.EDUCATION, unit_id=unit.id),
            director=staff(db, ines, Post.MANAGEMENT),
            secretary=staff(db, ines, Post.ADMINISTRATION),
            mother=a_parent(db, ines),
        )  # fmt: skip
    db.commit()
    return made


def an_absence(db, house, dossier=None, first=TODAY, last=None, **more):
    dossier = dossier or house.ines
    said = {
        "first_day": first, "last_day": last or first, "back_at": None, "why": Why.FAMILY, "form_key": uuid4(),
        "announced_by": house.mother.account_id, "private_to": house.mother.account_id, "published_to": STAFF,
    }  # fmt: skip
    one = Absence(dossier_id=dossier.id, establishment_id=house.place.id, category="planning", **said | more)
    db.add(one)
    db.commit()
    return one


def line(page, name):
    """What the page says of somebody: their line, or their row."""
    rows = page.soup.select("main .people > li, main tbody tr")
    return next(" ".join(row.text.split()).replace("\u00a0", " ") for row in rows if name in row.text)


def test_the_day_says_who_is_where_and_never_here_of_whom_nobody_spoke(db, browser, house):
    a_presence(db, house.ines, "unit", here(9), here(9, day=TODAY + DAY), TODAY, TODAY)
    an_activity(db, house.ines, "Classe", here(9, 15), here(10, 30))
    db.commit()
    page = browser.sign_in(house.educator.account_id).open("/unite/")
    assert "Sur place" in line(page, "Inès")
    assert "Nuit ici" in line(page, "Inès")
    assert "9 h 15 Classe" in line(page, "Inès")
    assert "Non renseigné" in line(page, "Malo")
    assert "Sur place" not in line(page, "Malo")


@pytest.mark.parametrize("path", PAGES)
def test_at_home_away_and_expected_are_told_apart(db, browser, house, path):
    a_presence(db, house.ines, "home", here(7), here(20))
    a_ride(db, house.malo, here(8, 10), here(8, 50))
    db.commit()
    page = browser.sign_in(house.educator.account_id).open(path)
    assert "À la maison" in line(page, "Inès")
    assert "Venue prévue" in line(page, "Malo")


def test_what_is_cancelled_makes_nobody_expected(db, browser, house):
    an_activity(db, house.malo, "Piscine", here(14), state=EventState.CANCELLED, cancelled_at=NOON)
    db.commit()
    said = line(browser.sign_in(house.educator.account_id).open("/unite/"), "Malo")
    assert "Annulé" in said
    assert "Venue prévue" not in said


@pytest.mark.parametrize("path", PAGES)
def test_what_a_family_announced_goes_before_what_the_dui_planned(db, browser, house, path):
    a_presence(db, house.ines, "unit", here(9), here(16))
    an_absence(db, house)
    an_absence(db, house, house.malo, back_at=here(15, 30))
    page = browser.sign_in(house.educator.account_id).open(path)
    assert "Absence annoncée" in line(page, "Inès")
    assert "Sur place" not in line(page, "Inès")
    assert "Arrive à 15 h 30" in line(page, "Malo")
    assert "Absence annoncée" not in line(page, "Malo")


def test_an_absence_that_was_taken_back_or_of_another_day_is_not_told(db, browser, house):
    an_absence(db, house, withdrawn_at=NOON)
    an_absence(db, house, first=TODAY + DAY)
    page = browser.sign_in(house.educator.account_id).open("/unite/")
    assert "Absence" not in line(page, "Inès")
    assert "Absence annoncée" in line(browser.open(f"/unite/?le={TODAY + DAY}"), "Inès")


def test_each_reads_the_units_they_work_with_and_what_they_may_of_each_moment(db, browser, house):
    an_event(db, house.ines, starts_at=here(14), title="Juge des enfants", nature="justice")
    db.commit()
    page = browser.sign_in(house.director.account_id).open("/unite/")
    assert "Juge des enfants" in line(page, "Inès")
    assert "Zoé" not in page.text()
    assert "Zoé" in browser.open("/unite/?groupe=Les+Saules").text()
    assert "Juge" not in line(browser.sign_in(house.educator.account_id).open("/unite/"), "Inès")
    alone = browser.sign_in(house.educator.account_id).open("/unite/?groupe=Les+Saules")
    assert "Zoé" not in alone.text()
    assert "Personne ne correspond" in alone.text()


def test_somebody_is_found_by_a_few_letters_whatever_their_group(db, browser, house):
    page = browser.sign_in(house.director.account_id).open("/unite/?qui=zoe")
    assert "Zoé" in page.text()
    assert "Les Saules" in page.text()
    assert "Inès" not in page.text("main ul")
    assert page.soup.select_one("input[name=le]")["value"] == TODAY.isoformat()


def test_the_week_leaves_out_a_weekend_of_which_nothing_is_known(db, browser, house):
    an_activity(db, house.ines, "Classe", here(9, 15))
    db.commit()
    page = browser.sign_in(house.educator.account_id).open("/unite/semaine")
    heads = page.soup.select("thead th")
    assert [head.text.split()[0] for head in heads[1:]] == ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi"]
    a_presence(
        db,
        house.ines,
        "home",
        here(16, day=TODAY + 2 * DAY),
        here(9, day=TODAY + 5 * DAY),
        TODAY + 2 * DAY,
        TODAY + 4 * DAY,
    )
    db.commit()
    assert "Samedi" not in browser.open("/unite/semaine").text("thead")
    an_activity(db, house.ines, "Camping", here(9, day=TODAY + 3 * DAY))
    db.commit()
    assert "Samedi 21" in browser.open("/unite/semaine").text("thead")


@pytest.mark.parametrize("path", PAGES)
def test_a_closure_of_the_unit_is_said_once_and_anothers_not_at_all(db, browser, house, path):
    for unit, said in ((house.unit, "Travaux ici"), (house.other, "Travaux ailleurs")):
        a_bulletin(db, house.place.id, house.director.account_id, unit_id=unit.id, text=said, easy_text=said)
    db.commit()
    text = browser.sign_in(house.educator.account_id).open(path).text()
    assert text.count("Travaux ici") == 1
    assert "Travaux ailleurs" not in text


@pytest.mark.parametrize("path", PAGES)
def test_everybody_shown_has_a_line_in_the_log_and_nobody_else(db, browser, house, path):
    browser.sign_in(house.director.account_id).open(path)
    assert {one.dossier_id for one in db.scalars(select(LogEntry))} == {house.ines.id, house.malo.id}


@pytest.mark.parametrize("path", PAGES)
def test_families_find_no_unit_and_a_weak_sign_in_is_asked_for_more(db, browser, house, path):
    browser.sign_in(house.mother.account_id).open(path, status=404)
    browser.sign_in(house.mother.account_id, Strength.LOW).open(path, status=403)
    browser.sign_in(house.educator.account_id, Strength.LOW).open(path, status=403)


def test_whoever_works_there_reads_their_own_child_as_family_only(db, browser, house):
    with at_once():
        a_parent(db, house.malo, account=db.get(type(an_account(db)), house.educator.account_id))
    db.commit()
    text = browser.sign_in(house.educator.account_id).open("/unite/").text()
    assert "Inès" in text
    assert "Malo" not in text


def test_somebody_at_work_without_any_young_person_is_told_what_to_do(db, browser):
    place = an_establishment(db)
    lone = staff(db, named(db, "Inès", place), Post.MANAGEMENT)
    db.commit()
    assert "Inès" in browser.sign_in(lone.account_id).open("/unite/").text()


@pytest.mark.parametrize("young", [5, 60])
@pytest.mark.parametrize("path", PAGES)
def test_a_unit_takes_as_many_statements_for_five_as_for_sixty(db, browser, house, young, path):
    with at_once():
        for number in range(young):
            one = named(db, f"Jeune{number}", house.place, unit_id=house.unit.id)
            an_activity(db, one, "Classe", here(9, 15))
    db.commit()
    assert browser.sign_in(house.educator.account_id).open(path).statements == 5


@pytest.mark.parametrize("said", ["hier", "0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("path", PAGES)
def test_a_mangled_day_is_a_mistake_not_a_failure(db, browser, house, path, said):
    browser.sign_in(house.educator.account_id).open(f"{path}?le={said}", status=400)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", PAGES)
def test_a_unit_is_read_in_each_way(db, browser, house, path, mode):
    an_activity(db, house.ines, "Piscine", here(14, 30), here(15, 45))
    a_presence(db, house.malo, "elsewhere", here(8), here(18))
    db.commit()
    page = browser.sign_in(house.educator.account_id).reading(mode).open(path)
    assert "14 h 30" in line(page, "Inès")
    assert "iscine" in line(page, "Inès")
