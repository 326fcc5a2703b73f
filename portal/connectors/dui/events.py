"""What takes place: TDDUI Encounter ``evenement`` and fr-core Appointment, as one kind of event."""

from __future__ import annotations

from dataclasses import replace

from portal.connectors.dui import instructions, labels, times
from portal.connectors.dui.bundle import Entry
from portal.connectors.dui.codes import Meaning, meaning
from portal.connectors.dui.participants import participants
from portal.connectors.dui.records import EventRecord, EventStatus
from portal.connectors.dui.shape import Json, codings, extensions, label, object_, objects, text
from portal.connectors.dui.world import World, concept, postal
from portal.core.models import HiddenFrom

TITLE, PLACE, ADDRESS = 300, 300, 500

ENCOUNTER = {
    "planned": EventStatus.PLANNED,
    "triaged": EventStatus.PLANNED,  # the guide's « Validé »
    "arrived": EventStatus.PLANNED,
    "in-progress": EventStatus.PLANNED,
    "onleave": EventStatus.PLANNED,
    "finished": EventStatus.DONE,
    "cancelled": EventStatus.CANCELLED,
}
APPOINTMENT = {
    "booked": EventStatus.PLANNED,
    "arrived": EventStatus.PLANNED,
    "checked-in": EventStatus.PLANNED,
    "fulfilled": EventStatus.DONE,
    "cancelled": EventStatus.CANCELLED,
    "noshow": EventStatus.MISSED,
}
NOT_YET = frozenset({"proposed", "pending", "waitlist"})
"""Asked for, not agreed: a family must not read as certain what nobody has booked."""

ERROR = "entered-in-error"
RECURRENCES = frozenset({"extension-Appointment.recurrenceTemplate", "timing-daysOfCycle"})
"""R5 recurrence, backported. DUIs send one resource an occurrence; a template is told to staff, never guessed."""


def events(world: World, entry: Entry) -> list[EventRecord]:
    """One event for each young person it is about: several only for a group. Empty when it has no usable time.

    A cancellation needs none (FHIR R4, app-3). An Encounter that only reports an Appointment takes away what was told
    of it before: one event must not be shown twice, and the old one would never learn that it is cancelled.
    """
    told_by = appointment_of(world, entry)
    if told_by is not None and world.key(told_by) == world.key(entry):
        return []
    when = times.span(_period(entry), world.zone)
    first = _event(world, entry, when)
    if told_by is not None:
        first = replace(first, withdrawn=True)
    if when.start is None and not first.withdrawn and first.state is not EventStatus.CANCELLED:
        world.warn("no-time", entry, "period" if entry.type == "Encounter" else "start")
        return []
    return [
        replace(first, dossier=owner, people=participants(world, entry, owner))
        for owner in sorted(world.ownership.of(entry))
    ]


def _event(world: World, entry: Entry, when: times.Span) -> EventRecord:
    reports = _reports(world, entry)
    said = _meaning(entry, *reports)
    place, address = _place(world, entry)
    bring, note = instructions.read(world, entry)
    state, withdrawn = _state(world, entry)
    hidden = HiddenFrom.NOBODY
    for one in (entry, *reports):
        hidden = labels.both(hidden, labels.both(world.hidden(one), _kept_by_staff(world, one, said)))
    return EventRecord(
        dossier="",
        key=world.key(entry),
        entry=entry.index,
        hidden=hidden,
        withdrawn=withdrawn,
        category=said.category,
        nature=said.nature,
        kind=said.kind,
        title=world.cut(entry, "title", _title(entry), TITLE),
        state=state,
        starts_at=when.start,
        ends_at=when.end if when.start and when.end and when.end > when.start else None,
        all_day=when.all_day,
        place=place,
        place_address=address,
        bring=bring,
        note=note,
    )


def _period(entry: Entry) -> Json:
    if entry.type == "Encounter":
        return object_(entry.resource, "period")
    return {"start": text(entry.resource, "start"), "end": text(entry.resource, "end")}


