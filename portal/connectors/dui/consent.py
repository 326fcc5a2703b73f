"""An agreement, or an act granted, as the DUI keeps it: FHIR R4 ``Consent`` (TDDUI ``consent-accord``).

Nobody is named: the young person and those close to them by the identifiers the DUI gave us, anybody else by ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fhir.resources.R4B import get_fhir_model_class

PROFILE = "https://interop.esante.gouv.fr/ig/fhir/tddui/StructureDefinition/tddui-consent-accord"
PATIENT = "https://identifiant-medicosocial-localusager.esante.gouv.fr"
CONTACT = "https://identifiant-medicosocial-contact.esante.gouv.fr"
FINESS = "https://finess.esante.gouv.fr"
URI = "urn:ietf:rfc:3986"
RUBRIC, ACT = "urn:relie:rubrique", "urn:relie:acte"
ROLE = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
AUTHORITY = "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000006070721"
"""The Code civil: under which the accord is given."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """``relative_key``: the DUI's identifier of a RelatedPerson; "" when it knows none. ``young``: the young person."""

    id: UUID
    relative_key: str = ""
    young: bool = False


@dataclass(frozen=True, slots=True)
class Accord:
    """What is to be told. ``codes``: rubrics shared with ``to``, or one act (then ``to`` is empty)."""

    id: UUID
    active: bool
    patient_key: str
    finess: str
    said_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    given_by: Sequence[Somebody]
    to: Sequence[Somebody]
    codes: Sequence[str]
    system: str = RUBRIC


def consent(accord: Accord) -> dict[str, Any]:
    """The resource, checked against R4. The same identifier for the accord and for its end: the DUI updates one."""
    made: dict[str, Any] = {
        "resourceType": "Consent",
        "meta": {"profile": [PROFILE]},
        "identifier": [{"system": URI, "value": accord.id.urn}],
        "status": "active" if accord.active else "inactive",
        "scope": _coded("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
        "category": [_coded("http://loinc.org", "59284-0")],
        "patient": _patient(accord),
        "dateTime": accord.said_at.isoformat(timespec="seconds"),
        "performer": [_reference(accord, one) for one in accord.given_by],
        "organization": [{"identifier": {"system": FINESS, "value": accord.finess}}],
        "policy": [{"authority": AUTHORITY}],
        "provision": _provision(accord),
    }
    get_fhir_model_class("Consent").model_validate(made)
    return made


def transaction(accord: Accord) -> dict[str, Any]:
    """A bundle that puts it, however often it is received: a conditional update on our identifier."""
    made = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": accord.id.urn,
                "resource": consent(accord),
                "request": {"method": "PUT", "url": f"Consent?identifier={URI}|{accord.id.urn}"},
            }
        ],
    }
    get_fhir_model_class("Bundle").model_validate(made)
    return made


def _provision(accord: Accord) -> dict[str, Any]:
    period = {"start": accord.starts_at.isoformat(timespec="seconds")}
    if accord.ends_at is not None:
        period["end"] = accord.ends_at.isoformat(timespec="seconds")
    said: dict[str, Any] = {
        "type": "permit",
        "period": period,
        "code": [_coded(accord.system, code) for code in accord.codes],
    }
    if accord.to:
        said["actor"] = [{"role": _coded(ROLE, "IRCP"), "reference": _reference(accord, one)} for one in accord.to]
    return said


def _patient(accord: Accord) -> dict[str, Any]:
    return {"type": "Patient", "identifier": {"system": PATIENT, "value": accord.patient_key}}


def _reference(accord: Accord, one: Somebody) -> dict[str, Any]:
    if one.young:
        return _patient(accord)
    known = {"system": CONTACT, "value": one.relative_key} if one.relative_key else {"system": URI, "value": one.id.urn}
    return {"type": "RelatedPerson", "identifier": known}


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}
