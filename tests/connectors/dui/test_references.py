"""Whose each thing is, and what a reference leads to. Two dossiers never mix."""

from __future__ import annotations

from typing import Any

import pytest

from portal.connectors.dui.references import Known, normal
from tests.connectors.dui.writing import (
    FINESS,
    HUGO,
    INS,
    ZOE,
    appointment,
    bundle,
    codes,
    event,
    extension,
    patient,
    practitioner,
    read,
    read_bundle,
    refusal,
    relative,
    schedule,
    slot,
)

ENTRY = "Bundle.entry[{}].resource."


def about(reference: Any) -> Any:
    return event(subject=reference if isinstance(reference, dict) else {"reference": reference})


def addressed(full_url: str, resource: Any) -> Any:
    return {"fullUrl": full_url, "resource": resource, "request": {"method": "POST", "url": "TDDUIPatient"}}


@pytest.mark.parametrize(
    ("full_url", "reference"),
    [
        ("https://dui.example/fhir/Patient/123456", "Patient/123456"),
        ("https://dui.example/fhir/Patient/123456", "https://dui.example/fhir/Patient/123456"),
        ("https://dui.example/fhir/Patient/123456", "Patient/123456/_history/3"),
        ("urn:uuid:0aa4f1b2-6a0e-4c1e-9d55-4a4b7d2a1111", "urn:uuid:0aa4f1b2-6a0e-4c1e-9d55-4a4b7d2a1111"),
        ("urn:uuid:0aa4f1b2-6a0e-4c1e-9d55-4a4b7d2a1111", "Patient/123456"),
        ("", "https://another.example/Patient/123456"),
        ("", {"identifier": {"value": HUGO}}),
        ("", {"type": "Patient", "identifier": {"value": HUGO}, "display": "Hugo"}),
    ],
)
def test_the_young_person_is_found_however_the_sender_refers_to_them(full_url: str, reference: Any) -> None:
    message = read(addressed(full_url, patient()), about(reference))
    assert [one.dossier for one in message.events] == [HUGO]


def test_a_contained_patient_is_the_one_of_the_message() -> None:
    contained = event(subject={"reference": "#p"}, contained=[patient() | {"id": "p"}])
    assert [one.dossier for one in read(patient(), contained).events] == [HUGO]


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/999",
        "urn:uuid:0aa4f1b2-6a0e-4c1e-9d55-4a4b7d2a1111",
        "#nobody",
        {"type": "Patient", "identifier": {"value": ZOE}},
        {"display": "Hugo"},
    ],
)
def test_a_reference_to_nobody_refuses_the_message(reference: Any) -> None:
    (code, path), *_ = refusal(patient(), about(reference))
    assert code in {"unresolved-reference", "about-nobody"}
    assert path.startswith("Bundle.entry[1].resource")


def test_a_plan_or_a_goal_that_is_nowhere_refuses_the_message() -> None:
    goal = {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": "Lire"},
        "subject": {"reference": "Patient/123456"},
        "extension": [extension("tddui-careplan-reference", valueReference={"reference": "CarePlan/7"})],
    }
    assert refusal(patient(), goal) == [("unresolved-reference", ENTRY.format(1) + "extension[0].valueReference")]
    known = Known(references={"CarePlan/7": (f"{HUGO}-PPER-1", HUGO)})
    assert [one.resource_type for one in read(patient(), goal, known=known).kept] == ["Goal"]


def test_a_logical_reference_to_somebody_unknown_refuses_or_warns_like_any_other() -> None:
    goal = {"type": "Goal", "identifier": {"value": f"{HUGO}-OBJE-1"}}
    assert refusal(patient(), event(reasonReference=[goal])) == [
        ("unresolved-reference", ENTRY.format(1) + "reasonReference[0]")
    ]
    doctor = {"individual": {"type": "Practitioner", "identifier": {"value": "10101"}, "display": "Dr Paul"}}
    message = read(patient(), event(participant=[doctor]), event("E2", participant=[doctor]))
    assert {one.name for found in message.events for one in found.people} == {"Dr Paul"}
    assert codes(message) == ["unknown-professional"]
    known = read(
        patient(), practitioner(), event(participant=[{"individual": {"identifier": {"value": "3480787529/10101"}}}])
    )
    assert [one.name for one in known.events[0].people] == ["Claire Martin"]


def test_a_later_message_may_speak_of_a_young_person_already_known() -> None:
    known = Known(references={"Patient/123456": (HUGO, HUGO)}, dossiers=frozenset({HUGO}))
    assert [one.dossier for one in read(event(), known=known).events] == [HUGO]
    by_identifier = event(subject={"identifier": {"value": HUGO}})
    assert [one.dossier for one in read(by_identifier, known=known).events] == [HUGO]


