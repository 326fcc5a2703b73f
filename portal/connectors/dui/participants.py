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
    kind = target.type if target else text(reference, "reference").rpartition("/")[0].rpartition("/")[2]
    if kind in _NOBODY:
        return None
    if kind == "RelatedPerson":
        return _relative(world, entry, dossier, target, reference, escort)
    if not reference:
        # « somebody goes along » without saying who is still something to tell
        return PersonRecord(PersonKind.ESCORT, role=world.cut(entry, "participant", shown, NAME)) if escort else None
    name, role, key = named(world, entry, reference)
    return PersonRecord(PersonKind.ESCORT if escort else PersonKind.PROFESSIONAL, name, role, key)


def _relative(
    world: World, entry: Entry, dossier: str, target: Target | None, reference: Json, escort: bool
) -> PersonRecord:
    """Somebody close. One that belongs to another young person, or is unknown, stays unnamed but for what is shown."""
    kind = PersonKind.ESCORT if escort else PersonKind.RELATIVE
    if target is not None and target.entry is not None and dossier in world.ownership.of(target.entry):
        role = _relation(target.resource)
        return PersonRecord(kind, full_name(target.resource)[:NAME], role, relative=world.key(target.entry))
    if target is not None and target.key and target.dossier == dossier:
        name = world.known.relatives.get((dossier, target.key), "")
        return PersonRecord(kind, name, relative=target.key)
    world.warn("unknown-relative", entry, "participant", text(reference, "reference"))
    return PersonRecord(kind, world.cut(entry, "participant", text(reference, "display"), NAME))


def _relation(relative: Json) -> str:
    found = codings(*objects(relative, "relationship"))
    return next((text(c, "display") for c in found if "TRE_R216" in text(c, "system")), "")[:NAME]
