"""Beside whom one sits is found in a long list, without a script."""

from __future__ import annotations

from portal.access.models import Post
from tests.factories import a_unit, an_establishment, at_once, staff
from tests.planning.weeks import named


def a_house(db, young):
    place = an_establishment(db)
    with at_once():
        unit, other = a_unit(db, place), a_unit(db, place, "Les Saules")
        zoe = named(db, "Zoé", place, unit_id=other.id)
        for number in range(young):
            named(db, f"Jeune{number}", place, unit_id=unit.id)
        educator = staff(db, zoe, Post.EDUCATION)
    db.commit()
    return educator


def names(page):
    return [one.text.split()[0] for one in page.soup.select("main .links li")]


def test_somebody_is_found_by_a_few_letters_and_by_group(db, browser):
    page = browser.sign_in(a_house(db, 14).account_id).open("/accompagner")
    assert page.soup.select_one("input[name=qui]")
    assert len(names(page)) == 15
    assert names(browser.open("/accompagner?qui=zoe")) == ["Zoé"]
    assert names(browser.open("/accompagner?groupe=Les+Saules")) == ["Zoé"]
    assert "Personne ne correspond" in browser.open("/accompagner?qui=xyz").text()


def test_a_short_list_asks_nothing(db, browser):
    page = browser.sign_in(a_house(db, 2).account_id).open("/accompagner")
    assert len(names(page)) == 3
    assert not page.soup.select("input[name=qui]")
