"""A message is taken whole or not at all; again, nothing changes; older, it is ignored; refused, it leaves its log."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from portal.connectors.dui.intake import Intake, Outcome, Sender
from portal.connectors.dui.reception import Reception
from portal.connectors.dui.records import State
from portal.connectors.dui.refusal import Limits
from portal.core import clock
from portal.core.models import Dossier, Unit
from portal.dossier import services
from portal.dossier.models import DossierSource, DuiMessage, Identity, Kept
from portal.planning.models import Event, EventState
from tests.connectors.dui.test_people import role, team
from tests.connectors.dui.test_references import QUALIFIED
from tests.connectors.dui.test_stays import UNIT
from tests.connectors.dui.writing import (
    HUGO,
    INS,
    ZOE,
    appointment,
    bundle,
    event,
    patient,
    practitioner,
    raw,
    relative,
    schedule,
    slot,
    stay,
    transport,
)
from tests.dossier.conftest import FakeVault

pytestmark = pytest.mark.turns

Send = Callable[..., Outcome]
Rows = Callable[..., dict[str, list[Any]]]

FIRST, LATER = "2026-11-18T06:00:00+01:00", "2026-11-19T06:00:00+01:00"
GOAL = {
    "resourceType": "Goal",
    "lifecycleStatus": "active",
    "description": {"text": "Lire seul"},
    "subject": {"reference": "Patient/123456"},
}
WHOLE = (
    patient(telecom=[{"system": "phone", "value": "01 02"}]),
    relative(),
    practitioner(),
    role(),
    team({"member": {"reference": "PractitionerRole/role"}}),
    UNIT,
    stay(location=[{"location": {"reference": "Location/erables"}}]),
    schedule(),
    slot("2026-11-16T09:00:00+01:00", "2026-11-20T13:00:00+01:00"),
    event(participant=[{"individual": {"reference": "PractitionerRole/role"}}]),
    appointment(),
    transport(),
    GOAL,
)


@pytest.fixture(autouse=True)
def _one_day() -> Any:
    """Thursday 19 November 2026, at noon: after both messages."""
    with clock.frozen(datetime(2026, 11, 19, 11, tzinfo=UTC)):
        yield


def log(sessions: sessionmaker[Session]) -> list[DuiMessage]:
    with sessions() as db:
        return list(db.scalars(select(DuiMessage).order_by(DuiMessage.received_at)))


def test_a_message_is_taken_whole(send: Send, sessions: sessionmaker[Session], vault: FakeVault) -> None:
    outcome = send(*WHOLE)
    assert outcome.state is State.TAKEN
    assert [created for _, _, created in outcome.entries] == [True] * len(WHOLE)
    assert [type_ for type_, _, _ in outcome.entries] == [one["resourceType"] for one in WHOLE]
    (line,) = log(sessions)
    assert (line.state, line.client, line.version, line.issues) == (State.TAKEN, "DUI des Tilleuls", "2", [])
    assert line.counts == {
        **{"dossier": 1, "identity": 1, "relative": 1, "contact": 2, "professional": 2, "referent": 1, "unit": 1},
        **{"stay": 1, "event": 2, "presence": 1, "transport": 1, "kept": 1},
    }
    assert vault.held[line.vault_key or ""] == raw(bundle(*WHOLE))
    assert vault.about == ["dui:480787529"]


def test_the_same_message_again_changes_nothing(send: Send, rows: Rows, vault: FakeVault) -> None:
    send(*WHOLE)
    before = rows()
    with clock.frozen(datetime(2026, 11, 19, 15, tzinfo=UTC)):
        again = send(*WHOLE)
    assert again.state is State.REPEATED
    assert rows() == before
    assert len(vault.about) == 1, "the raw message is kept once"
    assert {created for _, _, created in again.entries} == {False}


def test_the_same_words_in_another_message_change_nothing_but_when_they_were_heard(send: Send, rows: Rows) -> None:
    send(*WHOLE)
    heard = ("dui_message", "dossier", "dossier_source", "kept")
    before, kept = rows(without=heard), len(rows()["kept"])
    assert send(*WHOLE, sent=LATER).state is State.TAKEN
    assert rows(without=heard) == before
    assert len(rows()["kept"]) == kept


def test_in_whatever_order_things_come_they_are_the_same(send: Send, rows: Rows) -> None:
    send(*reversed(WHOLE))
    backwards = {name: len(found) for name, found in rows().items()}
    send(*WHOLE, sent=LATER)
    assert {name: len(found) for name, found in rows().items()} == backwards


def test_an_older_message_is_ignored_and_staff_are_told(
    send: Send, rows: Rows, sessions: sessionmaker[Session]
) -> None:
    send(patient(), event(), sent=LATER)
    before = rows()
    outcome = send(patient(birthDate="2015-01-01"), event(status="cancelled"), appointment(), sent=FIRST)
    assert outcome.state is State.IGNORED
    assert [one.code for one in outcome.warnings] == ["older-message"]
    assert {created for _, _, created in outcome.entries} == {False}
    assert rows() == before
    assert [line.state for line in log(sessions)].count(State.IGNORED) == 1


def test_newest_wins_dossier_by_dossier(send: Send, sessions: sessionmaker[Session]) -> None:
    send(patient(), event(), sent=LATER)
    outcome = send(patient(), patient(ZOE), event(status="cancelled"), event(about="654321"), sent=FIRST)
    assert outcome.state is State.TAKEN
    with sessions() as db:
        found = db.execute(select(Dossier.key, Event.state).join(Event, Event.dossier_id == Dossier.id)).all()
    assert sorted((key, state.value) for key, state in found) == [(HUGO, "planned"), (ZOE, "planned")]


def test_an_older_message_does_not_come_back_by_being_sent_twice(send: Send, rows: Rows) -> None:
    send(patient(), event(), sent=FIRST)
    send(patient(), event(status="cancelled"), sent=LATER)
    before = rows()
    assert send(patient(), event(), sent=FIRST).state is State.IGNORED
    assert rows() == before


def test_a_message_sent_again_after_a_newer_one_about_half_of_it_changes_nothing(send: Send, rows: Rows) -> None:
    both = patient(), patient(ZOE), event(), event("Z", about="654321")
    send(*both, sent=FIRST)
    send(patient(ZOE), event("Z", about="654321", status="cancelled"), sent=LATER)
    before = rows()
    with clock.frozen(datetime(2026, 11, 19, 15, tzinfo=UTC)):
        assert send(*both, sent=FIRST).state is State.IGNORED
    assert rows() == before


def test_a_message_without_a_date_counts_as_sent_when_received(send: Send, sessions: sessionmaker[Session]) -> None:
    send(patient(), sent=FIRST)
    assert "no-timestamp" in [one.code for one in send(patient(birthDate="2015-01-01"), sent=None).warnings]
    assert send(patient(), event(), sent=LATER).state is State.IGNORED, "sent this morning, and heard at noon"


def test_a_date_in_the_future_does_not_shut_the_door_for_years(send: Send) -> None:
    assert "timestamp-in-future" in [one.code for one in send(patient(), sent="2099-01-01T00:00:00Z").warnings]
    with clock.frozen(datetime(2026, 11, 20, 11, tzinfo=UTC)):
        assert send(patient(), event(), sent="2026-11-20T06:00:00+01:00").state is State.TAKEN


def test_a_later_message_may_speak_of_what_was_told_before(send: Send, sessions: sessionmaker[Session]) -> None:
    first = send(patient(), practitioner(), relative(), event(), sent=FIRST)
    ids = {type_: id_ for type_, id_, _ in first.entries}
    people = [
        {"individual": {"reference": f"Practitioner/{ids['Practitioner']}"}},
        {"individual": {"reference": "RelatedPerson/mere"}},
    ]
    later = event("EVN-2", subject={"reference": f"Patient/{ids['Patient']}"}, participant=people)
    outcome = send(later, transport(f"Encounter/{ids['Encounter']}"), sent=LATER)
    assert (outcome.state, outcome.warnings) == (State.TAKEN, ())
    with sessions() as db:
        told = db.scalars(select(Event).where(Event.key == f"{HUGO}-EVN-2")).one()
        assert [one.name for one in told.people] == ["Claire Martin", "Marie Durand"]


def test_a_logical_reference_finds_the_dossier_in_store(send: Send, sessions: sessionmaker[Session]) -> None:
    send(patient(), sent=FIRST)
    by_identifier = event(subject={"type": "Patient", "identifier": {"value": HUGO}})
    assert send(by_identifier, sent=LATER).state is State.TAKEN
    with sessions() as db:
        assert db.scalars(select(Event.key)).all() == [f"{HUGO}-EVN-1"]


def test_a_place_told_before_is_the_unit_of_a_later_stay(send: Send, sessions: sessionmaker[Session]) -> None:
    first = send(patient(), UNIT, stay(location=[{"location": {"reference": "Location/erables"}}]), sent=FIRST)
    place = next(id_ for type_, id_, _ in first.entries if type_ == "Location")
    again = stay("S2", about="654321", location=[{"location": {"reference": f"Location/{place}"}}])
    assert send(patient(ZOE), again, sent=LATER).warnings == ()
    with sessions() as db:
        assert len({one.unit_id for one in db.scalars(select(Dossier))}) == 1
        assert db.scalars(select(Unit.name)).all() == ["Les Érables"]


def test_an_erased_dossier_is_known_no_more(send: Send, sessions: sessionmaker[Session]) -> None:
    send(patient(), sent=FIRST)
    with sessions.begin() as db:
        for model in (Identity, DossierSource, Dossier):
            db.execute(delete(model))
    outcome = send(event(), sent=LATER)
    assert [one.code for one in outcome.issues] == ["unresolved-reference"]
    assert send(patient(), event(), sent=LATER).state is State.TAKEN


def test_two_messages_at_once_are_taken_one_after_the_other(
    door: Intake, sender: Sender, sessions: sessionmaker[Session], rows: Rows
) -> None:
    def take(number: int) -> State:
        with clock.frozen(datetime(2026, 11, 19, 11, tzinfo=UTC)):
            whole = patient(), practitioner(), event(status=["planned", "cancelled"][number % 2])
            return door.take_in(raw(bundle(*whole, sent=f"2026-11-19T06:0{number}:00+01:00")), sender).state

    with ThreadPoolExecutor(4) as pool:
        states = list(pool.map(take, range(8)))
    assert set(states) <= {State.TAKEN, State.IGNORED}
    with sessions() as db:
        assert [one.state for one in db.scalars(select(Event))] == [EventState.CANCELLED], "the newest won"
        assert len(db.scalars(select(Dossier)).all()) == 1


def test_an_ins_recognises_the_dossier_it_was_told_with(send: Send, sessions: sessionmaker[Session]) -> None:
    number = {"system": INS, "value": "114097500000112"}
    send(patient(identifier=[*patient()["identifier"], number], extension=[QUALIFIED]), sent=FIRST)
    by_number = patient(identifier=[number], extension=[QUALIFIED], name=[{"family": "Petit", "given": ["Hugo"]}])
    assert send(by_number, event(), sent=LATER).state is State.TAKEN
    with sessions() as db:
        assert db.scalars(select(Dossier.key)).all() == [HUGO]
        assert db.scalars(select(Identity.family_name)).all() == ["Petit"]


REFUSED = {
    "no JSON": b"{",
    "no bundle": raw(patient()),
    "a stranger": raw(bundle(patient(), event(subject={"reference": "Patient/999"}))),
    "a fault in the last entry": raw(bundle(patient(), event(), appointment(start="tomorrow"))),
    "another establishment": raw(bundle(patient(), event(identifier=[{"value": "3750000001/1-EVN-1"}]))),
    "no birth date": raw(
        bundle(patient(), {name: value for name, value in patient(ZOE).items() if name != "birthDate"})
    ),
    "one key for two things": raw(bundle(patient(), event(), event(status="finished") | {"id": "b"})),
    "two dossiers mixed": raw(
        bundle(patient(), patient(ZOE), event(about="654321"), event("B", partOf={"reference": "Encounter/evn-1"}))
    ),
    "an export that is none": raw(
        bundle(
            patient(),
            {
                "resourceType": "DocumentReference",
                "status": "current",
                "type": {"coding": [{"code": "EXPORT_DUI"}]},
                "content": [{"attachment": {"data": "SGVsbG8gd29ybGQ="}}],
            },
        )
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused_leaves_nothing_but_its_own_line(
    why: str, door: Intake, sender: Sender, rows: Rows, sessions: sessionmaker[Session], vault: FakeVault
) -> None:
    door.take_in(raw(bundle(patient(), event())), sender)
    before, held = rows(), dict(vault.held)
    outcome = door.take_in(REFUSED[why], sender)
    assert outcome.state is State.REFUSED
    assert outcome.issues
    assert rows() == before
    assert vault.held == held
    line = next(one for one in log(sessions) if one.state is State.REFUSED)
    assert [one["code"] for one in line.issues] == [one.code for one in outcome.issues]
    assert (line.vault_key, line.establishment_id is not None) == (None, True)


def test_the_log_holds_no_value_of_a_message(door: Intake, sender: Sender, sessions: sessionmaker[Session]) -> None:
    secret = "Durandal"
    named = patient(name=[{"family": secret}], maritalStatus=secret)
    door.take_in(raw(bundle(named, event(subject={"reference": f"Patient/{secret}"}))), sender)
    door.take_in(raw(bundle(patient(name=[{"family": secret * 50}]))), sender)
    assert secret not in str([(line.issues, line.warnings, line.counts) for line in log(sessions)])


def test_a_failure_halfway_leaves_nothing_not_even_in_the_vault(
    door: Intake, sender: Sender, rows: Rows, vault: FakeVault
) -> None:
    def fall(_db: Session, _reception: Reception) -> None:
        raise RuntimeError("the power went")

    falling = Intake(door.sessions, vault, door.store, (*door.receivers, fall))
    before = rows()
    with pytest.raises(RuntimeError):
        falling.take_in(raw(bundle(*WHOLE)), sender)
    assert rows() == before
    assert vault.held == {}
    assert vault.forgotten == ["object-0"]


def test_a_message_over_the_size_is_refused_and_logged(door: Intake, sender: Sender, vault: FakeVault) -> None:
    small = Intake(door.sessions, vault, door.store, door.receivers, Limits(bytes=100))
    outcome = small.take_in(raw(bundle(patient())), sender)
    assert [one.code for one in outcome.issues] == ["message-too-large"]


def test_what_the_portal_decided_is_not_lifted_by_a_message(send: Send, sessions: sessionmaker[Session]) -> None:
    send(*WHOLE)
    until = datetime(2027, 1, 1, tzinfo=UTC)
    with sessions.begin() as db:
        for held in (*db.scalars(select(Event)), *db.scalars(select(Kept))):
            held.held_until = until
    send(patient(), event(status="cancelled"), GOAL, sent=LATER)
    with sessions() as db:
        assert {one.held_until for one in (*db.scalars(select(Event)), *db.scalars(select(Kept)))} == {until}


def test_freshness_is_that_of_the_last_message(send: Send, sessions: sessionmaker[Session]) -> None:
    send(patient(), sent=FIRST)
    after = clock.now() + timedelta(hours=2)
    with clock.frozen(after):
        send(patient(), event(), sent=LATER)
    with sessions() as db:
        assert db.scalars(select(Dossier.received_at)).one() == after


def test_what_one_establishment_was_told_is_unknown_to_another(
    door: Intake, sender: Sender, sessions: sessionmaker[Session]
) -> None:
    number = {"system": INS, "value": "114097500000112"}
    known = patient(identifier=[*patient()["identifier"], number], extension=[QUALIFIED])
    assert door.take_in(raw(bundle(known, practitioner())), sender).state is State.TAKEN
    with sessions.begin() as db:
        there = services.open_establishment(db, finess="750000001", name="Ailleurs", organisation="Ailleurs")
    other = Sender("DUI d’ailleurs", {"750000001": there})
    theirs = event(identifier=[{"value": "3750000001/1-EVN-1"}])
    by_number = patient(identifier=[number], extension=[QUALIFIED])
    for resources, code in [
        ([theirs], "unresolved-reference"),
        ([theirs | {"subject": {"identifier": {"value": HUGO}, "type": "Patient"}}], "unresolved-reference"),
        ([by_number], "unknown-ins"),
    ]:
        outcome = door.take_in(raw(bundle(*resources)), other)
        assert [one.code for one in outcome.issues] == [code]
