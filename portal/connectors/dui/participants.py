"""Who is at an event, and who goes along."""

from __future__ import annotations

from portal.connectors.dui.bundle import Entry
from portal.connectors.dui.people import NAME, named
from portal.connectors.dui.records import PersonKind, PersonRecord
from portal.connectors.dui.references import Target
from portal.connectors.dui.shape import Json, codings, label, object_, objects, text
from portal.connectors.dui.world import World, full_name

ESCORT = "ESC"
"""v3-ParticipationType: goes along with the young person."""

NOT_THERE = frozenset({"AUT", "ENT", "INF", "REF", "CALLBCK", "LOC"})
"""Wrote it, entered it, informed, sent the young person, can be called back: none of them is at the event.

``AUT`` is also the guide's « auteur du statut » (tddui-encounter-participant).
"""
_PROFESSIONALS = frozenset({"Practitioner", "PractitionerRole"})
_NOBODY = frozenset({"Patient", "Group", "Location", "Device", "HealthcareService"})


def participants(world: World, entry: Entry, dossier: str) -> tuple[PersonRecord, ...]:
    """Those who are at the event, in the order given, each once. The young person is not told as a participant."""
    found: dict[PersonRecord, None] = {}
    for item in objects(entry.resource, "participant"):
        codes = {text(coding, "code") for coding in codings(*objects(item, "type"))}
        if codes & NOT_THERE or text(item, "status") == "declined":
            continue
        reference = object_(item, "individual") or object_(item, "actor")
        person = _person(world, entry, dossier, reference, label(*objects(item, "type")), ESCORT in codes)
        if person is not None:
            found.setdefault(person)
    return tuple(found)


def _person(world: World, entry: Entry, dossier: str, reference: Json, shown: str, escort: bool) -> PersonRecord | None:
    target = world.find(entry, reference)
    said = text(reference, "reference").rpartition("/")[0].rpartition("/")[2]
    kind = target.type if target else said or text(reference, "type")
    if kind in _NOBODY:
        return None
    if kind == "RelatedPerson":
        return _relative(world, entry, dossier, target, reference, escort)
    if target is None and kind not in _PROFESSIONALS and _is_group(world, entry):
        return None  # a name alone, among several young people: it may be another one's, or another one's mother
    if not reference:
        # « somebody goes along » without saying who is still something to tell
        return PersonRecord(PersonKind.ESCORT, role=world.cut(entry, "participant", shown, NAME)) if escort else None
    name, role, key = named(world, entry, reference)
    return PersonRecord(PersonKind.ESCORT if escort else PersonKind.PROFESSIONAL, name, role, key)


def _relative(
    world: World, entry: Entry, dossier: str, target: Target | None, reference: Json, escort: bool
) -> PersonRecord:
    """Somebody close. One of another young person stays unnamed, and so does an unknown one when there are several."""
    kind = PersonKind.ESCORT if escort else PersonKind.RELATIVE
    if target is not None and target.entry is not None and dossier in world.ownership.of(target.entry):
        role = _relation(target.resource)
        return PersonRecord(kind, full_name(target.resource)[:NAME], role, relative=world.key(target.entry))
    if target is not None and target.key and target.dossier == dossier:
        name = world.known.relatives.get((dossier, target.key), "")
        return PersonRecord(kind, name, relative=target.key)
    world.warn("unknown-relative", entry, "participant", text(reference, "reference"))
    shown = "" if target is not None or _is_group(world, entry) else text(reference, "display")
    return PersonRecord(kind, world.cut(entry, "participant", shown, NAME))


def _is_group(world: World, entry: Entry) -> bool:
    return len(world.ownership.of(entry)) > 1


def _relation(relative: Json) -> str:
    found = codings(*objects(relative, "relationship"))
    return next((text(c, "display") for c in found if "TRE_R216" in text(c, "system")), "")[:NAME]
