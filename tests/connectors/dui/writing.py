"""Writes DUI messages for tests, as short as a sentence: ``bundle(patient(), event("EVN-1"))``."""

from __future__ import annotations

import json
from typing import Any

from portal.connectors.dui.mapping import understand
from portal.connectors.dui.opening import open_message
from portal.connectors.dui.records import Message
from portal.connectors.dui.references import Known
from portal.connectors.dui.refusal import Refused

FINESS = "480787529"
HUGO = f"3{FINESS}/123456"
ZOE = f"3{FINESS}/654321"
PARIS = "Europe/Paris"

TDDUI = "https://interop.esante.gouv.fr/ig/fhir/tddui/StructureDefinition/"
MOS = "https://mos.esante.gouv.fr/NOS/"
SERAFIN = "https://smt.esante.gouv.fr/terminologie-SERAFINPH"
CISIS = "https://smt.esante.gouv.fr/fhir/CodeSystem/terminologie-cisis"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
R423 = "https://smt.esante.gouv.fr/fhir/CodeSystem/tre-r423-type-presence-absence"
R424 = "https://smt.esante.gouv.fr/fhir/CodeSystem/tre-r424-motif-absence"
INS = "urn:oid:1.2.250.1.213.1.4.8"

Json = dict[str, Any]


def concept(system: str, code: str, display: str = "") -> Json:
    return {"coding": [{"system": system, "code": code} | ({"display": display} if display else {})]}


def extension(name: str, **value: Any) -> Json:
    return {"url": name if name.startswith("urn:") else f"{TDDUI}{name}", **value}


def patient(key: str = HUGO, **changes: Any) -> Json:
    facts = {
        "resourceType": "Patient",
        "id": key.rpartition("/")[2],
        "identifier": [{"system": "https://identifiant-medicosocial-localusager.esante.gouv.fr", "value": key}],
        "name": [{"use": "official", "family": "Durand", "given": ["Hugo"]}],
        "birthDate": "2014-09-15",
    }
    return facts | changes


def event(key: str = "EVN-1", about: str = "123456", **changes: Any) -> Json:
    """A TDDUI Encounter ``evenement``: an ordinary swimming lesson of a Thursday."""
    facts = {
        "resourceType": "Encounter",
        "id": key.lower(),
        "meta": {"profile": [f"{TDDUI}tddui-encounter-evenement"]},
        "extension": [extension("tddui-event-label", valueString="Piscine")],
        "identifier": [{"value": f"3{FINESS}/{about}-{key}"}],
        "status": "planned",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "type": [concept(SERAFIN, "2.3.4.2")],
        "subject": {"reference": f"Patient/{about}"},
        "period": {"start": "2026-11-19T14:30:00+01:00", "end": "2026-11-19T15:30:00+01:00"},
    }
    return facts | changes


def appointment(key: str = "RDV-1", about: str = "123456", **changes: Any) -> Json:
    """A fr-core Appointment: the dentist."""
    facts = {
        "resourceType": "Appointment",
        "id": key.lower(),
        "identifier": [{"value": f"3{FINESS}/{about}-{key}"}],
        "status": "booked",
        "description": "Dentiste",
        "start": "2026-11-20T09:00:00+01:00",
        "end": "2026-11-20T09:30:00+01:00",
        "participant": [{"actor": {"reference": f"Patient/{about}"}, "status": "accepted"}],
    }
    return facts | changes


def stay(key: str = "SEJOUR-1", about: str = "123456", **changes: Any) -> Json:
    facts = {
        "resourceType": "Encounter",
        "id": key.lower(),
        "meta": {"profile": [f"{TDDUI}tddui-encounter-sejour"]},
        "identifier": [{"value": f"3{FINESS}/{about}-{key}"}],
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": f"Patient/{about}"},
        "period": {"start": "2024-09-02"},
    }
    return facts | changes


