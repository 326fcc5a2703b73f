"""What a family answers a rendez-vous, as the DUI may keep it: FHIR R4 ``AppointmentResponse``.

Nobody is named, and the rendez-vous neither: it is told by the identifier under which the DUI sent it, be it an
``Appointment`` or an ``Encounter``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fhir.resources.R4B import get_fhir_model_class

from portal.connectors.dui.consent import CONTACT, PATIENT, URI, Somebody
from portal.connectors.dui.keys import LOCAL

EVENT = "https://identifiant-medicosocial-evenement.esante.gouv.fr"
ACCEPTED, DECLINED = "accepted", "declined"
OTHER_MOMENT = "Demande un autre moment."
"""Written before the person's own words: R4 has no code for it."""


@dataclass(frozen=True, slots=True)
class Response:
    """What is to be told. ``starts_at``: the hour that was answered; the DUI sees when it has moved since."""

    id: UUID
    event_key: str
    patient_key: str
    by: Somebody
    comes: bool
    starts_at: datetime
    other_moment: bool = False
    reason: str = ""


def appointment_response(said: Response) -> dict[str, Any]:
    """The resource, checked against R4. The same identifier for every answer of one person: the DUI updates one."""
    made: dict[str, Any] = {
        "resourceType": "AppointmentResponse",
        "identifier": [{"system": URI, "value": said.id.urn}],
        "appointment": {"identifier": event_identifier(said.event_key)},
        "start": said.starts_at.isoformat(timespec="seconds"),
        "actor": person(said.by, said.patient_key),
        "participantStatus": ACCEPTED if said.comes else DECLINED,
    }
    if comment := " ".join(part for part in (OTHER_MOMENT if said.other_moment else "", said.reason) if part):
        made["comment"] = comment
    get_fhir_model_class("AppointmentResponse").model_validate(made | {"end": made["start"]})
    return made


def transaction(resource: dict[str, Any]) -> dict[str, Any]:
    """A bundle that puts one resource of ours, however often it is received: a conditional update on its identifier."""
    urn = resource["identifier"][0]["value"]
    made = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": urn,
                "resource": resource,
                "request": {"method": "PUT", "url": f"{resource['resourceType']}?identifier={URI}|{urn}"},
            }
        ],
    }
    get_fhir_model_class("Bundle").model_validate(made)
    return made


def event_identifier(key: str) -> dict[str, str]:
    """A key of an event (``keys.business_key``) as the identifier it came from."""
    if LOCAL.fullmatch(key):
        return {"system": EVENT, "value": key}
    system, _, value = key.rpartition("|")
    return {"system": system, "value": value} if system else {"value": value}


def patient(key: str) -> dict[str, Any]:
    """The young person, by the identifier the DUI gave."""
    return {"type": "Patient", "identifier": {"system": PATIENT, "value": key}}


def person(one: Somebody, patient_key: str) -> dict[str, Any]:
    """Somebody of the family, by the DUI's identifier where it has one, else by ours."""
    if one.young:
        return patient(patient_key)
    known = {"system": CONTACT, "value": one.relative_key} if one.relative_key else {"system": URI, "value": one.id.urn}
    return {"type": "RelatedPerson", "identifier": known}
