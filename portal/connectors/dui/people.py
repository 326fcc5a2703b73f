"""The young person, those close to them, and professionals."""

from __future__ import annotations

from portal.connectors.dui import keys, times
from portal.connectors.dui.bundle import Entry
from portal.connectors.dui.records import (
    Contact,
    DossierRecord,
    ProfessionalRecord,
    ReferentRecord,
    RelativeRecord,
)
from portal.connectors.dui.refusal import refuse
from portal.connectors.dui.shape import Json, codings, extensions, label, object_, objects, text
from portal.connectors.dui.world import World, full_name, person_name, postal

NAME, LINE = 200, 500
_KINDS = {"phone": "phone", "sms": "phone", "email": "mail"}


def dossier(world: World, entry: Entry) -> DossierRecord:
    """The young person.

    Raises ``Refused`` when a dossier would be created without a birth date: nobody could tell a child from an adult.
    """
    patient, key = entry.resource, world.owner(entry)
    birth_date = times.day(text(patient, "birthDate"))
    if birth_date is None and key not in world.known.dossiers:
        raise refuse("no-birth-date", entry.index, f"{entry.path}.birthDate")
    if objects(patient, "contact"):
        world.warn("contact-not-read", entry, "contact")
    family, given = person_name(objects(patient, "name"))
    return DossierRecord(
        dossier=key,
        key=key,
        entry=entry.index,
        hidden=world.hidden(entry),
        family_name=world.cut(entry, "name", family, NAME),
        given_name=world.cut(entry, "name", given, NAME),
        birth_date=birth_date,
        gender=text(patient, "gender"),
        ins=qualified_ins(world, entry),
        contacts=contacts(world, entry),
    )


def qualified_ins(world: World, entry: Entry) -> str | None:
    """The INS when the sender checked it. Otherwise it is not even kept: it could be somebody else's."""
    number = keys.ins(entry.resource)
    if number and not keys.is_qualified(entry.resource):
        world.warn("ins-not-qualified", entry, "identifier")
        return None
    return number or None


def contacts(world: World, entry: Entry) -> tuple[Contact, ...]:
    """Phones, mails and addresses, each once, in the order given; those marked old are left out."""
    found: dict[tuple[str, str], Contact] = {}
    for item in objects(entry.resource, "telecom"):
        kind, use = _KINDS.get(text(item, "system"), ""), text(item, "use")
        value = world.cut(entry, "telecom", text(item, "value"), NAME)
        if kind and value and use != "old":
            found.setdefault((kind, value), Contact(kind, value, use))
    for item in objects(entry.resource, "address"):
        value, use = world.cut(entry, "address", postal(item), LINE), text(item, "use")
        if value and use != "old":
            found.setdefault(("address", value), Contact("address", value, use))
    return tuple(found.values())


def relative(world: World, entry: Entry) -> RelativeRecord:
    """Somebody close: relation (TRE_R216), role (TRE_R260), legal protection (TRE_R217), told apart by code system."""
    said = {"R216": ("", ""), "R260": ("", ""), "R217": ("", "")}
    for coding in codings(*objects(entry.resource, "relationship")):
        for table in said:
            if f"TRE_{table}" in text(coding, "system") and not said[table][0]:
                said[table] = text(coding, "code"), text(coding, "display")
    family, given = person_name(objects(entry.resource, "name"))
    return RelativeRecord(
        dossier=world.owner(entry),
        key=world.key(entry),
        entry=entry.index,
        hidden=world.hidden(entry),
        withdrawn=entry.resource.get("active") is False,
        family_name=world.cut(entry, "name", family, NAME),
        given_name=world.cut(entry, "name", given, NAME),
        relation=said["R216"][0],
        relation_label=said["R216"][1],
        role=said["R260"][0],
        protection=said["R217"][0],
        protection_label=said["R217"][1],
        contacts=contacts(world, entry),
    )


def professional(world: World, entry: Entry) -> ProfessionalRecord:
    """A Practitioner, or what a PractitionerRole says of one."""
    if entry.index not in world.professionals:
        world.professionals[entry.index] = _professional(world, entry)
    return world.professionals[entry.index]