def slot(start: str, end: str, *, kind: str = "1", reason: str = "", key: str = "PA-1", **changes: Any) -> Json:
    facts: Json = {
        "resourceType": "Slot",
        "identifier": [{"value": f"{HUGO}-{key}"}],
        "serviceType": [concept(R423, kind)],
        "schedule": {"reference": "Schedule/agenda"},
        "status": "busy",
        "start": start,
        "end": end,
    }
    return facts | ({"appointmentType": concept(R424, reason)} if reason else {}) | changes


def schedule(about: str = "Patient/123456") -> Json:
    return {"resourceType": "Schedule", "id": "agenda", "actor": [{"reference": about}]}


def transport(encounter: str = "Encounter/evn-1", **changes: Any) -> Json:
    facts = {
        "resourceType": "Task",
        "meta": {"profile": [f"{TDDUI}tddui-task-transport-usager"]},
        "identifier": [{"value": f"{HUGO}-TPPat-1"}],
        "status": "requested",
        "intent": "plan",
        "encounter": {"reference": encounter},
        "executionPeriod": {"start": "2026-11-19T14:00:00+01:00", "end": "2026-11-19T14:30:00+01:00"},
        "code": concept(CISIS, "ORG-156", "Taxi"),
    }
    return facts | changes


def relative(key: str = "mere", relation: str = "MTH", about: str = "123456", **changes: Any) -> Json:
    facts = {
        "resourceType": "RelatedPerson",
        "id": key,
        "identifier": [{"value": f"3{FINESS}/{about}-{key}"}],
        "patient": {"reference": f"Patient/{about}"},
        "relationship": [concept(f"{MOS}TRE_R216-HL7RoleCode/FHIR/TRE-R216-HL7RoleCode", relation, "Mère")],
        "name": [{"family": "Durand", "given": ["Marie"]}],
        "telecom": [{"system": "phone", "value": "06 12 34 56 78", "use": "mobile"}],
    }
    return facts | changes


def practitioner(key: str = "10101", family: str = "Martin", given: str = "Claire", **changes: Any) -> Json:
    facts = {
        "resourceType": "Practitioner",
        "id": key,
        "identifier": [{"value": f"3{FINESS}/{key}"}],
        "name": [{"family": family, "given": [given]}],
        "qualification": [{"code": concept(f"{MOS}TRE_G15-ProfessionSante", "60", "Infirmier")}],
    }
    return facts | changes


def bundle(*resources: Json, sent: str | None = "2026-11-18T06:00:00+01:00", **changes: Any) -> Json:
    """A transaction of these resources. An entry is given whole when it has a ``resource``."""
    entries = [
        one
        if "resource" in one or "resourceType" not in one
        else {"resource": one, "request": {"method": "POST", "url": one["resourceType"]}}
        for one in resources
    ]
    facts = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    return facts | ({"timestamp": sent} if sent else {}) | changes


def raw(message: Any) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


def read(*resources: Json, known: Known | None = None, zone: str = PARIS, **changes: Any) -> Message:
    """The message that these resources make, understood."""
    return read_bundle(bundle(*resources, **changes), known, zone)


def read_bundle(message: Any, known: Known | None = None, zone: str = PARIS) -> Message:
    opened = open_message(raw(message))
    return understand(opened, known or Known(), client="DUI", finess=opened.finess({FINESS}), zone=zone)


def refusal(*resources: Json, known: Known | None = None, **changes: Any) -> list[tuple[str, str]]:
    """(code, path) of everything these resources are refused for."""
    return refusal_of(bundle(*resources, **changes), known)


def refusal_of(message: Any, known: Known | None = None) -> list[tuple[str, str]]:
    try:
        read_bundle(message, known)
    except Refused as refused:
        return [(issue.code, issue.path) for issue in refused.issues]
    raise AssertionError("the message was taken")


def codes(message: Message) -> list[str]:
    """Codes of a message's warnings."""
    return [issue.code for issue in message.warnings]
