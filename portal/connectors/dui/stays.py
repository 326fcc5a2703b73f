"""Where the young person is: stays (Encounter ``sejour``), presences and absences (Slot)."""

from __future__ import annotations

from datetime import datetime

from portal.connectors.dui import keys, times
from portal.connectors.dui.bundle import Entry
from portal.connectors.dui.records import PresenceRecord, StayRecord, StayState, Where
from portal.connectors.dui.shape import codings, object_, objects, text
from portal.connectors.dui.world import World, concept

STAY_PROFILE = "tddui-encounter-sejour"
STAY_SYSTEM = "identifiant-medicosocial-sejour"
PRESENCE_TABLE, ABSENCE_TABLE = "r423-type-presence-absence", "r424-motif-absence"

PRESENT, ABSENT = "1", "2"
"""TRE_R423."""
PERSONAL_REASONS = "2"
"""TRE_R424: back home, in the family, holidays. The other one, 1, is the hospital."""

_STATES = {
    "planned": StayState.PLANNED,
    "finished": StayState.ENDED,
    "cancelled": StayState.CANCELLED,
}
_BOARDING = {"IMP": True, "AMB": False, "HH": False, "SS": False}
"""v3-ActCode of ``Encounter.class``: inpatient sleeps there; ambulatory, home and short stay do not."""
NAME = 200


def is_stay(entry: Entry) -> bool:
    """Whether an Encounter is a stay rather than an event: by its profile, else by the system of its identifier."""
    systems = (system for system, _, _ in keys.identifiers(entry.resource))
    return STAY_PROFILE in {name.lower() for name in entry.profiles} or any(STAY_SYSTEM in one for one in systems)


def stay(world: World, entry: Entry) -> StayRecord:
    """A stay. Its unit is the Location it names; whether nights are spent there is the class of the Encounter."""
    starts_at, ends_at = _bounds(world, entry)
    status = text(entry.resource, "status")
    unit, unit_name = _unit(world, entry)
    return StayRecord(
        dossier=world.owner(entry),
        key=world.key(entry),
        entry=entry.index,
        hidden=world.hidden(entry),
        withdrawn=status == "entered-in-error",
        state=_STATES.get(status, StayState.PRESENT),
        starts_at=starts_at,
        ends_at=ends_at,
        unit=unit,
        unit_name=unit_name,
        boarding=_BOARDING.get(text(entry.resource, "class", "code")),
        service=world.cut(entry, "serviceType", concept(entry.resource, "serviceType"), NAME),
    )


def _bounds(world: World, entry: Entry) -> tuple[datetime | None, datetime | None]:
    """Real dates; a planned stay has those that are foreseen, under either name of the R5 backport.

    A foreseen end is not an end: a stay in progress goes on until the DUI says it ended.
    """
    period = object_(entry.resource, "period")
    real = times.span(period, world.zone)
    planned = times.span(
        {"start": _planned(entry, "plannedStartDate"), "end": _planned(entry, "plannedEndDate")}, world.zone
    )
    if text(entry.resource, "status") == "planned":
        return real.start or planned.start, (real.end if text(period, "end") else None)
    return real.start, (real.end if text(period, "end") else None)


def _planned(entry: Entry, name: str) -> str:
    found = (item for item in objects(entry.resource, "extension") if text(item, "url").endswith(name))
    return next((text(item, "valueDateTime") for item in found), "")


def _unit(world: World, entry: Entry) -> tuple[str | None, str]:
    for item in objects(entry.resource, "location"):
        reference = object_(item, "location")
        target = world.find(entry, reference)
        name = text(target.resource, "name") if target else ""
        name = world.cut(entry, "location", name or text(reference, "display"), NAME)
        if target is not None and target.entry is not None:
            return world.key(target.entry), name
        if target is not None and target.key:
            return target.key, name
        world.warn("unknown-place", entry, "location", text(reference, "reference"))
        return (name, name) if name else (None, "")
    return None, ""


def presence(world: World, entry: Entry) -> PresenceRecord | None:
    """A presence or an absence; None for what is neither: an agenda slot of a professional, or an unknown type."""
    owner = world.owner(entry)
    if not owner:
        world.warn("agenda-of-professional", entry)
        return None
    kind = _code(entry, "serviceType", PRESENCE_TABLE)
    when = times.span({"start": text(entry.resource, "start"), "end": text(entry.resource, "end")}, world.zone)
    if kind not in {PRESENT, ABSENT}:
        world.warn("unknown-presence", entry, "serviceType")
        return None
    if when.start is None or when.end is None or when.end <= when.start:
        world.warn("no-time", entry, "start")
        return None
    return PresenceRecord(
        dossier=owner,
        key=world.key(entry),
        entry=entry.index,
        hidden=world.hidden(entry),
        withdrawn=text(entry.resource, "status") == "entered-in-error",
        where=Where.UNIT if kind == PRESENT else _elsewhere(entry),
        starts_at=when.start,
        ends_at=when.end,
    )


def _elsewhere(entry: Entry) -> Where:
    """Home only when the DUI says so. « Hospital » is not written down: a timetable must not tell it."""
    reason = _code(entry, "appointmentType", ABSENCE_TABLE)
    return Where.HOME if reason == PERSONAL_REASONS else Where.ELSEWHERE


def _code(entry: Entry, name: str, table: str) -> str:
    """A code of one table, whatever form its address has: ``TRE_R423-TypePresenceAbsence`` or ``tre-r423-…``."""
    for coding in codings(*objects(entry.resource, name)):
        system = text(coding, "system").lower().replace("_", "-")
        if table in system or table.partition("-")[0] in system.replace("/", "-").split("-"):
            return text(coding, "code")
    return ""
