"""FHIR as a French DUI writes it: names of systems and profiles, and the few shapes that repeat."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from portal.demo.house import FINESS

Json = dict[str, Any]

TDDUI = "https://interop.esante.gouv.fr/ig/fhir/tddui"
MOS = "https://mos.esante.gouv.fr/NOS"
SMT = "https://smt.esante.gouv.fr"
CISIS = f"{SMT}/fhir/CodeSystem/terminologie-cisis"
SERAFIN = f"{SMT}/terminologie-SERAFINPH"
R216 = f"{MOS}/TRE_R216-HL7RoleCode/FHIR/TRE-R216-HL7RoleCode"
R217 = f"{MOS}/TRE_R217-ProtectionJuridique/FHIR/TRE-R217-ProtectionJuridique"
R260 = f"{MOS}/TRE_R260-HL7RoleClass/FHIR/TRE-R260-HL7RoleClass"
R85 = f"{MOS}/TRE_R85-RolePriseCharge/FHIR/TRE-R85-RolePriseCharge"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
SERVER = "https://dui.ambreuse.invalid/fhir"
URNS = UUID("8b0b4a52-6c5a-5f0e-8f0c-0f8f0a4f7f11")


def system(word: str) -> str:
    """System of the business identifiers of one kind of thing."""
    return f"https://identifiant-medicosocial-{word}.esante.gouv.fr"


def concept(system_: str, code: str, display: str = "") -> Json:
    """A CodeableConcept with one coding."""
    coding = {"system": system_, "code": code}
    return {"coding": [coding | {"display": display} if display else coding]}


def extension(name: str, **value: Any) -> Json:
    """An extension of the DUI guide, such as ``extension("tddui-event-label", valueString="Piscine")``."""
    return {"url": f"{TDDUI}/StructureDefinition/{name}", **value}


def identifier(word: str, value: str) -> list[Json]:
    """The business identifier of a thing."""
    return [{"system": system(word), "value": value}]


def slug(key: str) -> str:
    """A resource id made from a business key: letters, digits, dots and hyphens, at most 64."""
    return key.replace("/", "-").lower()[:64]


def moment(at: datetime) -> str:
    """With its offset, as DUIs write it."""
    return at.isoformat(timespec="seconds")


class Message:
    """One transaction being written. ``urns`` chooses how resources refer to each other, as real senders differ."""

    def __init__(self, *, urns: bool) -> None:
        self.urns = urns
        self.entries: list[Json] = []
        self._known: set[str] = set()

    def ref(self, type_: str, key: str) -> str:
        """How this message refers to a thing."""
        name = f"{type_}/{slug(key)}"
        return f"urn:uuid:{uuid5(URNS, name)}" if self.urns else name

    def reference(self, type_: str, key: str, **more: Any) -> Json:
        return {"reference": self.ref(type_, key), **more}

    def add(self, type_: str, key: str, profile: str, **content: Any) -> None:
        """Add a resource once; the address asked for is a profile's name, as real senders write it."""
        name = f"{type_}/{slug(key)}"
        if name in self._known:
            return
        self._known.add(name)
        meta: Json = {"profile": [f"{TDDUI}/StructureDefinition/{profile}"]} | content.pop("meta", {})
        resource = {"resourceType": type_, "id": slug(key), "meta": meta, **content}
        full_url = self.ref(type_, key) if self.urns else f"{SERVER}/{name}"
        url = "".join(part.capitalize() for part in profile.split("-")).replace("Tddui", "TDDUI")
        self.entries.append({"fullUrl": full_url, "resource": resource, "request": {"method": "POST", "url": url}})

    def bundle(self, sent_at: datetime, key: str) -> Json:
        """The whole message."""
        return {
            "resourceType": "Bundle",
            "id": slug(f"{key}-{sent_at:%Y%m%d%H%M}"),
            "meta": {"profile": [f"{TDDUI}/StructureDefinition/tddui-bundle"]},
            "type": "transaction",
            "timestamp": moment(sent_at),
            "entry": self.entries,
        }


ORGANISATION = f"1{FINESS}"
