"""What a message could hide or give away between its lines: a cancellation, a label, somebody else's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from portal.connectors.dui.intake import Outcome
from portal.core import clock
from portal.core.models import Dossier, HiddenFrom
from portal.planning.models import Event, EventPerson, EventState, Transport
from tests.connectors.dui.writing import HUGO, ZOE, appointment, event, patient, relative, transport

Send = Callable[..., Outcome]
Sessions = sessionmaker[Session]
LATER = "2026-11-19T06:00:00+01:00"
HIDDEN = {"security": [{"code": "INVISIBLE_REPRESENTANTS_LEGAUX"}]}
REPORTS = {"appointment": [{"reference": "Appointment/rdv-1"}]}


@pytest.fixture(autouse=True)
def _one_day() -> Any:
    with clock.frozen(datetime(2026, 11, 20, 11, tzinfo=UTC)):
        yield


def states(sessions: Sessions) -> list[EventState]:
    with sessions() as db:
        return list(db.scalars(select(Event.state)))


def without_hour(**changes: Any) -> dict[str, Any]:
    return {name: said for name, said in appointment(**changes).items() if name not in ("start", "end")}


def test_a_cancellation_without_an_hour_cancels(send: Send, sessions: Sessions) -> None:
    send(patient(), appointment())
    with sessions() as db:
        before = db.scalar(select(Event.starts_at))
    send(patient(), without_hour(status="cancelled"), sent=LATER)
    assert states(sessions) == [EventState.CANCELLED]
    with sessions() as db:
        assert db.scalar(select(Event.starts_at)) == before


@pytest.mark.parametrize("status", ["entered-in-error", "proposed"])
def test_a_withdrawal_without_an_hour_withdraws(send: Send, sessions: Sessions, status: str) -> None:
    send(patient(), appointment())
    send(patient(), without_hour(status=status), sent=LATER)
    assert states(sessions) == []


def test_the_cancellation_of_what_nobody_was_told_of_is_not_told(send: Send, sessions: Sessions) -> None:
    send(patient(), without_hour(status="cancelled"))
    assert states(sessions) == []


def test_an_event_that_becomes_an_appointment_does_not_stay_planned_beside_it(send: Send, sessions: Sessions) -> None:
    send(patient(), event())
    send(patient(), event(**REPORTS), appointment(status="cancelled"), sent=LATER)
    assert states(sessions) == [EventState.CANCELLED]


def test_one_key_for_both_is_one_event(send: Send, sessions: Sessions) -> None:
    same = {"identifier": appointment()["identifier"]}
    send(patient(), event(**same))
    send(patient(), event(**same, **REPORTS), appointment(), sent=LATER)
    assert len(states(sessions)) == 1


def test_a_label_on_the_report_hides_the_appointment(send: Send, sessions: Sessions) -> None:
    report = event(**REPORTS)
    send(patient(), report | {"meta": report["meta"] | HIDDEN}, appointment())
    with sessions() as db:
        assert db.scalars(select(Event.hidden_from)).all() == [HiddenFrom.REPRESENTATIVES]


def test_a_nature_on_the_report_counts(send: Send, sessions: Sessions) -> None:
    justice = {"type": [{"coding": [{"system": "urn:relie:nature", "code": "justice"}]}]}
    send(patient(), event(**REPORTS, **justice), appointment())
    with sessions() as db:
        assert db.scalars(select(Event.nature)).all() == ["justice"]


def test_a_ride_to_the_report_is_as_private_as_the_appointment(send: Send, sessions: Sessions) -> None:
    send(patient(), event(**REPORTS), appointment() | {"meta": HIDDEN}, transport())
    with sessions() as db:
        led_to = select(Transport.hidden_from).join(Event, Event.key == Transport.event_key)
        assert db.scalars(led_to).all() == [HiddenFrom.REPRESENTATIVES]


def test_a_group_tells_each_family_of_its_own_people_only(send: Send, sessions: Sessions) -> None:
    hers = relative(key="mere-zoe", about="654321")
    others = [
        {"reference": f"RelatedPerson/{hers['id']}", "display": "Mme Secret, mère de Zoé"},
        {"reference": "RelatedPerson/nobody", "display": "M. Secret"},
        {"type": "Patient", "display": "Léo Secret"},
        {"display": "Secret"},
        {"type": "Practitioner", "display": "Docteure Saïd"},
    ]
    young = [{"reference": f"Patient/{key.rpartition('/')[2]}"} for key in (HUGO, ZOE)]
    people = [{"actor": one, "status": "accepted"} for one in (*young, *others)]
    send(patient(), patient(ZOE), hers, appointment(participant=people))
    with sessions() as db:
        names = select(EventPerson.name).join(Event, Event.id == EventPerson.event_id)
        his = names.join(Dossier, Dossier.id == Event.dossier_id).where(Dossier.key == HUGO)
        assert {name for name in db.scalars(his) if name} == {"Docteure Saïd"}


def test_a_late_message_does_not_hide_a_cancellation(send: Send, sessions: Sessions) -> None:
    send(patient(), appointment(), sent="2026-10-01T06:00:00+01:00")
    send(patient(), appointment(status="cancelled"), sent="2026-10-02T06:00:00+01:00")
    with sessions() as db:
        assert db.scalars(select(Event.cancelled_at)).all() == [clock.now()]
