"""What a reference leads to: in the message by fullUrl or Type/id, inside the resource, or among what we hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal.connectors.dui import keys
from portal.connectors.dui.bundle import Entry
from portal.connectors.dui.refusal import refuse
from portal.connectors.dui.shape import Json, object_, objects, text, walk_references

_TYPED = re.compile(r"(?:.*/)?([A-Z][A-Za-z]{1,40})/([A-Za-z0-9\-.]{1,64})(?:/_history/.*)?")


@dataclass(frozen=True, slots=True)
class Target:
    """The thing a reference means."""

    type: str
    entry: Entry | None = None
    """When it stands in the message."""
    resource: Json = field(default_factory=dict)
    """What is known of it: the resource of the entry, or a contained one; empty when it is only in store."""
    key: str = ""
    """Our key, when it is in store."""
    dossier: str | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What a message refers to, to be looked up in store in a few queries."""

    references: frozenset[str]
    """``Type/id``."""
    dossiers: frozenset[str]
    """Keys of dossiers it speaks of."""
    ins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What the store answered."""

    references: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    """``Type/id`` → (our key, key of its dossier)."""
    dossiers: frozenset[str] = frozenset()
    """Those of the asked keys that we hold."""
    ins: Mapping[str, str] = field(default_factory=dict)
    """INS → key of its dossier."""
    professionals: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Key → (name, role), for every professional among the references."""
    relatives: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(dossier, key) → name, for every relative among the references."""


def normal(reference: str) -> str:
    """``Type/id`` of a relative or absolute reference; "" for a urn or a contained one."""
    match = _TYPED.fullmatch(reference)
    return f"{match[1]}/{match[2]}" if match else ""


class References:
    """Every reference of a message, resolved once."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_url: dict[str, list[Entry]] = defaultdict(list)
        self._by_name: dict[str, list[Entry]] = defaultdict(list)
        self._by_identifier: dict[str, list[Entry]] = defaultdict(list)
        self.outgoing: dict[int, list[tuple[str, Json]]] = {}
        self.known = Known()
        for entry in entries:
            self._by_url[entry.full_url].append(entry)
            self._by_name[f"{entry.type}/{text(entry.resource, 'id')}"].append(entry)
            for _, value, _ in keys.identifiers(entry.resource):
                self._by_identifier[value].append(entry)
            self.outgoing[entry.index] = list(walk_references(entry.resource, entry.path))

    def needs(self, patients: Iterable[Json]) -> Needs:
        """What must be asked of the store; ``patients`` are the Patient resources of the message."""
        references, dossiers, ins = set(), set(), set()
        for found in self.outgoing.values():
            for _, reference in found:
                references.add(normal(text(reference, "reference")))
                value = text(reference, "identifier", "value")
                dossiers.add(value)
                ins.add(value)
        for patient in patients:
            dossiers.add(keys.local_key(patient))
            ins.add(keys.ins(patient))
        return Needs(frozenset(references - {""}), frozenset(dossiers - {""}), frozenset(ins - {""}))

    def find(self, entry: Entry, reference: Json, path: str = "") -> Target | None:
        """What ``reference``, standing in ``entry``, means; None when nobody knows.

        Raises ``Refused`` when two entries answer to it.
        """
        said = text(reference, "reference")
        if said.startswith("#"):
            return self._contained(entry, said[1:])
        name = normal(said)
        for found in (self._by_url.get(said, []) if said else [], self._by_name.get(name, []) if name else []):
            if found:
                return self._only(found, entry, path)
        if name in self.known.references:
            key, dossier = self.known.references[name]
            return Target(name.partition("/")[0], key=key, dossier=dossier)
        return self._identified(entry, reference, path)

    def _only(self, found: list[Entry], entry: Entry, path: str) -> Target:
        if len(found) > 1:
            raise refuse("ambiguous-reference", entry.index, path or entry.path)
        return Target(found[0].type, found[0], found[0].resource)

    def _contained(self, entry: Entry, name: str) -> Target | None:
        for resource in objects(entry.resource, "contained"):
            if text(resource, "id") != name:
                continue
            key = keys.local_key(resource)
            if text(resource, "resourceType") == "Patient":
                found = self._by_identifier.get(key, []) if key else []
                if found:
                    return self._only(found, entry, "")
                return self._person(key) or self._person(keys.ins(resource))
            return Target(text(resource, "resourceType"), resource=resource)
        return None

    def _identified(self, entry: Entry, reference: Json, path: str) -> Target | None:
        """A logical reference: only an identifier, no address."""
        value = text(object_(reference, "identifier"), "value")
        if not value:
            return None
        wanted = text(reference, "type")
        found = [one for one in self._by_identifier.get(value, []) if wanted in ("", one.type)]
        return self._only(found, entry, path) if found else self._person(value)

    def _person(self, value: str) -> Target | None:
        """The young person in store whom a local identifier or an INS names."""
        key = value if value in self.known.dossiers else self.known.ins.get(value)
        return Target("Patient", key=key, dossier=key) if key else None
