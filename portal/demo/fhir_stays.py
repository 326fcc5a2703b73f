"""Where a young person stays and sleeps, and how they travel, as TDDUI resources."""

from __future__ import annotations

from datetime import date

from portal.demo.fhir import (
    ACT,
    CISIS,
    ORGANISATION,
    SERAFIN,
    SMT,
    TDDUI,
    Json,
    Message,
    concept,
    extension,
    identifier,
    moment,
)
from portal.demo.house import unit_key
from portal.demo.world import House, Place, Presence, Trip, YoungPerson

PRESENT, ABSENT = "1", "2"
"""TRE_R423."""
HOSPITAL, PERSONAL = "1", "2"
"""TRE_R424."""
DAILY, MEDICAL = "3.2.4.1", "3.2.4.2"
"""SERAFIN-PH: between home and the house, or for care."""
HOME = "DOMICILE"
VEHICLES = {"Taxi": "ORG-156"}
"""Codes of the CI-SIS terminology that the guide's examples give; other vehicles go by their name."""


def add_stay(message: Message, person: YoungPerson, since: date) -> None:
    """Encounter ``sejour`` in their unit."""
    house = person.house
    add_house(message, house)
    message.add(
        "Encounter",
        f"{person.key}-SEJOUR-1",
        "tddui-encounter-sejour",
        extension=[extension("tddui-admission-date", valueDateTime=since.isoformat())],
        identifier=[
            {
                "type": concept(f"{TDDUI}/CodeSystem/tddui-encounter-identifier", "SEJ"),
                "system": "https://identifiant-medicosocial-sejour.esante.gouv.fr",
                "value": f"{person.key}-SEJOUR-1",
            }
        ],
        status="in-progress",
        **{"class": {"system": ACT, "code": "IMP" if house.boarding else "AMB"}},
        serviceType={"text": "Hébergement complet internat" if house.boarding else "Accueil de jour"},
        subject=message.reference("Patient", person.key),
        period={"start": since.isoformat()},
        location=[{"location": message.reference("Location", unit_key(house.key))}],
        serviceProvider=message.reference("Organization", ORGANISATION),
    )


def add_house(message: Message, house: House) -> None:
    message.add(
        "Location",
        unit_key(house.key),
        "tddui-location",
        identifier=identifier("unite", unit_key(house.key)),
        name=house.name,
    )


def add_presence(message: Message, person: YoungPerson, presence: Presence) -> None:
    """Slot ``presence-absence``, in the person's own Schedule."""
    schedule = f"{person.key}-AGENDA"
    message.add(
        "Schedule",
        schedule,
        "tddui-schedule",
        identifier=identifier("agenda", schedule),
        actor=[message.reference("Patient", person.key)],
    )
    content: Json = {"serviceType": [concept(f"{SMT}/fhir/CodeSystem/tre-r423-type-presence-absence", PRESENT)]}
    if presence.away:
        content = {
            "extension": [extension("tddui-planned-absence", valueBoolean=True)],
            "serviceType": [concept(f"{SMT}/fhir/CodeSystem/tre-r423-type-presence-absence", ABSENT)],
            "appointmentType": concept(
                f"{SMT}/fhir/CodeSystem/tre-r424-motif-absence", HOSPITAL if presence.reason else PERSONAL
            ),
        }
    message.add(
        "Slot",
        presence.key,
        "tddui-slot-presence-absence",
        identifier=identifier("presenceabsence", presence.key),
        schedule=message.reference("Schedule", schedule),
        status="busy",
        start=moment(presence.starts),
        end=moment(presence.ends),
        **content,
    )


def add_trip(message: Message, person: YoungPerson, trip: Trip, to: Place, house: Place) -> None:
    """Task ``transport-usager``. A home is only « Domicile »: it would else be one parent's address."""
    code: Json = {"text": trip.by}
    if trip.by in VEHICLES:
        code = concept(CISIS, VEHICLES[trip.by], trip.by)
    content = {"encounter": message.reference("Encounter", trip.event)} if trip.event else {}
    ends = [_place(to), _place(house)] if trip.inbound else [_place(house), _place(to)]
    message.add(
        "Task",
        trip.key,
        "tddui-task-transport-usager",
        identifier=identifier("transportusager", trip.key),
        status="requested",
        intent="plan",
        code=code,
        executionPeriod={"start": moment(trip.starts), "end": moment(trip.ends)},
        input=[
            _input("natureTransport", valueCodeableConcept=concept(SERAFIN, MEDICAL if trip.event else DAILY)),
            _input("adresseDepart", valueAddress=ends[0]),
            _input("adresseDestination", valueAddress=ends[1]),
        ],
        **{"for": message.reference("Patient", person.key)},
        **content,
    )


def _input(code: str, **value: Json) -> Json:
    return {"type": concept(f"{TDDUI}/CodeSystem/input-tddui-task-transport-codesystem", code), **value}


def _place(place: Place) -> Json:
    if place.key == HOME:
        return {"text": "Domicile"}
    return {"line": [place.line], "postalCode": place.postcode, "city": place.city}
