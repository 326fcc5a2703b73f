"""Rides to a rendez-vous: when and how, and where only as far as it tells nobody's home."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.access.models import Post
from portal.core import clock
from portal.planning.models import Transport
from tests.factories import NOON, a_dossier, a_parent, an_event, staff

CLINIC = "4 place du Marché\n08200 Sedan"


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def a_visit(db, dossier, origin, destination=CLINIC):
    """A rendez-vous at the clinic tomorrow, and the ride there."""
    event = an_event(db, dossier, place="Clinique du Parc", place_address=CLINIC)
    facts = {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id, "category": "planning"}
    leaves = event.starts_at - timedelta(minutes=30)
    ride = {"key": "1", "event_key": event.key, "origin": origin, "destination": destination, "mode": "Taxi"}
    db.add(Transport(**facts, **ride, nature="health", starts_at=leaves))
    db.commit()
    return f"/rendez-vous/{event.id}"


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
@pytest.mark.parametrize(
    "home", ["12 rue des Lilas\n08000 Charleville-Mézières", "12 rue des Lilas", "La Cour\nFloing"]
)
def test_the_ride_from_one_home_does_not_tell_the_other_parent_where_it_is(db, browser, mode, home):
    dossier = a_dossier(db)
    mother, driver = a_parent(db, dossier), staff(db, dossier, Post.MANAGEMENT)
    path = a_visit(db, dossier, home)
    for somebody in (mother, driver):
        text = browser.sign_in(somebody.account_id).reading(mode).open(path).answer.text
        assert "axi" in text
        for word in ("Lilas", "08000", "Charleville", "La Cour", "Floing"):
            assert word not in text


def test_the_ride_home_does_not_either(db, browser):
    dossier = a_dossier(db)
    path = a_visit(db, dossier, CLINIC, "12 rue des Lilas")
    text = browser.sign_in(the_mother(db, dossier)).open(path).text()
    assert "Lilas" not in text
    assert "Départ : 4 place du Marché" in text.replace("\u00a0", " ")


def test_places_that_have_a_name_are_told(db, browser):
    dossier = a_dossier(db)
    mother = the_mother(db, dossier)
    text = browser.sign_in(mother).open(a_visit(db, dossier, "Domicile")).text().replace("\u00a0", " ")
    assert "Départ : Domicile" in text
    assert "Arrivée : 4 place du Marché 08200 Sedan" in text


def the_mother(db, dossier):
    account_id = a_parent(db, dossier).account_id
    db.commit()
    return account_id
