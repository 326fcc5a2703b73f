"""What an erased dossier had in the vault goes with it, unless something about somebody else mentions it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.connectors.dui.records import State
from portal.connectors.vault_store import new_name
from portal.core import scope
from portal.dossier.models import DuiMessage, Kept
from portal.safekeeping import erasing
from tests.factories import NOON, a_dossier, an_establishment


@pytest.fixture
def place(db):
    scope.enter(db, scope.everywhere("tests"))
    return an_establishment(db)


def kept(db, dossier, names):
    about = {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id, "category": "plan"}
    for number, name in enumerate(names):
        db.add(Kept(**about, key=f"{number}", resource_type="Goal", vault_key=name, entry=0))
    db.flush()


def received(db, place, name):
    one = DuiMessage(
        client="DUI", establishment_id=place.id, received_at=NOON, state=State.TAKEN, digest="", size=1, vault_key=name
    )
    db.add(one)
    db.flush()
    return one


def test_what_another_mentions_stays_and_the_log_of_reception_forgets_the_rest(db, place):
    hers, his = a_dossier(db, place), a_dossier(db, place)
    alone, common = new_name(), new_name()
    kept(db, hers, [alone, common])
    kept(db, his, [common])
    messages = [received(db, place, name) for name in (alone, common)]
    assert erasing.erase(db, hers.id) == [alone]
    assert [db.scalar(select(DuiMessage.vault_key).filter_by(id=one.id)) for one in messages] == [None, common]
    assert erasing.erase(db, his.id) == [common]
    assert db.scalar(select(func.count()).where(DuiMessage.vault_key.is_not(None))) == 0


def test_what_no_message_brought_goes_too(db, place):
    dossier, name = a_dossier(db, place), new_name()
    kept(db, dossier, [name])
    assert erasing.empty(db, dossier.id, ["plan"]) == [name]


def test_however_many_objects_there_are_as_many_questions_are_asked(db, place, count):
    def asked(many):
        dossier = a_dossier(db, place)
        kept(db, dossier, [new_name() for _ in range(many)])
        before = count()
        assert len(erasing.erase(db, dossier.id)) == many
        return count() - before

    assert asked(2) == asked(40)