def test_two_entries_under_one_name_make_a_reference_ambiguous() -> None:
    twins = patient(), patient(ZOE) | {"id": "123456"}
    assert refusal(*twins, event())[0] == ("ambiguous-reference", ENTRY.format(2) + "subject")


def test_a_goal_of_one_child_under_the_plan_of_another_is_refused() -> None:
    plan = {"resourceType": "CarePlan", "id": "7", "status": "active", "intent": "plan"}
    plan |= {"identifier": [{"value": f"{ZOE}-PPER-1"}], "subject": {"reference": "Patient/654321"}}
    task = {"resourceType": "Task", "status": "requested", "intent": "plan", "basedOn": [{"reference": "CarePlan/7"}]}
    crossing = task | {"for": {"reference": "Patient/123456"}}
    assert refusal(patient(), patient(ZOE), plan, crossing)[0][0] == "crosses-dossiers"
    message = read(patient(), patient(ZOE), plan, task)
    assert {(one.resource_type, one.dossier) for one in message.kept} == {("CarePlan", ZOE), ("Task", ZOE)}


def test_a_consent_that_names_nobody_belongs_to_the_plan_that_refers_to_it() -> None:
    consent = {"resourceType": "Consent", "id": "c", "status": "active", "category": [{"text": "accord"}]}
    consent |= {"scope": {"text": "privacy"}, "policy": [{"authority": "https://www.cnsa.fr/"}]}
    plan = {"resourceType": "CarePlan", "id": "7", "status": "active", "intent": "plan"}
    plan |= {"subject": {"reference": "Patient/123456"}, "supportingInfo": [{"reference": "Consent/c"}]}
    message = read(patient(), consent, plan | {"identifier": [{"value": f"{HUGO}-PPER-12"}]})
    kept = next(one for one in message.kept if one.resource_type == "Consent")
    assert kept.dossier == HUGO
    assert kept.key.startswith(f"{HUGO}-PPER-12#Consent:")
    assert "keyed-by-content" in codes(message)
    assert refusal(patient(), consent)[0][0] == "about-nobody"


def test_what_is_about_nobody_is_refused() -> None:
    audit = {"resourceType": "Condition", "subject": {"display": "?"}}
    assert refusal(patient(), audit)[0] == ("about-nobody", "Bundle.entry[1].resource")


def test_an_event_of_a_group_is_one_event_for_each_of_them() -> None:
    group = {"resourceType": "Group", "id": "g", "type": "person", "actual": True}
    group |= {"member": [{"entity": {"reference": "Patient/123456"}}, {"entity": {"reference": "Patient/654321"}}]}
    message = read(patient(), patient(ZOE), group, about("Group/g"))
    assert {(one.dossier, one.key) for one in message.events} == {(who, f"{HUGO}-EVN-1") for who in (HUGO, ZOE)}


def test_a_document_about_two_children_is_refused() -> None:
    document = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": "Group/g"},
    }
    group = {"resourceType": "Group", "id": "g", "type": "person", "actual": True}
    group |= {"member": [{"entity": {"reference": "Patient/123456"}}, {"entity": {"reference": "Patient/654321"}}]}
    assert refusal(patient(), patient(ZOE), group, document)[0][0] == "about-several"


def test_slots_are_whose_the_schedule_is() -> None:
    night = slot("2026-11-19T20:00:00+01:00", "2026-11-20T08:00:00+01:00")
    assert [one.dossier for one in read(patient(), schedule(), night).presences] == [HUGO]


def test_the_agenda_of_a_professional_is_left_alone() -> None:
    agenda = {"resourceType": "Schedule", "id": "agenda", "actor": [{"reference": "Practitioner/1"}]}
    message = read(agenda, slot("2026-11-19T08:00:00+01:00", "2026-11-19T09:00:00+01:00"))
    assert message.presences == ()
    assert "agenda-of-professional" in codes(message)


def test_a_chain_of_ten_thousand_parents_is_followed_without_falling() -> None:
    chain = [event(f"E{n}", partOf={"reference": f"Encounter/e{n + 1}"}) for n in range(10_000)]
    for link in chain[:-1]:
        del link["subject"]
    chain[-1].pop("partOf")
    assert {one.dossier for one in read(patient(), *chain).events} == {HUGO}


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Patient/1", "Patient/1"),
        ("https://a.example/fhir/Patient/1/_history/2", "Patient/1"),
        ("urn:uuid:1", ""),
        ("#1", ""),
        ("Patient/", ""),
        ("Patient/a b", ""),
        ("patient/1", ""),
    ],
)
def test_a_reference_has_one_plain_name(reference: str, expected: str) -> None:
    assert normal(reference) == expected


