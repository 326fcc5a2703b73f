"""Who looks after a young person; their rights, and whom they may tell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.access.models import Kind, Post, Relationship
from portal.access.words import Strength
from portal.core import clock
from portal.core.models import Account, Establishment
from portal.dossier.models import Referent
from portal.lookers.models import Naming
from tests.factories import NOON, a_link, a_parent, a_unit, an_account, an_establishment, staff, the_young_person
from tests.planning.weeks import named

MODES = ("", "easy", "pictures")


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def ines(db):
    dossier = named(db)
    db.get(Establishment, dossier.establishment_id).phone = "02 61 91 00 12"
    for key, name, until in (("1", "Julie Moreau", None), ("2", "Paul Parti", date(2026, 1, 1))):
        facts = {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id, "category": "identity"}
        db.add(Referent(**facts, key=key, team="référents", name=name, role="Éducatrice", until=until))
    db.flush()
    return dossier


@pytest.mark.parametrize("mode", MODES)
def test_a_mother_reads_who_the_referents_are_and_how_to_reach_them(db, browser, ines, mode):
    mother = a_parent(db, ines)
    db.commit()
    page = browser.sign_in(mother.account_id).reading(mode).open(f"/qui-s-occupe-de/{ines.id}")
    assert "Julie Moreau" in page.text()
    assert "Éducatrice" in page.text()
    assert "Paul Parti" not in page.text()
    assert "tel:0261910012" in page.links()
    assert page.statements == 5


def test_a_weak_sign_in_reads_no_name(db, browser, ines):
    mother = a_parent(db, ines)
    db.commit()
    page = browser.sign_in(mother.account_id, Strength.LOW)
    answer = page.client.get(f"/qui-s-occupe-de/{ines.id}", base_url="https://localhost")
    assert "Julie" not in answer.text
    assert "Inès" not in answer.text


def test_a_stranger_meets_nobody(db, browser, ines):
    stranger = a_parent(db, named(db, "Malo"))
    db.commit()
    browser.sign_in(stranger.account_id).open(f"/qui-s-occupe-de/{ines.id}", status=404)


@pytest.mark.parametrize("mode", MODES)
def test_a_young_person_reads_their_rights_and_whom_to_tell(db, browser, ines, mode):
    child = the_young_person(db, ines)
    db.commit()
    page = browser.sign_in(child.account_id, Strength.ACCOMPANIED).reading(mode).open("/mes-droits")
    assert "119" in page.text()
    assert "tel:119" in page.links()
    assert "droit de dire non" in page.text()


def test_home_leads_a_young_person_everywhere_that_is_theirs(db, browser, ines):
    child = the_young_person(db, ines)
    db.commit()
    browser.sign_in(child.account_id, Strength.ACCOMPANIED).reading("pictures")
    tiles = [str(one["href"]) for one in browser.open("/").soup.select("a.tile")]
    assert "/mes-droits" in tiles
    for tile in tiles:
        assert browser.client.get(tile, base_url="https://localhost").status_code in (200, 303), tile


def at_work(db, ines, **where):
    return staff(db, ines, Post.EDUCATION, account=an_account(db, "Paul Éducateur"), **where)


def test_staff_of_the_unit_are_told_by_role_and_by_name_only_where_management_shows_names(db, browser, ines):
    unit = a_unit(db, db.get(Establishment, ines.establishment_id))
    ines.unit_id = unit.id
    mother, paul = a_parent(db, ines), at_work(db, ines, unit_id=unit.id)
    other = a_unit(db, db.get(Establishment, ines.establishment_id), "Les Pins")
    staff(db, ines, Post.CARE, account=an_account(db, "Soignant d’ailleurs"), unit_id=other.id)
    db.commit()
    page = browser.sign_in(mother.account_id).open(f"/qui-s-occupe-de/{ines.id}")
    assert "Équipe éducative" in page.text()
    assert "Paul" not in page.text()
    assert "soins" not in page.text()
    assert page.statements == 5
    db.add(Naming(establishment_id=ines.establishment_id, named=True, decided_by=paul.account_id))
    db.commit()
    assert "Paul Éducateur" in browser.open(f"/qui-s-occupe-de/{ines.id}").text()


def test_whoever_left_or_broke_a_glass_is_nobody_around(db, browser, ines):
    mother = a_parent(db, ines)
    at_work(db, ines, to_dossier=True, ends_at=NOON - timedelta(days=1))
    glass = at_work(db, ines, to_dossier=True)
    db.get(Relationship, glass.id).emergency = "Convulsions"
    db.commit()
    assert "Équipe éducative" not in browser.sign_in(mother.account_id).open(f"/qui-s-occupe-de/{ines.id}").text()


def test_whom_a_young_person_trusts_is_told_to_them_and_not_to_their_mother(db, browser, ines):
    mother, child = a_parent(db, ines), the_young_person(db, ines)
    a_link(db, ines, Kind.TRUSTED, account=an_account(db, "Tante Rose"))
    db.commit()
    assert "Tante Rose" in browser.sign_in(child.account_id).open(f"/qui-s-occupe-de/{ines.id}").text()
    assert "Tante Rose" in browser.open("/mes-droits").text()
    assert "Tante" not in browser.sign_in(mother.account_id).open(f"/qui-s-occupe-de/{ines.id}").text()


def test_nor_to_a_mother_who_works_with_somebody_else(db, browser, ines):
    mother = a_parent(db, ines)
    a_link(db, ines, Kind.TRUSTED, account=an_account(db, "Tante Rose"))
    staff(db, named(db, "Malo"), Post.EDUCATION, to_dossier=True, account=db.get(Account, mother.account_id))
    db.commit()
    assert "Tante" not in browser.sign_in(mother.account_id).open(f"/qui-s-occupe-de/{ines.id}").text()


def test_beside_a_helper_a_young_person_reads_whom_to_call_though_no_name_is_open(db, browser, ines):
    child = the_young_person(db, ines)
    an_establishment(db, phone="09 99 99 99 99")
    db.commit()
    page = browser.sign_in(child.account_id, Strength.ACCOMPANIED).open("/mes-droits")
    assert "tel:0261910012" in page.links()
    assert "tel:119" in page.links()
    assert "tel:0999999999" not in page.links()
    assert "Julie" not in page.text()
