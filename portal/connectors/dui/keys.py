"""Business identifiers: what stays the same from one message to the next, and which establishment it speaks for."""

from __future__ import annotations

import hashlib
import json
import re

from portal.connectors.dui.shape import Json, codings, extensions, object_, objects, text

LOCAL = re.compile(r"3(\d[0-9AB]\d{7})/(\S.*)")
"""``3+FINESS/local-id``: identifiers of the medico-social guide."""

ORGANISATION = re.compile(r"1(\d[0-9AB]\d{7})")
"""``1+FINESS`` under the national organisation OID."""

FINESS = re.compile(r"\d[0-9AB]\d{7}")
ORGANISATION_OID = "urn:oid:1.2.250.1.71.4.2.2"
FINESS_SYSTEM = "https://finess.esante.gouv.fr"

INS_SYSTEMS = frozenset({"urn:oid:1.2.250.1.213.1.4.8", "urn:oid:1.2.250.1.213.1.4.9"})
"""INS-NIR and INS-NIA. Their test and demonstration siblings (.10, .11) recognise nobody."""

NATIONAL = "urn:oid:1.2.250.1.213.1.4."
"""Every national health number, those of tests included."""

RELIABILITY = "fr-core-identity-reliability"
STATUS_NAMES = ("identityStatus", "identityReliability")
"""The guide's name, then that of fr-core 1.x; the code system has two addresses, the code says enough."""
QUALIFIED = "VALI"


def identifiers(resource: Json) -> list[tuple[str, str, str]]:
    """(system, value, path inside the resource) of each identifier, in order."""
    found = []
    for name in ("identifier", "masterIdentifier"):
        many = isinstance(resource.get(name), list)
        for index, identifier in enumerate(objects(resource, name)):
            where = f"{name}[{index}]" if many else name
            if text(identifier, "value"):
                found.append((text(identifier, "system"), text(identifier, "value"), f"{where}.value"))
    return found


def business_key(resource: Json) -> str:
    """What a resource is known by; "" without identifier. A medico-social one as it is, else the first with its system.

    « 123 » means something only inside its system. A national health number is never a key: keys are copied around.
    """
    found = [one for one in identifiers(resource) if not one[0].startswith(NATIONAL)]
    local = next((value for _, value, _ in found if LOCAL.fullmatch(value)), "")
    return local or next((f"{system}|{value}" if system else value for system, value, _ in found), "")


def national_number(resource: Json) -> str:
    """A national health number, qualified or not; "" without one. To be hashed, never kept."""
    return next((value for system, value, _ in identifiers(resource) if system.startswith(NATIONAL)), "")


def local_key(patient: Json) -> str:
    """``3+FINESS/local-id`` of a patient; "" without one."""
    return next((value for _, value, _ in identifiers(patient) if LOCAL.fullmatch(value)), "")


def finess_of(value: str) -> str:
    """The establishment a local identifier speaks for; "" when it is not one."""
    match = LOCAL.fullmatch(value)
    return match[1] if match else ""


def organisation_finess(organisation: Json) -> str:
    """The FINESS number of an Organization; "" when it gives none."""
    for system, value, _ in identifiers(organisation):
        prefixed = ORGANISATION.fullmatch(value)
        if system == ORGANISATION_OID and prefixed:
            return prefixed[1]
        if system == FINESS_SYSTEM and FINESS.fullmatch(value):
            return value
    return ""


def ins(patient: Json) -> str:
    """The national health identifier; "" without one."""
    return next((value for system, value, _ in identifiers(patient) if system in INS_SYSTEMS), "")


def is_qualified(patient: Json) -> bool:
    """Whether the sender checked the identity: only then may the INS recognise somebody (Référentiel INS, § 3)."""
    for reliability in extensions(patient, RELIABILITY):
        for part in objects(reliability, "extension"):
            said = codings(object_(part, "valueCoding"), object_(part, "valueCodeableConcept"))
            if text(part, "url") in STATUS_NAMES and any(text(coding, "code") == QUALIFIED for coding in said):
                return True
    return False


def content_hash(resource: Json) -> str:
    """What a resource without identifier is known by, under its parent: changing it makes it another."""
    told = {name: value for name, value in resource.items() if name not in {"id", "meta", "text"}}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


def answered_id(type_: str, key: str) -> str:
    """The id we answer for a resource: the sender may refer to it by this from then on."""
    return hashlib.sha256(f"{type_}|{key}".encode()).hexdigest()[:32]