class TestEstablishment:
    """A message speaks for one establishment, that its sender may write."""

    OTHER = "750000001"

    def organisation(self, finess: str, id_: str = "o") -> Any:
        return {
            "resourceType": "Organization",
            "id": id_,
            "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": f"1{finess}"}],
        }

    @pytest.mark.parametrize("finess", ["750000001", "2A0000018"])
    def test_an_identifier_of_another_establishment_is_refused(self, finess: str) -> None:
        stranger = patient(f"3{finess}/1")
        assert refusal(patient(), stranger) == [("wrong-establishment", ENTRY.format(1) + "identifier[0].value")]
        theirs = event(identifier=[{"value": f"3{finess}/123456-EVN-1"}])
        assert refusal(patient(), theirs)[0][0] == "wrong-establishment"

    def test_another_establishment_may_not_serve(self) -> None:
        served = event(serviceProvider={"reference": "Organization/o"})
        assert refusal(patient(), self.organisation(self.OTHER), served)[0][0] == "wrong-establishment"
        assert read(patient(), self.organisation(FINESS), served).events

    def test_an_organisation_that_nothing_names_speaks_for_itself(self) -> None:
        assert refusal(patient(), self.organisation(self.OTHER))[0][0] == "wrong-establishment"

    def test_another_establishment_may_be_where_somebody_came_from_or_works(self) -> None:
        came = event(hospitalization={"origin": {"reference": "Organization/o"}})
        assert read(patient(), self.organisation(self.OTHER), came).events
        role = {"resourceType": "PractitionerRole", "organization": {"reference": "Organization/o"}}
        assert read(patient(), self.organisation(self.OTHER), role).dossiers

    def test_a_message_that_names_none_is_that_of_a_sender_with_one(self) -> None:
        role = practitioner(identifier=[{"system": "https://rpps.esante.gouv.fr", "value": "10101"}])
        assert read(role).finess == FINESS

    def test_a_sender_with_several_must_say_which(self) -> None:
        from portal.connectors.dui.opening import open_message
        from portal.connectors.dui.refusal import Refused
        from tests.connectors.dui.writing import raw

        scope = {FINESS, self.OTHER}
        both = open_message(raw(bundle(patient(), patient(f"3{self.OTHER}/1"))))
        with pytest.raises(Refused, match="several-establishments"):
            both.finess(scope)
        nothing = open_message(raw(bundle(practitioner(identifier=[{"value": "1"}]))))
        with pytest.raises(Refused, match="no-establishment"):
            nothing.finess(scope)
        assert open_message(raw(bundle(patient()))).finess(scope) == FINESS


QUALIFIED = {
    "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability",
    "extension": [
        {"url": "identityStatus", "valueCoding": {"system": "https://hl7.fr/…/fr-core-cs-v2-0445", "code": "VALI"}}
    ],
}


