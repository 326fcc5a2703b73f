"""The young person, those close to them, the professionals and their stay, as TDDUI resources."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portal.demo.fhir import (
    ORGANISATION,
    R85,
    R216,
    R217,
    R260,
    Json,
    Message,
    concept,
    extension,
    identifier,
)
from portal.demo.house import FINESS, NAME
from portal.demo.world import Professional, Relative, YoungPerson

RELATIONS = {
    "MTH": "Mère",
    "FTH": "Père",
    "AUNT": "Tante",
    "GRMTH": "Grand-mère",
    "MTHFOST": "Assistante familiale",
    "RESPRSN": "Responsable légal non membre de la famille",
}
PROTECTIONS = {"TUTEUR": "Tuteur", "CURATEUR": "Curateur"}


def staff_key(key: str) -> str:
    """Business key of a professional."""
    return f"3{FINESS}/{key}"


def add_organisation(message: Message) -> None:
    message.add(
        "Organization",
        ORGANISATION,
        "tddui-organization",
        identifier=[{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": ORGANISATION}],
        name=NAME,
    )


def add_young_person(message: Message, person: YoungPerson) -> None:
    """``Patient``, with the rank of birth of a twin and, when the family lives together, its address."""
    content: Json = {
        "identifier": [
            {
                "type": concept("http://terminology.hl7.org/CodeSystem/v2-0203", "PI"),
                "system": "https://identifiant-medicosocial-localusager.esante.gouv.fr",
                "value": person.key,
            }
        ],
        "name": [{"use": "official", "family": person.family, "given": [person.given]}],
        "gender": "female" if person.girl else "male",
        "birthDate": person.born.isoformat(),
    }
    if person.birth_order > 1:
        content["_birthDate"] = {"extension": [extension("tddui-birth-order", valuePositiveInt=person.birth_order)]}
    homes = {relative.line for relative in person.relatives if relative.relation in ("MTH", "FTH")}
    if len(homes) == 1:
        content["address"] = [_address(person.relatives[0])]
    message.add("Patient", person.key, "tddui-patient", **content)


def add_relative(message: Message, person: YoungPerson, relative: Relative) -> None:
    """``RelatedPerson``: relation, whether legal representative, legal protection, how to reach them."""
    role = ("GUARD", "Responsable légal") if relative.guardian else ("ECON", "Personne à prévenir en cas d’urgence")
    relationship = [concept(R260, *role), concept(R216, relative.relation, RELATIONS[relative.relation])]
    if relative.protection:
        relationship.append(concept(R217, relative.protection, PROTECTIONS[relative.protection]))
    telecom = [{"system": "phone", "value": relative.phone, "use": "mobile"}]
    if relative.email:
        telecom.append({"system": "email", "value": relative.email, "use": "home"})
    message.add(
        "RelatedPerson",
        relative.key,
        "tddui-related-person-contact",
        identifier=identifier("contact", relative.key),
        patient=message.reference("Patient", person.key),
        relationship=relationship,
        name=[{"use": "official", "family": relative.family, "given": [relative.given]}],
        telecom=telecom,
        address=[_address(relative)],
    )


def _address(relative: Relative) -> Json:
    return {"use": "home", "line": [relative.line], "postalCode": relative.postcode, "city": relative.city}


def add_professional(message: Message, somebody: Professional) -> None:
    """``Practitioner`` and ``PractitionerRole``."""
    key = staff_key(somebody.key)
    message.add(
        "Practitioner",
        key,
        "tddui-practitioner",
        identifier=[{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": key}],
        name=[{"use": "official", "family": somebody.family, "given": [somebody.given]}],
    )
    message.add(
        "PractitionerRole",
        role_key(somebody),
        "tddui-practitioner-role",
        identifier=identifier("professionnel", role_key(somebody)),
        practitioner=message.reference("Practitioner", key),
        organization=message.reference("Organization", ORGANISATION),
        code=[{"extension": [extension("tddui-profession", valueCodeableConcept={"text": somebody.role})]}],
    )


def role_key(somebody: Professional) -> str:
    """What events and teams refer to: the professional in their role."""
    return f"{staff_key(somebody.key)}-ROLE"


def add_team(message: Message, person: YoungPerson, since: date, members: Iterable[Professional]) -> None:
    """``CareTeam``: who follows them in particular."""
    message.add(
        "CareTeam",
        f"{person.key}-EQUIPE",
        "tddui-careteam",
        identifier=identifier("equipe", f"{person.key}-EQUIPE"),
        status="active",
        subject=message.reference("Patient", person.key),
        participant=[
            {
                "role": [
                    concept(R85, "330", "Coordonnateur de parcours")
                    if member.key == person.referent
                    else {"text": member.role}
                ],
                "member": message.reference("PractitionerRole", role_key(member)),
                "period": {"start": since.isoformat()},
            }
            for member in members
        ],
    )