def _professional(world: World, entry: Entry) -> ProfessionalRecord:
    person = entry.resource
    if entry.type == "PractitionerRole":
        target = world.find(entry, object_(person, "practitioner"))
        if target is None and object_(person, "practitioner"):
            world.warn("unknown-professional", entry, "practitioner", text(person, "practitioner", "reference"))
        person = target.resource if target else {}
        name = full_name(person) or text(entry.resource, "practitioner", "display")
        if target and not name:
            name = world.known.professionals.get(target.key, ("", ""))[0]
    else:
        name = full_name(person)
    role, code = role_of(entry.resource, person)
    return ProfessionalRecord(
        key=professional_key(world, entry),
        entry=entry.index,
        name=world.cut(entry, "name", name, NAME),
        role=world.cut(entry, "code", role, NAME),
        role_code=code,
    )


def professional_key(world: World, entry: Entry) -> str:
    """A role without identifier of its own is known by its holder and what they do."""
    if entry.type != "PractitionerRole" or keys.business_key(entry.resource):
        return world.key(entry)
    target = world.find(entry, object_(entry.resource, "practitioner"))
    holder = target and (target.key or (target.entry and world.key(target.entry)))
    code = role_of(entry.resource, {})[1]
    return f"{holder}/{code}" if holder else world.key(entry)


def role_of(role: Json, person: Json) -> tuple[str, str]:
    """(what they do in French, its code): the profession first, because a family asks « with whom? »."""
    professions = [
        object_(item, "valueCodeableConcept")
        for node in (*objects(role, "code"), role)
        for item in extensions(node, "tddui-profession")
    ]
    diplomas = [object_(item, "code") for item in objects(person, "qualification")]
    trades = [concept for concept in diplomas if any("Profession" in text(c, "system") for c in codings(concept))]
    for concepts in (professions, objects(role, "code"), objects(role, "specialty"), trades, diplomas):
        if label(*concepts):
            code = next((text(coding, "code") for coding in codings(*concepts)), "")
            return label(*concepts), code
    return "", ""


def referents(world: World, entry: Entry) -> list[ReferentRecord]:
    """Those who follow a young person: participants of a CareTeam, ``generalPractitioner`` of a Patient."""
    if entry.type == "CareTeam":
        members = [(object_(item, "member"), item) for item in objects(entry.resource, "participant")]
    else:
        members = [(item, {}) for item in objects(entry.resource, "generalPractitioner")]
    found: dict[str, ReferentRecord] = {}
    for reference, item in members:
        record = _referent(world, entry, reference, item)
        if record is not None:
            found.setdefault(record.key, record)
    return list(found.values())


def team_key(world: World, entry: Entry) -> str:
    """What a list of referents is known by."""
    return f"{world.key(entry)}#referents"


def _referent(world: World, entry: Entry, reference: Json, item: Json) -> ReferentRecord | None:
    """None for a member who is no professional: a relative, an organisation, the young person."""
    target = world.find(entry, reference)
    said = text(reference, "reference")
    kind = target.type if target else text(reference, "type") or said.rpartition("/")[0].rpartition("/")[2]
    if kind not in {"", "Practitioner", "PractitionerRole"}:
        return None
    name, role, key = named(world, entry, reference)
    period = object_(item, "period")
    ended = entry.resource.get("status") in {"inactive", "entered-in-error"}
    if not (key or name or said or label(*objects(item, "role"))):
        return None
    team = team_key(world, entry)
    return ReferentRecord(
        dossier=world.owner(entry),
        key=f"{team}/{key or name or keys.content_hash(reference)}",
        entry=entry.index,
        hidden=world.hidden(entry),
        withdrawn=ended,
        team=team,
        professional=key,
        name=name,
        role=label(*objects(item, "role")) or role,
        since=times.day(text(period, "start")[:10]),
        until=times.day(text(period, "end")[:10]),
    )


def named(world: World, entry: Entry, reference: Json) -> tuple[str, str, str | None]:
    """(name, role, key) of the professional a reference means. Unknown: what the reference displays, and a warning."""
    target = world.find(entry, reference)
    shown = world.cut(entry, "display", text(reference, "display"), NAME)
    if target is not None and target.entry is not None:
        record = professional(world, target.entry)
        return record.name or shown, record.role, record.key
    if target is not None and target.key:
        name, role = world.known.professionals.get(target.key, ("", ""))
        return name or shown, role, target.key
    if target is not None:  # contained: known here, and nowhere else
        return full_name(target.resource) or shown, role_of(target.resource, target.resource)[0], None
    if text(reference, "reference") or object_(reference, "identifier"):
        said = text(reference, "reference") or text(reference, "identifier", "value")
        world.warn("unknown-professional", entry, cause=said)
    return shown, "", None