class TestIdentity:
    """Who a Patient is."""

    NUMBER = "114097500000112"

    def ins_only(self, **changes: Any) -> Any:
        return patient(identifier=[{"system": INS, "value": self.NUMBER}], extension=[QUALIFIED]) | changes

    def test_an_ins_recognises_a_dossier_already_held(self) -> None:
        known = Known(ins={self.NUMBER: HUGO}, dossiers=frozenset({HUGO}))
        message = read(self.ins_only(), event(), known=known)
        assert [(one.key, one.ins) for one in message.dossiers] == [(HUGO, self.NUMBER)]
        assert [one.dossier for one in message.events] == [HUGO]

    def test_an_ins_alone_opens_no_dossier(self) -> None:
        assert refusal(self.ins_only()) == [("unknown-ins", ENTRY.format(0) + "identifier")]

    @pytest.mark.parametrize("status", ["PROV", "VIDE", "DOUTE"])
    def test_an_ins_nobody_qualified_recognises_nobody(self, status: str) -> None:
        extension_ = {
            "url": QUALIFIED["url"],
            "extension": [{"url": "identityStatus", "valueCoding": {"code": status}}],
        }
        known = Known(ins={self.NUMBER: HUGO}, dossiers=frozenset({HUGO}))
        assert refusal(self.ins_only(extension=[extension_]), known=known)[0][0] == "no-identifier"

    def test_an_ins_nobody_qualified_is_not_kept(self) -> None:
        both = patient()["identifier"] + [{"system": INS, "value": self.NUMBER}]
        message = read(patient(identifier=both))
        assert message.dossiers[0].ins is None
        assert "ins-not-qualified" in codes(message)
        assert self.NUMBER not in repr(message)

    @pytest.mark.parametrize("part", ["identityStatus", "identityReliability"])
    def test_both_ways_of_saying_that_an_identity_is_qualified_are_read(self, part: str) -> None:
        concept = {"coding": [{"system": "http://interopsante.org/CodeSystem/v2-0445", "code": "VALI"}]}
        other = {"url": "http://interopsante.org/fhir/fr-core-identity-reliability"}
        other |= {"extension": [{"url": part, "valueCodeableConcept": concept}]}
        both = patient()["identifier"] + [{"system": INS, "value": self.NUMBER}]
        assert read(patient(identifier=both, extension=[other])).dossiers[0].ins == self.NUMBER

    @pytest.mark.parametrize("system", [f"{INS}0", "urn:oid:1.2.250.1.213.1.4.11"])
    def test_a_test_number_recognises_nobody(self, system: str) -> None:
        known = Known(ins={self.NUMBER: HUGO})
        assert (
            refusal(self.ins_only(identifier=[{"system": system, "value": self.NUMBER}]), known=known)[0][0]
            == "no-identifier"
        )

    def test_one_number_for_two_dossiers_is_a_mistaken_identity(self) -> None:
        both = patient()["identifier"] + [{"system": INS, "value": self.NUMBER}]
        known = Known(ins={self.NUMBER: ZOE}, dossiers=frozenset({ZOE}))
        assert refusal(patient(identifier=both, extension=[QUALIFIED]), known=known)[0][0] == "ins-of-another"
        hers = patient(ZOE)["identifier"] + [{"system": INS, "value": self.NUMBER}]
        two = [patient(identifier=both), patient(ZOE, identifier=hers)]
        assert refusal(*[one | {"extension": [QUALIFIED]} for one in two])[0][0] == "ins-of-another"

    def test_a_relative_s_national_number_is_no_key_and_yet_keeps_them_the_same(self) -> None:
        numbered = relative(identifier=[{"system": INS, "value": self.NUMBER}])
        message = read(patient(), numbered)
        assert self.NUMBER not in repr(message)
        assert message.relatives[0].key.startswith(f"{HUGO}#RelatedPerson:")
        assert "keyed-by-content" not in codes(message)
        moved = numbered | {"telecom": [], "name": [{"family": "Petit"}]}
        assert read(patient(), moved).relatives[0].key == message.relatives[0].key
        also = relative(identifier=[{"system": INS, "value": self.NUMBER}, {"system": "urn:x", "value": "7"}])
        assert read(patient(), also).relatives[0].key == "urn:x|7"

    def test_nobody_is_a_dossier_without_any_number(self) -> None:
        assert refusal(patient(identifier=[]) | {"identifier": [{"value": "42"}]})[0][0] == "no-identifier"

    @pytest.mark.parametrize("born", [None, "2014", "2014-09"])
    def test_a_new_dossier_needs_a_whole_birth_date(self, born: str | None) -> None:
        someone = {name: value for name, value in patient(birthDate=born).items() if value is not None}
        assert refusal(someone) == [("no-birth-date", ENTRY.format(0) + "birthDate")]
        assert read(someone, known=Known(dossiers=frozenset({HUGO}))).dossiers[0].birth_date is None

    def test_the_same_child_twice_with_different_words_is_refused(self) -> None:
        other = patient(birthDate="2015-01-01") | {"id": "bis"}
        assert refusal(patient(), other) == [("duplicate-key", "Bundle.entry[1].resource")]
        assert len(read(patient(), patient() | {"id": "bis"}).dossiers) == 1

    def test_an_identifier_as_long_as_a_page_is_none(self) -> None:
        assert refusal(patient(), event(identifier=[{"value": "x" * 401}]))[0][0] == "identifier-too-long"


def test_a_relative_of_another_child_keeps_no_link_to_this_one() -> None:
    theirs = relative("tante", about="654321")
    meeting = appointment(
        participant=[
            {"actor": {"reference": "Patient/123456"}, "status": "accepted"},
            {"actor": {"reference": "RelatedPerson/tante"}, "status": "accepted"},
        ]
    )
    message = read(patient(), patient(ZOE), theirs, meeting)
    assert [(one.name, one.relative) for one in message.events[0].people] == [("", None)]
    assert "unknown-relative" in codes(message)


def test_a_message_found_whole_is_found_the_same_again() -> None:
    message = bundle(patient(), event(), relative(), practitioner())
    assert read_bundle(message) == read_bundle(message)
