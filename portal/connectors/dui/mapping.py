"""A message opened → every record of it. Pure: what the store knows is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from portal.connectors.dui import documents, events, kept, keys, people, stays, transports
from portal.connectors.dui.bundle import Entry, is_export
from portal.connectors.dui.opening import Opened
from portal.connectors.dui.ownership import Ownership
from portal.connectors.dui.records import Issue, KeptRecord, Message, ProfessionalRecord, Record, SourceRecord
from portal.connectors.dui.references import Known
from portal.connectors.dui.refusal import refuse
from portal.connectors.dui.shape import text
from portal.connectors.dui.world import World

R = TypeVar("R", bound=Record)

MAPPED = frozenset({"Patient", "RelatedPerson", "Practitioner", "PractitionerRole", "Encounter", "Appointment"})
STRUCTURE = frozenset(
    {"Organization", "Location", "HealthcareService", "Device", "Questionnaire", "Binary", "Group", "Schedule", "Slot"}
)
"""Types that say where or with what: nothing of them is kept for itself."""

PROFESSIONALS = frozenset({"Practitioner", "PractitionerRole"})
SAID_AGAIN = PROFESSIONALS | {"Organization", "Location"}
"""Types that belong to no young person and that a later message may refer to."""
Groups = dict[str, list[Entry]]


def understand(opened: Opened, known: Known, *, client: str, finess: str, zone: str) -> Message:
    """Every record of the message.

    ``known`` answers ``opened.needs()``. Raises ``Refused``: a reference to nobody, two dossiers mixed, two things
    under one key, a young person nobody could recognise.
    """
    draft = opened.draft
    opened.references.known = known
    ownership = Ownership(draft.entries, opened.references, _persons(opened, known))
    world = World(draft, opened.references, ownership, known, zone)
    if draft.sent_at is None:
        world.warnings["no-timestamp", ""] = Issue("no-timestamp", path="Bundle.timestamp")
    world.warn_of_strangers()
    groups = _groups(draft.entries)
    message = Message(
        sent_at=draft.sent_at,
        finess=finess,
        client=client,
        version=draft.version,
        digest=draft.digest,
        professionals=tuple(_professionals(world, groups)),
        sources=tuple(_sources(world)),
        entries=tuple((entry.type, keys.answered_id(entry.type, entry_key(world, entry))) for entry in draft.entries),
        **_of_people(world, groups, opened),
        **_of_time(world, groups),
        kept=_unique(world, _kept(world, groups)),
    )
    return replace(message, warnings=world.told())


def _persons(opened: Opened, known: Known) -> dict[int, str]:
    """Index of each Patient and each CDA document → key of its dossier."""
    found: dict[int, str] = {}
    for entry in opened.draft.entries:
        if entry.type == "Patient":
            ins = keys.ins(entry.resource) if keys.is_qualified(entry.resource) else ""
            found[entry.index] = _person(known, keys.local_key(entry.resource), ins, entry)
        elif entry.index in opened.headers:
            header = opened.headers[entry.index]
            found[entry.index] = _person(known, header.local_key, header.ins, entry)
    return found


def _person(known: Known, local: str, ins: str, entry: Entry) -> str:
    """A local identifier names a dossier. An INS recognises one we hold; alone, it never creates one."""
    recognised = known.ins.get(ins, "")
    path = f"{entry.path}.identifier"
    if local and recognised and recognised != local:
        raise refuse("ins-of-another", entry.index, path)
    if not local and not recognised:
        raise refuse("unknown-ins" if ins else "no-identifier", entry.index, path)
    return local or recognised


def _groups(entries: Iterable[Entry]) -> Groups:
    groups: Groups = defaultdict(list)
    for entry in entries:
        kind = entry.type
        if is_export(entry):
            kind = "CDA"
        elif kind == "Encounter" and stays.is_stay(entry):
            kind = "stay"
        elif kind == "Task" and transports.is_transport(entry):
            kind = "transport"
        groups[kind].append(entry)
    return groups


def _of_people(world: World, groups: Groups, opened: Opened) -> dict[str, Any]:
    dossiers = [people.dossier(world, entry) for entry in groups["Patient"]]
    relatives = [people.relative(world, entry) for entry in groups["RelatedPerson"]]
    for entry in groups["CDA"]:
        header = opened.headers[entry.index]
        dossiers.append(documents.dossier(world, entry, header))
        relatives.extend(documents.relatives(world, entry, header))
    _refuse_shared_ins(dossiers, world)
    teams = groups["CareTeam"] + [one for one in groups["Patient"] if one.resource.get("generalPractitioner")]
    return {
        "dossiers": _unique(world, dossiers),
        "relatives": _unique(world, relatives),
        "teams": tuple((world.owner(entry), people.team_key(world, entry)) for entry in teams),
        "referents": _unique(world, (one for entry in teams for one in people.referents(world, entry))),
    }


def _refuse_shared_ins(dossiers: Iterable[Any], world: World) -> None:
    """Two young people under one national number are a mistaken identity: nothing may be stored on that."""
    seen: dict[str, str] = {}
    for record in dossiers:
        if record.ins and seen.setdefault(record.ins, record.key) != record.key:
            raise refuse("ins-of-another", record.entry, f"{world.draft.entries[record.entry].path}.identifier")


def _of_time(world: World, groups: Groups) -> dict[str, Any]:
    told = groups["Encounter"] + groups["Appointment"]
    happening = _unique(world, (one for entry in told for one in events.events(world, entry)))
    by_key = {(event.dossier, event.key): event for event in happening}
    for entry in groups["Schedule"]:
        if not world.owner(entry):
            world.warn("agenda-of-professional", entry)
    slots = (stays.presence(world, entry) for entry in groups["Slot"])
    return {
        "stays": _unique(world, (stays.stay(world, entry) for entry in groups["stay"])),
        "presences": _unique(world, (one for one in slots if one is not None)),
        "events": happening,
        "transports": _unique(world, (transports.transport(world, one, by_key) for one in groups["transport"])),
    }


def _professionals(world: World, groups: Groups) -> Iterator[ProfessionalRecord]:
    found: dict[str, ProfessionalRecord] = {}
    for kind in sorted(PROFESSIONALS):
        for entry in groups[kind]:
            record = people.professional(world, entry)
            found.setdefault(record.key, record)
    return iter(found.values())


def _kept(world: World, groups: Groups) -> Iterator[KeptRecord]:
    for kind, entries in groups.items():
        if kind in MAPPED or kind in STRUCTURE or kind in {"stay", "transport", "CareTeam"}:
            continue
        for entry in entries:
            yield from kept.kept(world, entry)


def _unique(world: World, records: Iterable[R]) -> tuple[R, ...]:
    """Each thing once. The same thing said twice with different words is refused: nobody knows which is true."""
    found: dict[tuple[str, str, str], R] = {}
    for record in records:
        name = (record.dossier, getattr(record, "resource_type", ""), record.key)
        first = found.setdefault(name, record)
        if replace(record, entry=first.entry) != first:
            raise refuse("duplicate-key", record.entry, world.draft.entries[record.entry].path)
    return tuple(found.values())


def _sources(world: World) -> Iterator[SourceRecord]:
    """How a later message may name each resource: the sender's own id, and the one we answer."""
    for entry in world.draft.entries:
        owners = world.ownership.of(entry)
        if not owners and entry.type not in SAID_AGAIN:
            continue
        key = entry_key(world, entry)
        dossier = next(iter(owners)) if len(owners) == 1 else None
        own = text(entry.resource, "id")
        for name in dict.fromkeys((own, keys.answered_id(entry.type, key))):
            if name:
                yield SourceRecord(reference=f"{entry.type}/{name}", key=key, dossier=dossier)


def entry_key(world: World, entry: Entry) -> str:
    """Our key for whatever an entry holds."""
    return people.professional_key(world, entry) if entry.type in PROFESSIONALS else world.key(entry)
