"""Transport of the young person (Task ``transport-usager``)."""

from __future__ import annotations

from portal.connectors.dui import times
from portal.connectors.dui.bundle import Entry
from portal.connectors.dui.codes import meaning
from portal.connectors.dui.events import appointment_of
from portal.connectors.dui.records import EventRecord, EventStatus, TransportRecord
from portal.connectors.dui.shape import Json, codings, object_, objects, text
from portal.connectors.dui.world import World, concept, postal

PROFILE = "tddui-task-transport-usager"
PLACE, MODE = 500, 200

_STATES = {
    "cancelled": EventStatus.CANCELLED,
    "rejected": EventStatus.CANCELLED,
    "failed": EventStatus.CANCELLED,
    "completed": EventStatus.DONE,
}


def is_transport(entry: Entry) -> bool:
    """Whether a Task is the transport of the young person: by its profile, else by its identifier."""
    value = next((text(item, "value") for item in objects(entry.resource, "identifier")), "")
    return PROFILE in {name.lower() for name in entry.profiles} or "-TPPat-" in value


def transport(world: World, entry: Entry, events: dict[tuple[str, str], EventRecord]) -> TransportRecord:
    """One way. It tells where somebody goes, so it is as private as the event it leads to.

    ``events``: those of the message, by (dossier, key). Of an event only in store the planning feature knows more.
    """
    event = _event_key(world, entry)
    led_to = events.get((world.owner(entry), event or ""))
    said = meaning(codings(*(object_(item, "valueCodeableConcept") for item in _inputs(entry, "natureTransport"))))
    when = times.span(object_(entry.resource, "executionPeriod"), world.zone)
    status = text(entry.resource, "status")
    return TransportRecord(
        dossier=world.owner(entry),
        key=world.key(entry),
        entry=entry.index,
        hidden=world.hidden(entry),
        withdrawn=status == "entered-in-error",
        category=led_to.category if led_to else said.category,
        nature=led_to.nature if led_to else said.nature,
        state=_STATES.get(status, EventStatus.PLANNED),
        starts_at=when.start,
        ends_at=when.end,
        event=event,
        origin=_address(world, entry, "adresseDepart"),
        destination=_address(world, entry, "adresseDestination"),
        mode=world.cut(entry, "code", concept(entry.resource, "code"), MODE),
        escorted=_truth(entry, "accompagnement"),
    )


def _event_key(world: World, entry: Entry) -> str | None:
    reference = object_(entry.resource, "encounter")
    target = world.find(entry, reference)
    if target is None:
        if reference:
            world.warn("unknown-event", entry, "encounter", text(reference, "reference"))
        return None
    if target.entry is None:
        return target.key or None
    return world.key(appointment_of(world, target.entry) or target.entry)


def _inputs(entry: Entry, code: str) -> list[Json]:
    """``Task.input`` of one kind. The guide's code system changed its name between versions; its codes did not."""
    found = objects(entry.resource, "input")
    return [item for item in found if any(text(coding, "code") == code for coding in codings(object_(item, "type")))]


def _address(world: World, entry: Entry, code: str) -> str:
    found = (postal(object_(item, "valueAddress")) for item in _inputs(entry, code))
    return world.cut(entry, "input", next((address for address in found if address), ""), PLACE)


def _truth(entry: Entry, code: str) -> bool | None:
    found = (item.get("valueBoolean") for item in _inputs(entry, code))
    return next((value for value in found if isinstance(value, bool)), None)
