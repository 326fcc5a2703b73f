"""Every published example, as the command line imports it: taken whole, or refused for the right reason.

A lone resource refers to a patient that is not in its file: taking it would mean a dossier about nobody.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from portal.connectors.dui.bundle import wrap
from portal.connectors.dui.mapping import understand
from portal.connectors.dui.opening import open_message
from portal.connectors.dui.records import EventStatus, Message, PersonKind
from portal.connectors.dui.references import Known
from portal.connectors.dui.refusal import Refused
from tests.connectors.dui.writing import FINESS, bundle, codes, raw

OURS = Path(__file__).parents[2] / "data" / "fhir"
THEIRS = Path(__file__).parents[4] / "shared" / "data" / "fhir"

NOBODY = "unresolved-reference"
TABLE: dict[str, list[tuple[str, str]] | None] = {
    # taken whole
    "tddui-Bundle-pp-ime.json": None,
    "tddui-Organization.json": None,
    "tddui-Patient-INS.json": None,
    "tddui-PractitionerRole.json": None,
    "gap-Schedule.json": None,  # the agenda of a professional: nothing to keep
    # refused: the young person stands nowhere
    "tddui-Encounter-evenement.json": [(NOBODY, "subject")],
    "tddui-Goal-attente-famille.json": [(NOBODY, "extension[0].valueReference"), (NOBODY, "subject")],
    "tddui-Observation-repas.json": [(NOBODY, "subject")],
    "tddui-RelatedPerson-contact.json": [(NOBODY, "patient")],
    "frcore-RelatedPerson-mere.json": [(NOBODY, "patient")],
    "frcore-Condition.json": [(NOBODY, "subject")],
    "cds-CareTeam.json": [(NOBODY, "subject")],
    "gap-Appointment-proposed.json": [(NOBODY, "extension[0].valueReference"), (NOBODY, "participant[0].actor")],
    "pdsm-DocumentReference-comprehensive.json": [(NOBODY, "subject"), (NOBODY, "context.sourcePatientInfo")],
    "pdsm-List-submissionset.json": [(NOBODY, "subject")],
    "sdo-Consent.json": [("about-nobody", "")],
    "tde-AuditEvent.json": [("about-nobody", "")],
    # refused: who the patient is cannot be told
    "pdsm-Bundle-ITI-65-composed.json": [("no-identifier", "identifier")],
    "CDA_TDDUI_Exemple_v1.0.1.xml": [("unknown-ins", "identifier")],
    # refused: « Hello world » is no CDA
    "tddui-cda-Bundle.json": [("not-a-cda", "content[0].attachment.data")],
}
NOT_A_MESSAGE = {"document-types-jdv-j07.tsv", "README.md"}


def where(name: str) -> Any:
    path = OURS / name
    return path if path.exists() else THEIRS / name


def cases() -> list[Any]:
    marks = {True: (), False: (pytest.mark.shared,)}
    return [pytest.param(name, TABLE[name], id=name, marks=marks[(OURS / name).exists()]) for name in TABLE]


def take(text: bytes, known: Known | None = None) -> Message:
    opened = open_message(wrap(text))
    return understand(opened, known or Known(), client="DUI", finess=opened.finess({FINESS}), zone="Europe/Paris")


@pytest.mark.parametrize(("name", "expected"), cases())
def test_a_published_example(name: str, expected: list[tuple[str, str]] | None) -> None:
    try:
        take(where(name).read_bytes())
        found = None
    except Refused as refused:
        found = [(issue.code, issue.path.partition("].resource")[2].lstrip(".")) for issue in refused.issues]
    assert found == expected


@pytest.mark.shared
def test_no_published_example_is_left_out() -> None:
    assert {path.name for path in THEIRS.iterdir()} - NOT_A_MESSAGE == set(TABLE)


@pytest.mark.shared
def test_the_ime_bundle_is_taken_whole_with_its_warnings() -> None:
    message = take(where("tddui-Bundle-pp-ime.json").read_bytes())
    assert [(one.key, one.given_name, one.family_name) for one in message.dossiers] == [
        (f"3{FINESS}/123456", "Hugo", "D.")
    ]
    assert sorted((one.resource_type, one.category) for one in message.kept) == [
        ("CarePlan", "plan"),
        ("Consent", "plan"),
        ("Goal", "plan"),
        ("Goal", "plan"),
        ("Task", "plan"),
        ("Task", "plan"),
    ]
    assert {one.dossier for one in message.kept} == {f"3{FINESS}/123456"}
    assert sorted((one.code, one.path) for one in message.warnings) == [
        ("keyed-by-content", "Bundle.entry[1].resource"),
        ("no-timestamp", "Bundle.timestamp"),
        ("unknown-professional", "Bundle.entry[1].resource.performer[0]"),
    ]


@pytest.mark.shared
def test_the_published_event_with_its_neighbours_is_what_a_family_may_read() -> None:
    names = ("tddui-Patient-INS.json", "tddui-Organization.json", "tddui-Encounter-evenement.json")
    resources = [json.loads(where(name).read_text()) for name in names]
    message = take(raw(bundle(*resources)))
    (event,) = message.events
    assert (event.category, event.nature, event.kind) == ("appointments", "health", "nurse")
    assert (event.title, event.state) == ("Visite à domicile pour soins infirmier.", EventStatus.DONE)
    assert [(one.kind, one.name) for one in event.people] == [(PersonKind.PROFESSIONAL, "")]
    assert "douche" not in repr(message.events)
    assert "hanche" not in repr(message.events)
    assert {"unknown-professional", "unknown-place"} <= set(codes(message))


@pytest.mark.shared
def test_the_documents_example_is_taken_when_its_patient_has_an_identifier() -> None:
    message = json.loads(where("pdsm-Bundle-ITI-65-composed.json").read_text())
    patient = next(entry["resource"] for entry in message["entry"] if entry["resource"]["resourceType"] == "Patient")
    patient["identifier"] = [{"value": f"3{FINESS}/1"}]
    found = take(raw(message))
    assert sorted(one.resource_type for one in found.kept) == ["DocumentReference", "List"]
    assert not {"attachment-hash", "attachment-size", "attachment-elsewhere"} & set(codes(found)), "they are right"


@pytest.mark.shared
@pytest.mark.parametrize("name", ["frcore-RelatedPerson-mere.json", "cds-CareTeam.json", "frcore-Condition.json"])
def test_a_lone_resource_is_taken_once_its_patient_is_known(name: str) -> None:
    resource = json.loads(where(name).read_text())
    reference = (resource.get("subject") or resource["patient"])["reference"]
    key = f"3{FINESS}/1"
    message = take(raw(resource), Known(references={reference: (key, key)}, dossiers=frozenset({key})))
    assert message.dossier_keys or message.teams == ((key, message.teams[0][1]),)
