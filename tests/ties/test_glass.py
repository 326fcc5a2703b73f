"""« Accès d’urgence » : found by what one knows, four hours, told at once, written where the young person reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.access.models import LogEntry, Post, Relationship
from portal.access.words import Strength
from portal.core import clock
from portal.core.models import DossierState
from portal.inbox.models import Notice, NoticeKind
from tests.factories import NOON, a_dossier, a_unit, an_account, an_event, recomputed, staff
from tests.ties.conftest import named
from tests.ties.test_links import _place

WHY = "Il convulse dans le car, je dois lire son protocole."


@pytest.fixture
def driver(db, house):
    """Somebody of another unit, who reads nothing of Ilyes."""
    other = a_unit(db, _place(db, house), "Les Saules")
    link = staff(db, house.dossier, Post.EDUCATION, unit_id=other.id, account=an_account(db, "Paul Nguyen"))
    house.links["driver"] = link
    referent = staff(db, house.dossier, Post.EDUCATION, to_dossier=True, referent=True, account=an_account(db, "Réf"))
    house.links["referent"] = referent
    an_event(db, house.dossier)
    db.commit()
    return link


def asked(house, **more):
    return {"given_name": "ilyès", "unit": str(house.unit.id), "words": WHY} | more


def broken(db):
    found = list(db.scalars(select(Relationship).where(Relationship.emergency != "")))
    db.commit()
    return found


def test_no_name_is_listed_before_one_is_known(house, driver, come_in):
    page = come_in("driver").open("/bris-de-glace")
    assert "Ilyes" not in page.answer.text


def test_a_young_person_is_found_by_first_name_and_group_whatever_the_accents(db, house, driver, come_in, send):
    come_in("driver")
    page = send("/bris-de-glace", status=200, **asked(house))
    assert "Ilyes V., Les Érables" in page.text()
    assert "Valdombre" not in page.answer.text
    line = db.scalar(select(LogEntry).where(LogEntry.dossier_id == house.dossier.id))
    assert (line.account_id, line.post, line.emergency, line.categories) == (
        driver.account_id,
        Post.EDUCATION,
        True,
        "identity",
    )


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"given_name": "Ily"}, 200), ({"given_name": ""}, 422), ({"words": " "}, 422), ({"unit": ""}, 422)],
)
def test_half_a_name_or_no_reason_finds_nobody(db, house, driver, come_in, send, wrong, status):
    come_in("driver")
    page = send("/bris-de-glace", status=status, **asked(house, **wrong))
    assert "Ilyes V." not in page.text()
    assert db.scalar(select(LogEntry)) is None


def test_the_other_group_is_not_searched(db, house, driver, come_in, send):
    come_in("driver")
    page = send("/bris-de-glace", status=200, **asked(house, unit=str(driver.unit_id)))
    assert "Personne de ce prénom dans ce groupe" in page.text()


def test_four_hours_open_at_once_and_everybody_is_told(db, house, driver, come_in, send):
    assert "Neurologue" not in come_in("driver").open("/").text()
    send("/bris-de-glace/ouvrir", **asked(house, dossier=str(house.dossier.id)))
    (link,) = broken(db)
    assert (link.account_id, link.emergency, link.ends_at) == (driver.account_id, WHY, NOON + timedelta(hours=4))
    told = set(db.scalars(select(Notice.account_id).where(Notice.kind == NoticeKind.GLASS_BROKEN)))
    db.commit()
    assert told == {house.account("director"), house.account("referent")}
    home = come_in("driver").open("/")
    assert "Neurologue" in home.text()
    assert "Accès d’urgence ouvert jusqu’à 16 h" in home.text().replace("\u00a0", " ")
    assert "Un accès d’urgence a été ouvert" in come_in("director").open("/").text()
    lines = db.scalars(
        select(LogEntry).where(LogEntry.account_id == driver.account_id, LogEntry.endpoint == "home.home")
    )
    assert [line.emergency for line in lines] == [True]
    db.commit()
    page = come_in("director").open("/bris-de-glace")
    assert WHY in page.text()
    assert "Paul Nguyen" in page.text()
    assert WHY not in come_in("secretary").open("/bris-de-glace").text()


def test_after_four_hours_nothing_is_left_of_it(db, house, driver, come_in, send):
    come_in("driver")
    send("/bris-de-glace/ouvrir", **asked(house, dossier=str(house.dossier.id)))
    with clock.frozen(NOON + timedelta(hours=4)):
        home = come_in("driver").open("/")
        assert "Neurologue" not in home.text()
        assert "Accès d’urgence ouvert" not in home.text()


def test_an_identifier_alone_opens_nothing(db, house, driver, come_in, send):
    other = a_dossier(db, _place(db, house), unit_id=house.unit.id)
    named(db, other, "Maëlle", "Brumelle")
    db.commit()
    come_in("driver")
    send("/bris-de-glace/ouvrir", status=404, **asked(house, dossier=str(other.id)))
    send("/bris-de-glace/ouvrir", status=400, **asked(house, dossier=str(house.dossier.id), words=""))
    assert broken(db) == []


def test_somebody_who_left_is_no_emergency(db, house, driver, come_in, send):
    house.dossier.state = DossierState.LEFT
    recomputed(db, house.dossier)
    db.commit()
    come_in("driver")
    page = send("/bris-de-glace", status=200, **asked(house))
    assert "Personne de ce prénom" in page.text()


@pytest.mark.parametrize("who", ["cook", "mother", "child"])
def test_neither_the_kitchen_nor_a_family_has_a_glass_to_break(house, driver, come_in, send, who):
    come_in(who).open("/bris-de-glace", status=404)
    send("/bris-de-glace", status=404, **asked(house))
    send("/bris-de-glace/ouvrir", status=404, **asked(house, dossier=str(house.dossier.id)))


def test_another_establishment_is_no_place_to_search(db, house, driver, browser, send):
    far = a_dossier(db)
    stranger = staff(db, far, Post.CARE)
    db.commit()
    browser.sign_in(stranger.account_id, Strength.SUBSTANTIAL)
    page = send("/bris-de-glace", status=422, **asked(house))
    assert "Ilyes V." not in page.text()
