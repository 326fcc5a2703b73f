"""One young person with two parents, a referent and an educator of the unit; a rendez-vous of school tomorrow."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from portal.access.models import Post
from portal.core import clock
from portal.dossier.models import Identity
from tests.factories import (
    NOON,
    a_dossier,
    a_parent,
    a_unit,
    an_account,
    an_establishment,
    an_event,
    at_once,
    recomputed,
    staff,
    the_young_person,
)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def a_home(db, *, age=12, name="Inès"):
    place = an_establishment(db, phone="02 61 91 00 12")
    unit = a_unit(db, place)
    dossier = a_dossier(db, place, age=age, unit_id=unit.id, received_at=NOON)
    facts = {"dossier_id": dossier.id, "establishment_id": place.id, "category": "identity"}
    db.add(Identity(**facts, given_name=name, family_name="Exemple"))
    with at_once():
        made = SimpleNamespace(
            place=place,
            unit=unit,
            dossier=dossier,
            mother=a_parent(db, dossier, account=an_account(db, "Nadia Exemple")),
            father=a_parent(db, dossier, account=an_account(db, "Karim Exemple")),
            child=the_young_person(db, dossier, account=an_account(db, name)),
            referent=staff(
                db, dossier, Post.EDUCATION, to_dossier=True, referent=True, account=an_account(db, "Anne Référente")
            ),
            educator=staff(db, dossier, Post.EDUCATION, unit_id=unit.id, account=an_account(db, "Paul Éducateur")),
            elsewhere=staff(db, dossier, Post.EDUCATION, unit_id=a_unit(db, place, "Les Pins").id),
            nurse=staff(db, dossier, Post.CARE, account=an_account(db, "Infirmière de nuit")),
            secretary=staff(db, dossier, Post.ADMINISTRATION, account=an_account(db, "Secrétariat")),
        )
    made.event = an_event(db, dossier, title="Équipe de suivi", nature="school")
    db.commit()
    return made


def by_a_glass(db, home):
    """Somebody of the team who broke the glass of this young person."""
    one = staff(db, home.dossier, Post.EDUCATION, to_dossier=True)
    one.emergency = "Convulsions"
    recomputed(db, home.dossier)
    db.commit()
    return one


@pytest.fixture
def home(db):
    return a_home(db)
