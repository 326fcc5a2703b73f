"""What takes place: one model for TDDUI events and fr-core appointments, told as a parent needs it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.access.perimeter import row_of
from portal.access.words import Category, Nature
from portal.connectors.dui import codes as codes_module
from portal.connectors.dui.records import EventRecord, EventStatus, PersonKind
from portal.connectors.dui.references import Known
from portal.core.models import HiddenFrom
from tests.connectors.dui.writing import (
    CISIS,
    HUGO,
    MOS,
    PARTICIPATION,
    SERAFIN,
    appointment,
    codes,
    concept,
    event,
    extension,
    patient,
    practitioner,
    read,
    relative,
)

PLACE = {
    "resourceType": "Location",
    "id": "piscine",
    "name": "Piscine de la Boucle",
    "address": {"line": ["2 quai du Port"], "postalCode": "75020", "city": "Paris"},
}


def the(*resources: Any) -> EventRecord:
    """The only event these resources tell."""
    (found,) = read(patient(), *resources).events
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def taking_part(reference: str, code: str = "PART", **more: Any) -> Any:
    return {"type": [concept(PARTICIPATION, code)], "individual": {"reference": reference, **more}}


class TestWhat:
    @pytest.mark.parametrize(
        ("types", "expected"),
        [
            ([concept(CISIS, "MED-1298")], ("appointments", "health", "nurse")),
            ([concept(SERAFIN, "2.1.1.1")], ("appointments", "health", "doctor")),
            ([concept(SERAFIN, "2.1.2.1")], ("planning", "health", "therapy")),  # every week
            ([concept(SERAFIN, "2.2.1")], ("appointments", "health", "daily_life")),
            ([concept(SERAFIN, "2.3.3.1")], ("planning", "school", "class")),
            ([concept(SERAFIN, "2.3.4.2")], ("planning", "social", "outing")),
            ([concept(SERAFIN, "2.3.1.1")], ("appointments", "meeting", "plan_meeting")),
            ([concept(f"{MOS}TRE_R38-SpecialiteOrdinale/FHIR/x", "SM54")], ("appointments", "health", "doctor")),
            ([concept("urn:relie:nature", "justice")], ("appointments", "justice", "judge")),
            ([concept("urn:relie:planning", "school")], ("planning", "school", "")),
            # unknown is read as health, the most careful way
            ([concept("http://example.org/types", "1")], ("appointments", "health", "")),
            ([concept("http://example.org/types", "2.3.4.2")], ("appointments", "health", "")),
            ([concept(SERAFIN, "9.9")], ("appointments", "health", "")),
            ([{"text": "Piscine"}], ("appointments", "health", "")),
            ([], ("appointments", "health", "")),
            # several codes: the most careful nature, and a rendez-vous as soon as one is
            ([concept(SERAFIN, "2.3.3.1"), concept(CISIS, "MED-1298")], ("appointments", "health", "nurse")),
            (
                [concept(CISIS, "MED-1298"), concept("urn:relie:nature", "justice")],
                ("appointments", "justice", "judge"),
            ),
            ([concept(SERAFIN, "2.3.3.1"), {"text": "Sortie"}], ("planning", "school", "class")),
        ],
    )
    def test_its_codes_say_its_category_nature_and_kind(self, types: Any, expected: tuple[str, str, str]) -> None:
        found = the(event(type=types))
        assert (found.category, found.nature, found.kind) == expected

    @pytest.mark.parametrize("name", ["serviceType", "specialty", "appointmentType", "serviceCategory"])
    def test_an_appointment_is_a_rendez_vous_whatever_its_code(self, name: str) -> None:
        code = concept(SERAFIN, "2.3.4.2")
        found = the(appointment(**{name: code if name == "appointmentType" else [code]}))
        assert (found.category, found.nature) == ("appointments", "social")

    def test_every_word_of_the_table_is_a_word_of_access(self) -> None:
        for _, _, said in codes_module._table():
            assert said.category in (Category.PLANNING, Category.APPOINTMENTS)
            assert said.nature in set(Nature) - {Nature.NONE}

    def test_care_is_never_decided_as_ordinary_timetable(self) -> None:
        """A weekly therapy stands in the week; whoever may not see a health appointment does not see it either."""
        for _, code, said in codes_module._table():
            if said.nature in (Nature.HEALTH, Nature.JUSTICE):
                row = row_of(Category(said.category), Nature(said.nature))
                assert row == (Category.APPOINTMENTS, said.nature), code
            if said.nature is Nature.MEETING:
                assert said.category == Category.APPOINTMENTS, code

    def test_how_somebody_is_received_says_nothing_of_the_nature(self) -> None:
        at_home = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"}
        assert the(event() | {"class": at_home}).nature == "social"

    def test_the_title_is_what_the_establishment_calls_it(self) -> None:
        assert the(event()).title == "Piscine"
        assert the(event(extension=[])).title == ""
        assert the(event(extension=[], type=[{"text": "Sortie"}])).title == "Sortie"
        assert the(event(extension=[], type=[concept(CISIS, "MED-1298", "Infirmier")])).title == "Infirmier"
        assert the(appointment()).title == "Dentiste"

    def test_staff_s_own_words_never_reach_the_family(self) -> None:
        secret = "NE PAS MONTRER"
        written = [extension(f"tddui-event-{name}", valueString=secret) for name in ("report", "reason")]
        written.append(extension("tddui-comment", valueString=secret))
        written.append({"url": "https://elsewhere.example/x", "valueString": secret})
        told = event(extension=[*event()["extension"], *written], text={"status": "generated", "div": secret})
        told["_status"] = {"extension": [extension("tddui-event-cancel-reason", valueString=secret)]}
        told["diagnosis"] = [{"condition": {"display": secret}}]
        told["reasonCode"] = [{"text": secret}]
        rdv = appointment(comment=secret, reasonCode=[{"text": secret}], cancelationReason={"text": secret})
        message = read(patient(), told, rdv)
        assert len(message.events) == 2
        assert secret not in repr(message.events)


class TestWhen:
    def test_hours_are_instants(self) -> None:
        found = the(event())
        assert (found.starts_at, found.ends_at) == (at("2026-11-19T14:30+01:00"), at("2026-11-19T15:30+01:00"))
        assert not found.all_day

    def test_a_whole_day_and_a_camp(self) -> None:
        outing = the(event(period={"start": "2026-11-19"}))
        assert (outing.all_day, outing.ends_at) == (True, at("2026-11-20T00:00+01:00"))
        camp = the(event(period={"start": "2026-10-24", "end": "2026-10-26"}))
        assert (camp.starts_at, camp.ends_at) == (at("2026-10-24T00:00+02:00"), at("2026-10-27T00:00+01:00"))

    def test_occurrences_of_a_weekly_activity_keep_their_hour_on_the_wall_across_the_change(self) -> None:
        weekly = [
            event("E1", period={"start": "2026-10-22T10:30:00+02:00"}),
            event("E2", period={"start": "2026-10-29T10:30:00+01:00"}),
        ]
        found = [one.starts_at for one in read(patient(), *weekly).events]
        assert found == [at("2026-10-22T10:30+02:00"), at("2026-10-29T10:30+01:00")]
        assert (found[1] - found[0]).total_seconds() == (7 * 24 + 1) * 3600

    def test_the_two_half_past_two_of_october_are_two_instants(self) -> None:
        period = {"start": "2026-10-25T02:30:00+02:00", "end": "2026-10-25T02:30:00+01:00"}
        found = the(event(period=period))
        assert found.ends_at is not None
        assert (found.ends_at - found.starts_at).total_seconds() == 3600

    @pytest.mark.parametrize(
        "period", [{}, {"start": "2026"}, {"start": "2026-11"}, {"end": "2026-11-19T15:30:00+01:00"}]
    )
    def test_an_event_without_a_certain_time_is_not_shown_and_staff_are_told(self, period: Any) -> None:
        message = read(patient(), event(period=period))
        assert message.events == ()
        assert "no-time" in codes(message)

    def test_an_end_before_the_start_is_no_end(self) -> None:
        period = {"start": "2026-11-19T14:30:00+01:00", "end": "2026-11-19T14:00:00+01:00"}
        assert the(event(period=period)).ends_at is None

    def test_a_recurrence_is_never_guessed(self) -> None:
        template = {"url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.recurrenceTemplate"}
        template |= {"extension": [{"url": "occurrenceCount", "valuePositiveInt": 10}]}
        message = read(patient(), appointment(extension=[template]))
        assert len(message.events) == 1
        assert "recurrence-not-read" in codes(message)

    def test_occurrences_sent_under_one_identifier_are_refused_rather_than_lost(self) -> None:
        from tests.connectors.dui.writing import refusal

        twice = event(), event(period={"start": "2026-11-26T14:30:00+01:00"}) | {"id": "bis"}
        assert refusal(patient(), *twice) == [("duplicate-key", "Bundle.entry[2].resource")]


class TestState:
    @pytest.mark.parametrize(
        ("status", "state"),
        [
            ("planned", EventStatus.PLANNED),
            ("triaged", EventStatus.PLANNED),
            ("arrived", EventStatus.PLANNED),
            ("in-progress", EventStatus.PLANNED),
            ("onleave", EventStatus.PLANNED),
            ("finished", EventStatus.DONE),
            ("cancelled", EventStatus.CANCELLED),
        ],
    )
    def test_an_encounter(self, status: str, state: EventStatus) -> None:
        found = the(event(status=status))
        assert (found.state, found.withdrawn) == (state, False)

    @pytest.mark.parametrize(
        ("status", "state"),
        [
            ("booked", EventStatus.PLANNED),
            ("arrived", EventStatus.PLANNED),
            ("checked-in", EventStatus.PLANNED),
            ("fulfilled", EventStatus.DONE),
            ("cancelled", EventStatus.CANCELLED),
            ("noshow", EventStatus.MISSED),
        ],
    )
    def test_an_appointment(self, status: str, state: EventStatus) -> None:
        found = the(appointment(status=status))
        assert (found.state, found.withdrawn) == (state, False)

    def test_what_was_entered_in_error_goes_away(self) -> None:
        assert the(event(status="entered-in-error")).withdrawn
        assert the(appointment(status="entered-in-error")).withdrawn

    @pytest.mark.parametrize("status", ["proposed", "pending", "waitlist"])
    def test_what_nobody_has_booked_yet_is_not_shown_as_certain(self, status: str) -> None:
        message = read(patient(), appointment(status=status))
        assert [one.withdrawn for one in message.events] == [True]
        assert "not-booked" in codes(message)

    def test_a_status_nobody_knows_is_shown_as_planned_and_staff_are_told(self) -> None:
        message = read(patient(), event(status="unknown"))
        assert message.events[0].state is EventStatus.PLANNED
        assert "unknown-status" in codes(message)

    def test_an_encounter_that_reports_an_appointment_is_not_told_twice(self) -> None:
        report = event(appointment=[{"reference": "Appointment/rdv-1"}])
        told = read(patient(), appointment(), report).events
        assert [(one.title, one.withdrawn) for one in told] == [("Piscine", True), ("Dentiste", False)]
        assert [one.title for one in read(patient(), report).events] == ["Piscine"]


class TestWhere:
    def test_a_place_has_a_name_and_an_address(self) -> None:
        found = the(PLACE, event(location=[{"location": {"reference": "Location/piscine"}}]))
        assert (found.place, found.place_address) == ("Piscine de la Boucle", "2 quai du Port\n75020 Paris")

    def test_the_place_of_an_appointment_is_among_its_participants(self) -> None:
        people = [*appointment()["participant"], {"actor": {"reference": "Location/piscine"}, "status": "accepted"}]
        found = the(PLACE, appointment(participant=people))
        assert (found.place, found.people) == ("Piscine de la Boucle", ())

    def test_a_place_that_is_nowhere_stays_what_is_displayed(self) -> None:
        message = read(patient(), event(location=[{"location": {"reference": "Location/x", "display": "Gymnase"}}]))
        assert (message.events[0].place, message.events[0].place_address) == ("Gymnase", "")
        assert codes(message).count("unknown-place") == 1

    def test_without_a_place_nothing_is_made_up(self) -> None:
        found = the(event())
        assert (found.place, found.place_address) == ("", "")


class TestWho:
    def test_a_professional_is_named_with_their_role(self) -> None:
        found = the(practitioner(), event(participant=[taking_part("Practitioner/10101")])).people[0]
        assert (found.kind, found.name, found.role) == (PersonKind.PROFESSIONAL, "Claire Martin", "Infirmier")
        assert found.professional == "3480787529/10101"

    def test_who_goes_along_is_told_apart(self) -> None:
        people = [taking_part("Practitioner/10101", "ESC"), taking_part("RelatedPerson/mere", "ESC")]
        found = the(practitioner(), relative(), event(participant=people)).people
        assert [(one.kind, one.name) for one in found] == [
            (PersonKind.ESCORT, "Claire Martin"),
            (PersonKind.ESCORT, "Marie Durand"),
        ]
        assert found[1].relative == f"{HUGO}-mere"

    def test_somebody_goes_along_even_when_the_dui_does_not_say_who(self) -> None:
        found = the(event(participant=[{"type": [concept(PARTICIPATION, "ESC", "Accompagnant")]}]))
        assert [(one.kind, one.name, one.role) for one in found.people] == [(PersonKind.ESCORT, "", "Accompagnant")]

    @pytest.mark.parametrize("code", ["AUT", "ENT", "INF", "REF", "CALLBCK"])
    def test_who_wrote_or_sent_is_not_there(self, code: str) -> None:
        assert the(practitioner(), event(participant=[taking_part("Practitioner/10101", code)])).people == ()

    def test_who_declined_is_not_there(self) -> None:
        declined = {"actor": {"reference": "Practitioner/10101"}, "status": "declined"}
        assert the(practitioner(), appointment(participant=[*appointment()["participant"], declined])).people == ()

    def test_a_doctor_nobody_knows_stays_unnamed_and_is_told_once_for_a_whole_year(self) -> None:
        yearly = [event(f"E{n}", participant=[taking_part("Practitioner/gone")]) for n in range(50)]
        message = read(patient(), *yearly)
        assert {(one.name, one.professional) for found in message.events for one in found.people} == {("", None)}
        assert codes(message).count("unknown-professional") == 1

    def test_a_name_only_displayed_is_shown(self) -> None:
        found = the(event(participant=[taking_part("Practitioner/gone", display="Dr Langdon")]))
        assert [one.name for one in found.people] == ["Dr Langdon"]

    def test_a_professional_told_before_is_named_again(self) -> None:
        known = Known(
            references={"Practitioner/10101": ("3480787529/10101", None)},
            professionals={"3480787529/10101": ("Claire Martin", "Infirmière")},
        )
        message = read(patient(), event(participant=[taking_part("Practitioner/10101")]), known=known)
        assert [(one.name, one.role) for one in message.events[0].people] == [("Claire Martin", "Infirmière")]

    def test_a_relative_told_before_is_named_again(self) -> None:
        known = Known(
            references={"RelatedPerson/mere": (f"{HUGO}-mere", HUGO)},
            relatives={(HUGO, f"{HUGO}-mere"): "Marie Durand"},
        )
        message = read(patient(), event(participant=[taking_part("RelatedPerson/mere")]), known=known)
        assert [(one.name, one.relative) for one in message.events[0].people] == [("Marie Durand", f"{HUGO}-mere")]


class TestForTheFamily:
    BRING = "urn:relie:fhir:a-apporter"
    NOTE = "urn:relie:fhir:note-famille"

    def test_what_to_bring_and_a_note_travel_in_our_extensions(self) -> None:
        told = [{"url": self.BRING, "valueString": "Maillot"}, {"url": self.NOTE, "valueString": "Retour à 17 h"}]
        for resource in (event(extension=told), appointment(extension=told)):
            found = the(resource)
            assert (found.bring, found.note) == ("Maillot", "Retour à 17 h")

    @pytest.mark.parametrize("words", ["À apporter :", "à apporter:", "A apporter\u00a0:", "Apporter :"])
    def test_what_an_appointment_instructs_is_told_apart(self, words: str) -> None:
        found = the(appointment(patientInstruction=f"{words} La carte Vitale\nVenir à jeun."))
        assert (found.bring, found.note) == ("La carte Vitale", "Venir à jeun.")

    def test_an_ordinary_sentence_is_a_note(self) -> None:
        found = the(appointment(patientInstruction="Pensez à apporter le carnet."))
        assert (found.bring, found.note) == ("", "Pensez à apporter le carnet.")


class TestHidden:
    LABEL = "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument"

    @pytest.mark.parametrize(
        ("labels", "hidden", "told"),
        [
            ([], HiddenFrom.NOBODY, False),
            (["N"], HiddenFrom.NOBODY, False),
            (["INVISIBLE_PATIENT"], HiddenFrom.PATIENT, False),
            (["INVISIBLE_REPRESENTANTS_LEGAUX"], HiddenFrom.REPRESENTATIVES, False),
            (["INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"], HiddenFrom.FAMILIES, False),
            (["N", "INVISIBLE_PATIENT"], HiddenFrom.PATIENT, False),
            (["MASQUE_PS"], HiddenFrom.FAMILIES, True),
            (["R"], HiddenFrom.FAMILIES, True),
            (["INVISIBLE_PATIENTE"], HiddenFrom.FAMILIES, True),
            ([""], HiddenFrom.FAMILIES, True),
        ],
    )
    def test_labels_are_honoured_and_an_unknown_one_hides(
        self, labels: list[str], hidden: HiddenFrom, told: bool
    ) -> None:
        security = [{"system": self.LABEL} | ({"code": code} if code else {}) for code in labels]
        message = read(patient(), event(meta={"security": security}))
        assert message.events[0].hidden is hidden
        assert ("unknown-label" in codes(message)) is told

    def test_a_label_on_the_message_holds_for_everything_in_it(self) -> None:
        message = read(patient(), event(), meta={"security": [{"code": "INVISIBLE_PATIENT"}]})
        assert {one.hidden for one in (*message.events, *message.dossiers)} == {HiddenFrom.PATIENT}

    def test_a_meeting_of_staff_without_the_young_person_is_not_on_the_family_s_agenda(self) -> None:
        meeting = event(extension=[extension("tddui-patient-present", valueBoolean=False)])
        assert the(meeting).hidden is HiddenFrom.FAMILIES
        invited = meeting | {"participant": [taking_part("RelatedPerson/mere")]}
        assert the(relative(), invited).hidden is HiddenFrom.NOBODY
        assert the(event(extension=[extension("tddui-patient-present", valueBoolean=True)])).hidden is HiddenFrom.NOBODY

    def test_the_establishment_s_own_housekeeping_is_not_either(self) -> None:
        assert the(event(type=[concept(SERAFIN, "3.1.4.2")])).hidden is HiddenFrom.FAMILIES
        assert the(event(type=[concept(SERAFIN, "3.2.2.1")])).hidden is HiddenFrom.NOBODY
