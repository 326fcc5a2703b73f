"""One message being understood: what mappers ask, and where they leave what is odd."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.connectors.dui import keys, labels
from portal.connectors.dui.bundle import Draft, Entry
from portal.connectors.dui.ownership import Ownership
from portal.connectors.dui.records import Issue, ProfessionalRecord
from portal.connectors.dui.references import Known, References, Target
from portal.connectors.dui.refusal import refuse
from portal.connectors.dui.shape import Json, label, object_, objects, text
from portal.core.models import HiddenFrom

MOST_WARNINGS = 200
LONGEST_KEY = 400
"""An identifier longer than this is no identifier, and no index holds it."""

_STRANGERS = {
    "Practitioner": "unknown-professional",
    "PractitionerRole": "unknown-professional",
    "Location": "unknown-place",
    "Organization": "unknown-place",
    "HealthcareService": "unknown-place",
    "RelatedPerson": "unknown-relative",
    "Encounter": "unknown-event",
    "Appointment": "unknown-event",
}


@dataclass(slots=True)
class World:
    """A draft, its references and whose each entry is; collects warnings, each place or cause once."""

    draft: Draft
    references: References
    ownership: Ownership
    known: Known
    zone: str
    warnings: dict[tuple[str, str], Issue] = field(default_factory=dict)
    dropped: int = 0
    professionals: dict[int, ProfessionalRecord] = field(default_factory=dict)
    """Those already read, by entry: ten thousand events have the same hundred professionals."""
    keys: dict[int, str] = field(default_factory=dict)

    def warn(self, code: str, entry: Entry, path: str = "", cause: str = "") -> None:
        """Something odd that does not stop the message. The same ``cause`` (an unknown doctor) is told once."""
        place = f"{entry.path}.{path}" if path else entry.path
        if (code, cause or place) in self.warnings:
            return
        if len(self.warnings) >= MOST_WARNINGS:
            self.dropped += 1
            return
        self.warnings[(code, cause or place)] = Issue(code, entry.index, place)

    def warn_of_strangers(self) -> None:
        """Tell, once each, of the references to people and things nobody knows."""
        for entry, path, kind, said in self.ownership.dangling:
            code = _STRANGERS.get(kind, "unknown-reference")
            self.warn(code, entry, path.removeprefix(f"{entry.path}."), cause=said)

    def told(self) -> tuple[Issue, ...]:
        """Every warning; a last one says that there were more."""
        more = (Issue("more-warnings"),) if self.dropped else ()
        return (*self.warnings.values(), *more)

    def find(self, entry: Entry, reference: Json) -> Target | None:
        """What a reference of this entry means."""
        return self.references.find(entry, reference)

    def owner(self, entry: Entry) -> str:
        """Key of the dossier of an entry that has one."""
        return next(iter(sorted(self.ownership.of(entry))), "")

    def key(self, entry: Entry) -> str:
        """What the entry's resource is known by from message to message.

        Raises ``Refused`` when its identifier is too long to be one.
        """
        if entry.index not in self.keys:
            self.keys[entry.index] = self._key(entry)
        return self.keys[entry.index]

    def _key(self, entry: Entry) -> str:
        if entry.type == "Patient":
            return self.owner(entry)  # its first identifier may be the INS, that must not travel inside keys
        found = keys.business_key(entry.resource)
        if len(found) > LONGEST_KEY:
            raise refuse("identifier-too-long", entry.index, f"{entry.path}.identifier")
        return found or f"{self._parent_key(entry)}#{entry.type}:{self._fingerprint(entry)}"

    def _fingerprint(self, entry: Entry) -> str:
        """Of somebody's national number when there is nothing else, so that a mother stays the same; else of it all."""
        number = keys.national_number(entry.resource)
        if number:
            return keys.content_hash({"of": self.owner(entry), "number": number})
        if self.ownership.of(entry):
            self.warn("keyed-by-content", entry)
        return keys.content_hash(entry.resource)

    def _parent_key(self, entry: Entry) -> str:
        parent = self.ownership.parent_of(entry)
        if parent is None or parent.type == "Patient":
            return self.owner(entry)
        return parent.key or keys.business_key(parent.resource) or self.owner(entry)

    def hidden(self, entry: Entry) -> HiddenFrom:
        """Whom the item is hidden from, by its own labels and the bundle's; staff are told of an unknown one."""
        hidden, unknown = labels.hidden_from([*labels.labels_of(entry.resource), *self.draft.labels])
        if unknown:
            self.warn("unknown-label", entry, "meta.security")
        return hidden

    def cut(self, entry: Entry, path: str, value: str, length: int) -> str:
        """A text short enough for a screen; staff are told when it is cut."""
        if len(value) <= length:
            return value
        self.warn("text-cut", entry, path)
        return value[: length - 1].rstrip() + "…"


def person_name(names: Iterable[Json]) -> tuple[str, str]:
    """(family, given) as used in life: the usual name first, then the official one, then any."""
    ordered = sorted(names, key=lambda name: {"usual": 0, "official": 1}.get(text(name, "use"), 2))
    family = next((text(name, "family") for name in ordered if text(name, "family")), "")
    given = next((_given(name) for name in ordered if _given(name)), "")
    if not family and not given:
        return next((text(name, "text") for name in ordered if text(name, "text")), ""), ""
    return family, given


def _given(name: Json) -> str:
    given = name.get("given")
    return " ".join(item.strip() for item in given if isinstance(item, str)) if isinstance(given, list) else ""


def full_name(resource: Json) -> str:
    """« Claire Martin »: how a professional or a relative is called on screen."""
    family, given = person_name(objects(resource, "name"))
    return f"{given} {family}".strip()


def postal(address: Json) -> str:
    """An address as on an envelope, one line per line; "" without any."""
    lines = address.get("line")
    street = [item.strip() for item in lines if isinstance(item, str)] if isinstance(lines, list) else []
    town = f"{text(address, 'postalCode')} {text(address, 'city')}".strip()
    told = [line for line in (*street, town) if line]
    return "\n".join(told) or text(address, "text")


def concept(resource: Json, *names: str) -> str:
    """The label of CodeableConcepts standing under these names."""
    return label(*(item for name in names for item in objects(resource, name))) or label(
        *(object_(resource, name) for name in names)
    )
