"""An absence a family announced, as the DUI may keep it: FHIR R4 ``Slot`` (TDDUI ``presence-absence``).

The kind and reason are the tables our own reception reads (TRE_R423, TRE_R424). Nobody is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fhir.resources.R4B import get_fhir_model_class

from portal.connectors.dui.consent import URI
from portal.connectors.dui.response import patient
from portal.connectors.dui.stays import ABSENT, PERSONAL_REASONS

KIND = "https://mos.esante.gouv.fr/NOS/TRE_R423-TypePresenceAbsence/FHIR/TRE-R423-TypePresenceAbsence"
REASON = "https://mos.esante.gouv.fr/NOS/TRE_R424-MotifAbsence/FHIR/TRE-R424-MotifAbsence"
SAID = "Annoncée par la famille sur le portail."


@dataclass(frozen=True, slots=True)
class Announced:
    """What is to be told; ``withdrawn``: it no longer is."""

    id: UUID
    patient_key: str
    starts_at: datetime
    ends_at: datetime
    withdrawn: bool
    note: str = ""


def slot(said: Announced) -> dict[str, Any]:
    """The resource, checked against R4. Under the same identifier for an announcement and its withdrawal."""
    made: dict[str, Any] = {
        "resourceType": "Slot",
        "identifier": [{"system": URI, "value": said.id.urn}],
        "contained": [{"resourceType": "Schedule", "id": "agenda", "actor": [patient(said.patient_key)]}],
        "schedule": {"reference": "#agenda"},
        "serviceType": [{"coding": [{"system": KIND, "code": ABSENT}]}],
        "appointmentType": {"coding": [{"system": REASON, "code": PERSONAL_REASONS}]},
        "status": "entered-in-error" if said.withdrawn else "busy-unavailable",
        "start": said.starts_at.isoformat(timespec="seconds"),
        "end": said.ends_at.isoformat(timespec="seconds"),
        "comment": " ".join(part for part in (SAID, said.note) if part),
    }
    get_fhir_model_class("Slot").model_validate(made)
    return made
