"""Staff announce a closure or say a word; the families it is for read it, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.access.models import Post
from portal.core import clock
from portal.core.models import Establishment
from portal.planning.models import Bulletin
from tests.factories import NOON, a_parent, a_unit, an_establishment, an_event, staff
from tests.planning.weeks import TODAY, a_bulletin, named

SAID = {
    "kind": "closure",
    "first_day": "2026-11-18",
    "last_day": "2026-11-20",
    "text": "Fermé pour travaux",
    "easy_text": "L’IME est fermé",
}


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def ines(db):
    return named(db)


@pytest.fixture
def director(db, ines):
    return staff(db, ines, Post.MANAGEMENT)


def test_what_is_published_is_on_home_at_once_and_gone_when_withdrawn(db, browser, ines, director):
    unit = a_unit(db, db.get(Establishment, ines.establishment_id))
    ines.unit_id = unit.id
    mother = a_parent(db, ines)
    for days in (1, 2):
        soon = NOON + timedelta(days=days)
        an_event(db, ines, title="Dentiste", starts_at=soon, ends_at=soon + timedelta(hours=1))
    db.commit()
    browser.sign_in(director.account_id).submit("/annonces/", SAID | {"where": f"u:{unit.id}"})
    one = db.scalars(select(Bulletin)).one()
    assert (one.unit_id, str(one.first_day), str(one.last_day)) == (unit.id, "2026-11-18", "2026-11-20")
    db.commit()
    browser.sign_in(mother.account_id)
    home = browser.open("/").text("section[aria-labelledby=enfant-1]")
    assert "Fermé pour travaux" in home
    assert home.count("Dentiste") == 2
    assert "L’IME est fermé" in browser.reading("easy").open("/").text()
    browser.sign_in(director.account_id).submit(f"/annonces/{one.id}/retirer", {})
    assert "Fermé pour travaux" not in browser.sign_in(mother.account_id).reading().open("/").text()


@pytest.mark.parametrize(
    "wrong",
    [{"last_day": "2026-11-17"}, {"easy_text": ""}, {"where": "e:nowhere"}, {"first_day": "hier"}, {"kind": "x"}],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost(db, browser, ines, director, wrong):
    db.commit()
    fields = SAID | {"where": f"e:{ines.establishment_id}"} | wrong
    page = browser.sign_in(director.account_id).submit("/annonces/", fields, status=422)
    assert "Il y a un problème" in page.text()
    assert "Fermé pour travaux" in page.soup.select_one("textarea[name=text]").get_text()
    assert db.scalars(select(Bulletin)).all() == []


def test_nobody_announces_for_another_establishment(db, browser, ines, director):
    other = an_establishment(db)
    db.commit()
    browser.sign_in(director.account_id)
    browser.submit("/annonces/", SAID | {"where": f"e:{other.id}"}, status=422)
    theirs = a_bulletin(db, other.id, director.account_id, TODAY)
    db.commit()
    browser.submit(f"/annonces/{theirs.id}/retirer", {}, status=404)
    browser.submit(f"/annonces/{uuid4()}/retirer", {}, status=404)


@pytest.mark.parametrize("post", [Post.CARE, Post.KITCHEN])
def test_posts_that_do_not_announce_meet_no_page(db, browser, ines, post):
    one = staff(db, ines, post)
    db.commit()
    browser.sign_in(one.account_id).open("/annonces/", status=404)
