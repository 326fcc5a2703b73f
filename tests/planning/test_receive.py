"""What a message changes in the planning: events that move or are cancelled, nights, rides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from portal.connectors.dui.intake import Outcome
from portal.connectors.dui.records import PersonKind, Where
from portal.core import clock
from portal.core.models import Dossier, HiddenFrom
from portal.planning.models import Event, EventPerson, EventState, Presence, Transport
from tests.connectors.dui.writing import (
    CISIS,
    HUGO,
    ZOE,
    appointment,
    concept,
    event,
    patient,
    practitioner,
    relative,
    schedule,
    slot,
    transport,
)

Send = Callable[..., Outcome]
Sessions = sessionmaker[Session]
NOON = datetime(2026, 11, 19, 11, tzinfo=UTC)
THEN, LATER, LAST = (f"2026-11-{day}T06:00:00+01:00" for day in (18, 19, 20))
MOVED = {"start": "2026-11-19T16:00:00+01:00", "end": "2026-11-19T17:00:00+01:00"}
HIS_MOTHER = [{"individual": {"reference": "RelatedPerson/mere"}}]


@pytest.fixture(autouse=True)
def _one_day() -> Any:
    with clock.frozen(NOON):
        yield


def every(sessions: Sessions, model: type[Any]) -> list[Any]:
    with sessions() as db:
        return list(db.scalars(select(model)))


def the_event(sessions: Sessions) -> Event:
    with sessions() as db:
        found = db.scalars(select(Event)).one()
        assert [one.position for one in found.people] == list(range(len(found.people)))
        return found


class TestEvents:
    def test_an_event_is_stored_as_a_parent_needs_it(self, send: Send, sessions: Sessions) -> None:
        people = [
            {"type": [{"coding": [{"code": "ESC"}]}], "individual": {"reference": "RelatedPerson/mere"}},
            {"individual": {"reference": "Practitioner/10101"}},
        ]
        told = [{"url": "urn:relie:fhir:a-apporter", "valueString": "Maillot"}]
        send(
            patient(),
            relative(),
            practitioner(),
            event(participant=people, extension=[*event()["extension"], *told]),
        )
        found = the_event(sessions)
        assert (found.title, found.bring, found.kind, found.state) == (
            "Piscine",
            "Maillot",
            "outing",
            EventState.PLANNED,
        )
        assert found.starts_at == datetime(2026, 11, 19, 13, 30, tzinfo=UTC)
        assert [(one.kind, one.name, one.role) for one in found.people] == [
            (PersonKind.ESCORT, "Marie Durand", "Mère"),
            (PersonKind.PROFESSIONAL, "Claire Martin", "Infirmier"),
        ]
        assert found.people[0].relative_key == f"{HUGO}-mere"

    def test_it_stays_the_same_row_whatever_changes(self, send: Send, sessions: Sessions) -> None:
        send(patient(), event())
        before = the_event(sessions).id
        send(patient(), event(period=MOVED, status="finished"), sent=LATER)
        assert the_event(sessions).id == before

    def test_a_planned_hour_that_changes_is_moved_and_stays_so(self, send: Send, sessions: Sessions) -> None:
        send(patient(), event())
        send(patient(), event(period=MOVED), sent=LATER)
        first = datetime(2026, 11, 19, 13, 30, tzinfo=UTC)
        assert (the_event(sessions).state, the_event(sessions).moved_from) == (EventState.MOVED, first)
        send(patient(), event(period=MOVED), appointment(), sent="2026-11-19T07:00:00+01:00")
        with sessions() as db:
            again = db.scalars(select(Event).where(Event.key == f"{HUGO}-EVN-1")).one()
        assert (again.state, again.moved_from) == (EventState.MOVED, first)

    def test_a_first_hour_is_not_moved(self, send: Send, sessions: Sessions) -> None:
        send(patient(), event(period=MOVED))
        assert (the_event(sessions).state, the_event(sessions).moved_from) == (EventState.PLANNED, None)

    def test_a_cancelled_event_stays_and_says_since_when(self, send: Send, sessions: Sessions) -> None:
        send(patient(), event())
        send(patient(), event(status="cancelled"), sent=LATER)
        learnt = NOON  # and not when it was sent: a DUI that was late would hide it
        assert (the_event(sessions).state, the_event(sessions).cancelled_at) == (EventState.CANCELLED, learnt)
        with clock.frozen(NOON + timedelta(days=1)):
            send(patient(), event(status="cancelled"), appointment(), sent=LAST)
        with sessions() as db:
            again = db.scalars(select(Event).where(Event.key == f"{HUGO}-EVN-1")).one()
        assert again.cancelled_at == learnt, "a fortnight is counted from the first time"

    def test_an_event_that_takes_place_after_all_is_cancelled_no_more(self, send: Send, sessions: Sessions) -> None:
        send(patient(), event(status="cancelled"))
        send(patient(), event(), sent=LATER)
        assert (the_event(sessions).state, the_event(sessions).cancelled_at) == (EventState.PLANNED, None)

    @pytest.mark.parametrize(("status", "state"), [("fulfilled", EventState.DONE), ("noshow", EventState.MISSED)])
    def test_what_took_place_is_done_or_missed(
        self, send: Send, sessions: Sessions, status: str, state: EventState
    ) -> None:
        send(patient(), appointment(status=status))
        assert the_event(sessions).state is state

    @pytest.mark.parametrize("status", ["entered-in-error", "proposed"])
    def test_what_never_was_goes_away_with_its_people(self, send: Send, sessions: Sessions, status: str) -> None:
        actors = [*appointment()["participant"], {"actor": {"reference": "Practitioner/10101"}, "status": "accepted"}]
        send(patient(), practitioner(), appointment(participant=actors))
        assert len(every(sessions, EventPerson)) == 1
        send(patient(), appointment(status=status), sent=LATER)
        assert (every(sessions, Event), every(sessions, EventPerson)) == ([], [])

    def test_people_are_replaced_as_a_whole(self, send: Send, sessions: Sessions) -> None:
        send(patient(), relative(), practitioner(), event(participant=HIS_MOTHER))
        send(
            patient(),
            practitioner(),
            event(participant=[{"individual": {"reference": "Practitioner/10101"}}]),
            sent=LATER,
        )
        assert [one.name for one in the_event(sessions).people] == ["Claire Martin"]
        send(patient(), event(), sent="2026-11-19T07:00:00+01:00")
        assert the_event(sessions).people == []

    def test_what_a_message_does_not_speak_of_stays(self, send: Send, sessions: Sessions) -> None:
        send(patient(), event(), appointment())
        send(patient(), event(status="finished"), sent=LATER)
        assert sorted(one.state for one in every(sessions, Event)) == [EventState.DONE, EventState.PLANNED]

    def test_a_professional_who_changes_name_changes_it_at_every_event(self, send: Send, sessions: Sessions) -> None:
        by_claire = [{"individual": {"reference": "Practitioner/10101"}}]
        send(patient(), practitioner(), event(participant=by_claire))
        send(practitioner(family="Petit"), sent=LATER)
        assert [one.name for one in the_event(sessions).people] == ["Claire Petit"]

    def test_an_event_of_a_group_belongs_to_each_dossier(self, send: Send, sessions: Sessions) -> None:
        group = {"resourceType": "Group", "id": "g", "type": "person", "actual": True}
        group |= {"member": [{"entity": {"reference": f"Patient/{one}"}} for one in ("123456", "654321")]}
        send(
            patient(), patient(ZOE), relative(), group, event(subject={"reference": "Group/g"}, participant=HIS_MOTHER)
        )
        with sessions() as db:
            rows = db.execute(select(Dossier.key, Event).join(Event, Event.dossier_id == Dossier.id)).all()
            told = {key: [one.name for one in found.people] for key, found in rows}
        assert told == {HUGO: ["Marie Durand"], ZOE: [""]}, "his mother is nobody to the other child"

    def test_a_label_hides_and_a_withdrawn_label_shows_again(self, send: Send, sessions: Sessions) -> None:
        send(patient(), event(meta={"security": [{"code": "INVISIBLE_PATIENT"}]}))
        assert the_event(sessions).hidden_from is HiddenFrom.PATIENT
        send(patient(), event(), sent=LATER)
        assert the_event(sessions).hidden_from is HiddenFrom.NOBODY


class TestNights:
    def test_a_week_in_the_unit_says_its_nights(self, send: Send, sessions: Sessions) -> None:
        send(patient(), schedule(), slot("2026-11-16T09:00:00+01:00", "2026-11-20T13:00:00+01:00"))
        (found,) = every(sessions, Presence)
        assert (found.where, found.first_night, found.last_night) == (
            Where.UNIT,
            date(2026, 11, 16),
            date(2026, 11, 19),
        )

    def test_a_day_says_none(self, send: Send, sessions: Sessions) -> None:
        send(patient(), schedule(), slot("2026-11-16T09:00:00+01:00", "2026-11-16T17:00:00+01:00"))
        (found,) = every(sessions, Presence)
        assert (found.first_night, found.last_night) == (None, None)

    @pytest.mark.parametrize(
        ("start", "end", "night"),
        [
            ("2026-10-24T20:00:00+02:00", "2026-10-25T08:00:00+01:00", date(2026, 10, 24)),
            ("2027-03-27T20:00:00+01:00", "2027-03-28T08:00:00+02:00", date(2027, 3, 27)),
        ],
    )
    def test_the_nights_when_the_clock_changes_are_one_night_each(
        self, send: Send, sessions: Sessions, start: str, end: str, night: date
    ) -> None:
        send(patient(), schedule(), slot(start, end, kind="2", reason="2"))
        (found,) = every(sessions, Presence)
        assert (found.where, found.first_night, found.last_night) == (Where.HOME, night, night)

    def test_a_slot_changes_and_goes_away(self, send: Send, sessions: Sessions) -> None:
        whole = ("2026-11-16T09:00:00+01:00", "2026-11-20T13:00:00+01:00")
        send(patient(), schedule(), slot(*whole))
        send(patient(), schedule(), slot(whole[0], "2026-11-18T13:00:00+01:00"), sent=LATER)
        assert [one.last_night for one in every(sessions, Presence)] == [date(2026, 11, 17)]
        send(patient(), schedule(), slot(*whole, status="entered-in-error"), sent="2026-11-19T07:00:00+01:00")
        assert every(sessions, Presence) == []


CARE = {"type": [concept(CISIS, "MED-1298")]}


class TestRides:
    def the(self, sessions: Sessions) -> Transport:
        (found,) = every(sessions, Transport)
        return found

    def test_a_ride_is_as_private_as_its_event(self, send: Send, sessions: Sessions) -> None:
        send(patient(), event(**CARE, meta={"security": [{"code": "INVISIBLE_PATIENT"}]}), transport())
        found = self.the(sessions)
        assert (found.category, found.nature, found.hidden_from) == ("appointments", "health", HiddenFrom.PATIENT)
        assert (found.event_key, found.mode) == (f"{HUGO}-EVN-1", "Taxi")

    def test_even_when_the_event_was_told_before(self, send: Send, sessions: Sessions) -> None:
        send(patient(), event(**CARE))
        kind = {"type": {"coding": [{"code": "natureTransport"}]}}
        home = kind | {"valueCodeableConcept": concept("https://smt.esante.gouv.fr/terminologie-SERAFINPH", "3.2.4.1")}
        send(patient(), transport(input=[home]), sent=LATER)
        assert (self.the(sessions).category, self.the(sessions).nature) == ("appointments", "health")

    def test_even_when_the_event_becomes_private_after(self, send: Send, sessions: Sessions) -> None:
        send(patient(), event(), transport())
        assert self.the(sessions).category == "planning"
        send(patient(), event(**CARE, meta={"security": [{"code": "INVISIBLE_PATIENT"}]}), sent=LATER)
        found = self.the(sessions)
        assert (found.category, found.nature, found.hidden_from) == ("appointments", "health", HiddenFrom.PATIENT)

    def test_its_own_label_holds_whatever_the_event_says(self, send: Send, sessions: Sessions) -> None:
        label = {"security": [{"code": "INVISIBLE_REPRESENTANTS_LEGAUX"}], "profile": transport()["meta"]["profile"]}
        send(patient(), event(meta={"security": [{"code": "INVISIBLE_PATIENT"}]}), transport(meta=label))
        assert self.the(sessions).hidden_from is HiddenFrom.FAMILIES

    def test_a_cancelled_ride_stays_and_one_in_error_goes(self, send: Send, sessions: Sessions) -> None:
        send(patient(), event(), transport(status="cancelled"))
        assert self.the(sessions).state is EventState.CANCELLED
        send(patient(), event(), transport(status="entered-in-error"), sent=LATER)
        assert every(sessions, Transport) == []


def test_a_message_of_one_event_and_one_of_many_cost_the_same(send: Send, count: Callable[[], int]) -> None:
    send(patient(), event())
    before = count()
    send(patient(), *[event(f"E{n}") for n in range(100)], sent=LATER)
    assert count() - before <= before + 5
