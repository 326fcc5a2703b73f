"""Where a parent lives is in no rendez-vous; a ride is as private as what it leads to; a hold outlives a rebooking."""

from __future__ import annotations

import pytest

from portal.access.words import Category
from portal.core import clock
from portal.core.models import HiddenFrom
from portal.households import homes
from portal.planning.homes import street, streets, veiled
from portal.planning.models import Event, Transport
from portal.planning.services import guard_rides, veil
from tests.factories import NOON, a_dossier, an_account, an_event
from tests.ties.conftest import contact

HOME = streets(["3 bis, rue des Lilas\n57000 Metz"])


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("3 bis, rue des Lilas\n57000 Metz", "3 bis rue des lilas"),
        ("Chez Mme Ouardamel\n12 Quai Vautrin\n57000 Metz", "12 quai vautrin"),
        ("Résidence des Érables", ""),
        ("57000", ""),
        ("", ""),
    ],
)
def test_a_home_is_known_by_its_street(address, found):
    assert street(address) == found


@pytest.mark.parametrize(
    "said",
    [
        "3 bis, rue des Lilas\n57000 Metz",
        "3 BIS RUE DES LILAS",
        "Rendez-vous au 3 bis rue des Lilas, bâtiment B",
    ],
)
def test_a_text_that_tells_a_home_is_left_out(said):
    assert veiled(said, HOME) == ""


@pytest.mark.parametrize(
    "said", ["13 bis rue des Lilas", "Domicile de la mère", "rue des Lilas", "", "3 bis rue des Lilac"]
)
def test_any_other_place_stays(said):
    assert veiled(said, HOME) == said
    assert veiled("3 bis rue des Lilas", ()) == "3 bis rue des Lilas"


def test_addresses_that_become_known_as_homes_go_from_what_is_there(db):
    dossier, other = a_dossier(db), a_dossier(db)
    told = {
        "place": "Domicile de la mère",
        "place_address": "3 rue des Lilas\n57000 Metz",
        "note": "Au 3 rue des Lilas",
    }
    visit, clinic = an_event(db, dossier, **told), an_event(db, other, **told)
    contact(db, dossier, "M", "3 rue des Lilas\n57000 Metz")
    contact(db, other, "ASE", "3 rue des Lilas\n57000 Metz", use="work")
    veil(db, homes(db, [dossier.id, other.id]))
    db.refresh(visit), db.refresh(clinic)
    assert (visit.place, visit.place_address, visit.note) == ("Domicile de la mère", "", "")
    assert clinic.place_address == "3 rue des Lilas\n57000 Metz"


def test_a_ride_is_as_private_as_the_event_it_leads_to(db):
    dossier = a_dossier(db)
    holder = an_account(db)
    held = {"held_until": clock.FOREVER, "private_to": holder.id, "published_to": 4, "hidden_from": HiddenFrom.PATIENT}
    event = an_event(db, dossier, **held)
    label = {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id, "category": Category.PLANNING}
    ride = Transport(**label, key="T1", event_key=event.key, starts_at=NOON)
    alone = Transport(**label, key="T2", event_key=None, starts_at=NOON)
    db.add_all([ride, alone])
    db.flush()
    guard_rides(db, [dossier.id])
    db.refresh(ride), db.refresh(alone)
    assert {name: getattr(ride, name) for name in held} == held
    assert (ride.category, ride.nature) == (Category.APPOINTMENTS, "health")
    assert (alone.held_until, alone.private_to, alone.category) == (None, None, Category.PLANNING)
    event.held_until = None
    db.flush()
    guard_rides(db, [dossier.id])
    db.refresh(ride)
    assert ride.held_until is None


def test_under_a_ban_every_text_of_an_event_is_a_place():
    told = {"title", "place", "place_address", "bring", "note"}
    texts = {column.key for column in Event.__table__.columns if str(column.type) == "TEXT"}
    assert told == Event.PLACE_COLUMNS
    assert texts - told <= {"key", "kind", "category", "nature"}
