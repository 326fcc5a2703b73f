"""Where the young person is: stays, presences, absences, and rides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.connectors.dui.records import (
    EventStatus,
    PresenceRecord,
    StayRecord,
    StayState,
    TransportRecord,
    Where,
)
from portal.connectors.dui.references import Known
from tests.connectors.dui.writing import (
    CISIS,
    HUGO,
    SERAFIN,
    TDDUI,
    codes,
    concept,
    event,
    patient,
    read,
    refusal,
    schedule,
    slot,
    stay,
    transport,
)

UNIT = {
    "resourceType": "Location",
    "id": "erables",
    "identifier": [{"value": "3480787529/ERABLES"}],
    "name": "Les Érables",
}


def the_stay(*resources: Any) -> StayRecord:
    (found,) = read(patient(), *resources).stays
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class TestStay:
    def test_a_stay_is_no_event(self) -> None:
        message = read(patient(), stay())
        assert (len(message.stays), message.events) == (1, ())
        unnamed = stay(meta={}, identifier=[{"system": "https://identifiant-medicosocial-sejour.esante.gouv.fr"}])
        unnamed["identifier"][0]["value"] = f"{HUGO}-SEJOUR-1"
        assert len(read(patient(), unnamed).stays) == 1

    def test_it_says_since_when_and_goes_on_until_the_dui_says_it_ended(self) -> None:
        found = the_stay(stay())
        assert (found.state, found.starts_at, found.ends_at) == (
            StayState.PRESENT,
            at("2024-09-02T00:00+02:00"),
            None,
        )

    def test_a_foreseen_end_is_no_end(self) -> None:
        foreseen = {"url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate"}
        assert the_stay(stay(extension=[foreseen | {"valueDateTime": "2026-07-05"}])).ends_at is None

    def test_the_last_day_of_a_stay_is_inside_it(self) -> None:
        found = the_stay(stay(status="finished", period={"start": "2024-09-02", "end": "2026-07-05"}))
        assert (found.state, found.ends_at) == (StayState.ENDED, at("2026-07-06T00:00+02:00"))

    def test_a_planned_stay_begins_when_it_is_foreseen(self) -> None:
        foreseen = {"url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedStartDate"}
        planned = stay(status="planned", extension=[foreseen | {"valueDateTime": "2027-09-01"}])
        del planned["period"]
        found = the_stay(planned)
        assert (found.state, found.starts_at) == (StayState.PLANNED, at("2027-09-01T00:00+02:00"))

    @pytest.mark.parametrize(
        ("class_", "boarding"), [("IMP", True), ("AMB", False), ("HH", False), ("SS", False), ("VR", None)]
    )
    def test_its_class_says_whether_one_sleeps_there(self, class_: str, boarding: bool | None) -> None:
        kind = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": class_}
        assert the_stay(stay() | {"class": kind}).boarding is boarding

    def test_its_place_is_the_unit(self) -> None:
        found = the_stay(UNIT, stay(location=[{"location": {"reference": "Location/erables"}}]))
        assert (found.unit, found.unit_name) == ("3480787529/ERABLES", "Les Érables")

    def test_a_unit_told_before_is_found_by_its_key(self) -> None:
        known = Known(references={"Location/erables": ("3480787529/ERABLES", None)})
        message = read(patient(), stay(location=[{"location": {"reference": "Location/erables"}}]), known=known)
        assert (message.stays[0].unit, message.stays[0].unit_name) == ("3480787529/ERABLES", "")

    def test_a_unit_only_displayed_is_known_by_its_name(self) -> None:
        message = read(patient(), stay(location=[{"location": {"display": "Les Érables"}}]))
        assert (message.stays[0].unit, message.stays[0].unit_name) == ("Les Érables", "Les Érables")

    def test_a_unit_that_is_nowhere_is_told_to_staff(self) -> None:
        message = read(patient(), stay(location=[{"location": {"reference": "Location/x"}}]))
        assert message.stays[0].unit is None
        assert "unknown-place" in codes(message)

    def test_a_stay_entered_in_error_goes_away(self) -> None:
        assert the_stay(stay(status="entered-in-error")).withdrawn
        assert the_stay(stay(status="cancelled")).state is StayState.CANCELLED


class TestPresence:
    START, END = "2026-11-16T09:00:00+01:00", "2026-11-20T13:00:00+01:00"

    def the(self, **facts: Any) -> PresenceRecord:
        (found,) = read(patient(), schedule(), slot(self.START, self.END, **facts)).presences
        return found

    @pytest.mark.parametrize(
        ("kind", "reason", "where"),
        [
            ("1", "", Where.UNIT),
            ("2", "2", Where.HOME),
            ("2", "1", Where.ELSEWHERE),  # the hospital is not written down
            ("2", "", Where.ELSEWHERE),
            ("2", "9", Where.ELSEWHERE),
            ("1", "2", Where.UNIT),
        ],
    )
    def test_present_or_absent_and_home_only_when_the_dui_says_so(self, kind: str, reason: str, where: Where) -> None:
        found = self.the(kind=kind, reason=reason)
        assert (found.where, found.starts_at, found.ends_at) == (where, at(self.START), at(self.END))

    @pytest.mark.parametrize(
        "system",
        [
            "https://smt.esante.gouv.fr/fhir/CodeSystem/tre-r423-type-presence-absence",
            "https://mos.esante.gouv.fr/NOS/TRE_R423-TypePresenceAbsence/FHIR/TRE-R423-TypePresenceAbsence",
        ],
    )
    def test_the_table_has_had_several_addresses(self, system: str) -> None:
        assert self.the(serviceType=[concept(system, "1")]).where is Where.UNIT

    @pytest.mark.parametrize("kind", [[concept("http://example.org/r423x", "1")], [], [{"text": "Présent"}]])
    def test_an_unknown_type_is_told_to_staff_and_not_shown(self, kind: Any) -> None:
        message = read(patient(), schedule(), slot(self.START, self.END, serviceType=kind))
        assert message.presences == ()
        assert "unknown-presence" in codes(message)

    def test_a_slot_that_ends_before_it_starts_is_not_shown(self) -> None:
        message = read(patient(), schedule(), slot(self.END, self.START))
        assert message.presences == ()
        assert "no-time" in codes(message)

    def test_a_slot_entered_in_error_goes_away(self) -> None:
        assert self.the(status="entered-in-error").withdrawn

    def test_a_slot_of_a_schedule_that_is_nowhere_is_nobody_s(self) -> None:
        message = read(patient(), slot(self.START, self.END))
        assert message.presences == ()

    def test_a_schedule_of_a_stranger_refuses_the_message(self) -> None:
        assert refusal(patient(), schedule("Patient/999"))[0][0] == "unresolved-reference"


class TestTransport:
    def the(self, *resources: Any, known: Known | None = None) -> TransportRecord:
        (found,) = read(patient(), *resources, known=known).transports
        return found

    def test_a_ride_to_an_event_is_as_private_as_the_event(self) -> None:
        care = event(type=[concept(CISIS, "MED-1298")])
        found = self.the(care, transport())
        assert (found.event, found.dossier) == (f"{HUGO}-EVN-1", HUGO)
        assert (found.category, found.nature, found.mode) == ("appointments", "health", "Taxi")
        swimming = self.the(event(), transport())
        assert (swimming.category, swimming.nature) == ("planning", "social")

    def test_alone_it_goes_by_what_the_dui_says_of_it_and_by_health_otherwise(self) -> None:
        mine = {"for": {"reference": "Patient/123456"}}
        kind = {"coding": [{"system": f"{TDDUI}x/tddui-task-input-transport", "code": "natureTransport"}]}
        home = {"type": kind, "valueCodeableConcept": concept(SERAFIN, "3.2.4.1")}
        lone = transport() | mine
        del lone["encounter"]
        assert self.the(lone | {"input": [home]}).category == "planning"
        assert self.the(lone).nature == "health"

    def test_it_says_from_where_to_where_and_whether_somebody_goes_along(self) -> None:
        def said(code: str, **value: Any) -> Any:
            return {"type": {"coding": [{"code": code}]}, **value}

        inputs = [
            said("adresseDepart", valueAddress={"line": ["1 rue A"], "city": "Paris"}),
            said("adresseDestination", valueAddress={"line": ["2 rue B"], "city": "Lyon"}),
            said("accompagnement", valueBoolean=True),
            said("budgetReel", valueMoney={"value": 2, "currency": "EUR"}),
        ]
        found = self.the(event(), transport(input=inputs))
        assert (found.origin, found.destination, found.escorted) == ("1 rue A\nParis", "2 rue B\nLyon", True)
        assert self.the(event(), transport()).escorted is None
        refused = said("accompagnement", valueBoolean=False)
        assert self.the(event(), transport(input=[refused])).escorted is False

    @pytest.mark.parametrize(
        ("status", "state"),
        [
            ("requested", EventStatus.PLANNED),
            ("completed", EventStatus.DONE),
            ("cancelled", EventStatus.CANCELLED),
            ("rejected", EventStatus.CANCELLED),
        ],
    )
    def test_its_state(self, status: str, state: EventStatus) -> None:
        assert self.the(event(), transport(status=status)).state is state

    def test_a_ride_to_an_event_told_before(self) -> None:
        known = Known(references={"Encounter/evn-1": (f"{HUGO}-EVN-1", HUGO)})
        found = self.the(transport(), known=known)
        assert (found.event, found.dossier) == (f"{HUGO}-EVN-1", HUGO)

    def test_a_ride_to_an_event_nobody_knows_is_nobody_s_unless_it_names_somebody(self) -> None:
        assert refusal(patient(), transport())[0][0] == "about-nobody"
        message = read(patient(), transport() | {"for": {"reference": "Patient/123456"}})
        assert message.transports[0].event is None
        assert "unknown-event" in codes(message)
