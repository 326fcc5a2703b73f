"""Through the whole door of the DUI: whose address is whose, where families live, holds that outlive a rebooking."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from portal import announcing, households
from portal.access import services as access
from portal.access.models import Authority, Kind
from portal.connectors.dui.intake import Intake, Outcome
from portal.connectors.dui.records import State
from portal.core import clock
from portal.core.models import Account, Dossier, Establishment
from portal.core.standing import Withheld
from portal.dossier import services as dossier
from portal.dossier.models import Contact, Relative
from portal.dossier.store import ReceptionStore
from portal.planning.models import Event, Transport
from tests.connectors.dui.writing import bundle, event, patient, raw, relative, transport
from tests.dossier.conftest import FakeVault, establishment, sender, vault
from tests.factories import LONG_AGO, NOON

pytestmark = pytest.mark.turns

__all__ = ["establishment", "sender", "vault"]

HOME = {"use": "home", "line": ["3 rue des Lilas"], "postalCode": "57000", "city": "Metz"}
AT_HOME = {"resourceType": "Location", "id": "lieu", "name": "Domicile de la mère", "address": HOME}
VISIT = {"contained": [AT_HOME], "location": [{"location": {"reference": "#lieu"}}]}
MORNINGS = [f"2026-11-{day}T06:00:00+01:00" for day in range(10, 18)]


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def send(sessions, vault: FakeVault, sender) -> Callable[..., Outcome]:
    receivers = (dossier.receive, households.receive, announcing.receive)
    door = Intake(sessions, vault, ReceptionStore(), receivers)
    mornings = iter(MORNINGS)

    def send_them(*resources):
        outcome = door.take_in(raw(bundle(*resources, sent=next(mornings))), sender)
        assert outcome.state is State.TAKEN
        return outcome

    return send_them


def only(sessions, model):
    with sessions() as db:
        (found,) = db.scalars(select(model))
        return found


def a_mother(sessions, establishment: Establishment, key: str):
    with sessions.begin() as db:
        account = Account(display_name="Marie Durand")
        db.add(account)
        db.flush()
        found = db.scalar(select(Dossier))
        link = access.link(
            db,
            account_id=account.id,
            establishment_id=establishment.id,
            dossier_id=found.id,
            kind=Kind.PARENT,
            authority=Authority.FULL,
            starts_at=LONG_AGO,
            relative_key=key,
        )
        access.verify(db, link, proof="Livret de famille", by=None)
        return account.id


def test_what_a_dui_writes_of_a_mother_is_hers_at_each_message(sessions, send, establishment):
    send(patient(), relative(address=[HOME]))
    account = a_mother(sessions, establishment, only(sessions, Relative).key)
    with sessions() as db:
        assert db.scalars(select(Contact.private_to)).all() == [None, None]
    send(patient(), relative(address=[HOME]))
    with sessions() as db:
        assert set(db.scalars(select(Contact.private_to))) == {account}
    moved = HOME | {"line": ["9 place d’Armes"]}
    send(patient(), relative(address=[moved], telecom=[]))
    found = only(sessions, Contact)
    assert (found.value.splitlines()[0], found.private_to) == ("9 place d’Armes", account)
    assert only(sessions, Relative).private_to == account


def test_a_visit_at_home_says_the_hour_and_not_the_address(sessions, send):
    send(patient(), relative(address=[HOME]), event(**VISIT))
    found = only(sessions, Event)
    assert (found.title, found.place, found.place_address) == ("Piscine", "Domicile de la mère", "")


def test_a_home_that_is_told_later_goes_from_what_was_there(sessions, send):
    send(patient(), event(**VISIT))
    assert "3 rue des Lilas" in only(sessions, Event).place_address
    send(patient(), relative(address=[HOME]))
    assert only(sessions, Event).place_address == ""


def test_the_same_visit_again_changes_nothing(sessions, send):
    send(patient(), relative(address=[HOME]), event(**VISIT))
    again = send(patient(), relative(address=[HOME]), event(**VISIT))
    assert "event" not in again.counts


def test_what_the_portal_holds_back_stays_held_when_a_dui_books_again(sessions, send):
    send(patient(), event(), transport())
    with sessions.begin() as db:
        db.execute(update(Event).values(held_until=clock.FOREVER, published_to=2))
    send(patient(), event(status="entered-in-error"))
    assert only(sessions, Withheld).held_until == clock.FOREVER
    send(patient(), event())
    found = only(sessions, Event)
    assert (found.held_until, found.published_to) == (clock.FOREVER, 2)
    assert only(sessions, Transport).held_until == clock.FOREVER
    with sessions() as db:
        assert db.scalar(select(Withheld)) is None


def test_a_new_event_beside_it_is_held_by_nothing(sessions, send):
    send(patient(), event())
    with sessions.begin() as db:
        db.execute(update(Event).values(held_until=clock.FOREVER))
    send(patient(), event(status="entered-in-error"))
    send(patient(), event("EVN-1"), event("EVN-2"))
    with sessions() as db:
        held = {one.key[-5:]: one.held_until for one in db.scalars(select(Event))}
    assert held == {"EVN-1": clock.FOREVER, "EVN-2": None}
