"""Events as the two French profiles write them: TDDUI Encounter ``evenement`` and fr-core Appointment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from portal.demo.fhir import (
    ACT,
    MOS,
    ORGANISATION,
    PARTICIPATION,
    SERAFIN,
    Json,
    Message,
    concept,
    extension,
    identifier,
    moment,
)
from portal.demo.fhir_people import role_key, staff_key
from portal.demo.world import Form, Happening, Label, Place, Professional, Status, YoungPerson

NATURE = "urn:relie:nature"
BRING = "urn:relie:fhir:a-apporter"
NOTE = "urn:relie:fhir:note-famille"
"""docs/dui.md: what the French guides have no element for."""

VISIBILITY = f"{MOS}/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument"
CONSULT, ESCORT = "PART", "ESC"

_ENCOUNTER = {Status.PLANNED: "planned", Status.DONE: "finished", Status.CANCELLED: "cancelled"}
_APPOINTMENT = {Status.PLANNED: "booked", Status.DONE: "fulfilled", Status.CANCELLED: "cancelled"}


def add_event(
    message: Message, person: YoungPerson, happening: Happening, staff: dict[str, Professional], place: Place
) -> None:
    """The event and its place; the professionals and relatives it names are added elsewhere, once."""
    add_place(message, place)
    people = [*((key, CONSULT) for key in happening.people), *((key, ESCORT) for key in happening.escorts)]
    who = [(message.reference("PractitionerRole", role_key(staff[key])), code) for key, code in people]
    if happening.display_only:
        # Nobody by that reference stands in the message: only what it displays is known.
        unknown = message.reference("Practitioner", f"{staff_key('INCONNU')}", display=happening.display_only)
        who.append((unknown, CONSULT))
    who += [(message.reference("RelatedPerson", key), CONSULT) for key in happening.relatives]
    write = _encounter if happening.form is Form.EVENT else _appointment
    write(message, person, happening, who, place)


def _encounter(
    message: Message, person: YoungPerson, happening: Happening, who: list[tuple[Json, str]], place: Place
) -> None:
    extensions = [extension("tddui-event-label", valueString=happening.title), *_for_the_family(happening)]
    content: Json = {}
    if happening.reason:
        content["_status"] = {"extension": [extension("tddui-event-cancel-reason", valueString=happening.reason)]}
    message.add(
        "Encounter",
        happening.key,
        "tddui-encounter-evenement",
        meta=_meta(happening),
        extension=extensions,
        identifier=identifier("evenement", happening.key),
        status=_ENCOUNTER[happening.status],
        **{"class": {"system": ACT, "code": "AMB"}},
        type=[_type(happening.code)],
        subject=message.reference("Patient", person.key),
        participant=[{"type": [concept(PARTICIPATION, code)], "individual": one} for one, code in who],
        period=_period(happening),
        location=[{"location": message.reference("Location", place_key(place))}],
        serviceProvider=message.reference("Organization", ORGANISATION),
        partOf=message.reference("Encounter", f"{person.key}-SEJOUR-1"),
        **content,
    )


def _appointment(
    message: Message, person: YoungPerson, happening: Happening, who: list[tuple[Json, str]], place: Place
) -> None:
    told = [f"À apporter : {happening.bring}"] if happening.bring else []
    told += [happening.note] if happening.note else []
    content: Json = {"patientInstruction": "\n".join(told)} if told else {}
    if happening.reason:
        content["cancelationReason"] = {"text": happening.reason}
    actors = [message.reference("Patient", person.key), *(one for one, _ in who)]
    actors.append(message.reference("Location", place_key(place)))
    message.add(
        "Appointment",
        happening.key,
        "fr-core-appointment",
        meta=_meta(happening) | {"profile": ["https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment"]},
        identifier=identifier("evenement", happening.key),
        status=_APPOINTMENT[happening.status],
        serviceType=[_type(happening.code)],
        description=happening.title,
        start=moment(happening.starts),
        end=moment(happening.ends),
        participant=[{"actor": actor, "status": "accepted"} for actor in actors],
        **content,
    )


def add_place(message: Message, place: Place) -> None:
    """``Location``, with its address when it stands outside."""
    address = {"line": [place.line], "postalCode": place.postcode, "city": place.city}
    message.add(
        "Location",
        place_key(place),
        "tddui-location",
        identifier=identifier("lieu", place_key(place)),
        name=place.name,
        **({"address": address} if place.line else {}),
    )


def place_key(place: Place) -> str:
    """Business key of a place; never the key of a unit."""
    return staff_key(f"LIEU-{place.key}")


def _meta(happening: Happening) -> Json:
    if happening.label is Label.NONE:
        return {}
    return {"security": [{"system": VISIBILITY, "code": happening.label}]}


def _type(code: str) -> Json:
    return concept(SERAFIN, code) if code[0].isdigit() else concept(NATURE, code)


def _period(happening: Happening) -> Json:
    """In whole days (the last one included, as FHIR says) or with hours."""
    if happening.all_day:
        last: date = happening.ends.date() - timedelta(days=1)
        return {"start": happening.starts.date().isoformat(), "end": last.isoformat()}
    return {"start": moment(happening.starts), "end": moment(happening.ends)}


def _for_the_family(happening: Happening) -> Iterator[Json]:
    if happening.bring:
        yield {"url": BRING, "valueString": happening.bring}
    if happening.note:
        yield {"url": NOTE, "valueString": happening.note}