def _meaning(entry: Entry, *reports: Entry) -> Meaning:
    """An Appointment is always a rendez-vous, whatever its codes; an Encounter may be the ordinary timetable.

    The Encounters that report an Appointment have their word too: the most careful nature wins.

    ``class`` says only how one is received (at home, as an outpatient): it tells nothing of the nature.
    """
    names = ("type", "serviceType", "serviceCategory", "appointmentType", "specialty")
    concepts = [item for one in (entry, *reports) for name in names for item in objects(one.resource, name)]
    said = meaning(codings(*concepts))
    return replace(said, category="appointments") if entry.type == "Appointment" else said


def _kept_by_staff(world: World, entry: Entry, said: Meaning) -> HiddenFrom:
    """A meeting the young person is not expected at, and no relative either, is staff's own work: not on the agenda."""
    absent = any(item.get("valueBoolean") is False for item in extensions(entry.resource, "tddui-patient-present"))
    if said.staff_only or (absent and not _has_relative(world, entry)):
        return HiddenFrom.FAMILIES
    return HiddenFrom.NOBODY


def _has_relative(world: World, entry: Entry) -> bool:
    for item in objects(entry.resource, "participant"):
        target = world.find(entry, object_(item, "individual") or object_(item, "actor"))
        if target is not None and target.type == "RelatedPerson":
            return True
    return False


def _title(entry: Entry) -> str:
    """What the establishment calls it: never the reason, the report nor the comment, that staff write for staff."""
    named = (text(item, "valueString") for item in extensions(entry.resource, "tddui-event-label"))
    given = next((title for title in named if title), "")
    return (
        given
        or (text(entry.resource, "description") if entry.type == "Appointment" else "")
        or concept(entry.resource, "type", "serviceType")
        or concept(entry.resource, "appointmentType", "specialty")
    )


def _state(world: World, entry: Entry) -> tuple[EventStatus, bool]:
    """(state, withdrawn)."""
    status = text(entry.resource, "status")
    if status == ERROR:
        return EventStatus.CANCELLED, True
    if status in NOT_YET:
        world.warn("not-booked", entry, "status")
        return EventStatus.CANCELLED, True
    if any(extensions(entry.resource, name) for name in RECURRENCES):
        world.warn("recurrence-not-read", entry)
    found = (ENCOUNTER if entry.type == "Encounter" else APPOINTMENT).get(status)
    if found is None:
        world.warn("unknown-status", entry, "status")
    return found or EventStatus.PLANNED, False


def _place(world: World, entry: Entry) -> tuple[str, str]:
    """(name, address) of the first place."""
    references = [object_(item, "location") for item in objects(entry.resource, "location")]
    references += [
        object_(item, "actor")
        for item in objects(entry.resource, "participant")
        if _is_place(world, entry, object_(item, "actor"))
    ]
    for reference in references:
        target = world.find(entry, reference)
        resource = target.resource if target else {}
        if not resource:
            world.warn("unknown-place", entry, "location", text(reference, "reference") or "display")
        name = text(resource, "name") or text(reference, "display") or label(*objects(resource, "type"))
        address = postal(object_(resource, "address"))
        return world.cut(entry, "location", name, PLACE), world.cut(entry, "location", address, ADDRESS)
    return "", ""


def _is_place(world: World, entry: Entry, reference: Json) -> bool:
    target = world.find(entry, reference)
    return target.type == "Location" if target else "Location/" in text(reference, "reference")


def appointment_of(world: World, entry: Entry) -> Entry | None:
    """The Appointment of the same message that an Encounter only reports; None when it tells an event of its own."""
    if entry.type != "Encounter":
        return None
    found = (world.find(entry, item) for item in objects(entry.resource, "appointment"))
    return next((target.entry for target in found if target is not None and target.entry is not None), None)


def _reports(world: World, entry: Entry) -> list[Entry]:
    if entry.type != "Appointment":
        return []
    referrers = (world.draft.entries[index] for index in dict.fromkeys(world.ownership.referrers[entry.index]))
    return [one for one in referrers if appointment_of(world, one) is entry]
