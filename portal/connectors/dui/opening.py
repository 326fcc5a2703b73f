"""A message opened: which establishment it speaks for, and what must be looked up before it is understood."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from portal.connectors.dui import cda, keys
from portal.connectors.dui.bundle import Draft, Entry, is_export, open_bundle
from portal.connectors.dui.kept import decoded
from portal.connectors.dui.records import Issue, Severity
from portal.connectors.dui.references import Needs, References
from portal.connectors.dui.refusal import MOST_ISSUES, Limits, Refused, refuse
from portal.connectors.dui.shape import object_, objects, text

SERVED_BY = frozenset({"serviceProvider", "managingOrganization", "custodian"})
"""Elements naming the establishment that speaks. Elsewhere another one may be named: where somebody came from."""

_Named = tuple[str, int, str]
"""(FINESS, index of the entry, path)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A well-formed message."""

    draft: Draft
    references: References
    headers: dict[int, cda.Header]
    """Of each CDA document, by entry."""

    def needs(self) -> Needs:
        """What to ask the store before ``understand``."""
        asked = self.references.needs(entry.resource for entry in self.draft.entries if entry.type == "Patient")
        return replace(
            asked,
            dossiers=(asked.dossiers | {header.local_key for header in self.headers.values()}) - {""},
            ins=(asked.ins | {header.ins for header in self.headers.values()}) - {""},
        )

    def finess(self, allowed: Collection[str]) -> str:
        """The one establishment the message speaks for, among those its sender may write.

        Raises ``Refused`` when it names another one, several, or none while the sender has several.
        """
        named = [*self._by_identifiers(), *self._by_organisations(), *self._by_headers()]
        wrong = [(index, path) for finess, index, path in named if finess not in allowed]
        if wrong:
            raise Refused(Issue("wrong-establishment", *one, Severity.ERROR) for one in wrong[:MOST_ISSUES])
        found = {finess for finess, _, _ in named} or set(allowed)
        if len(found) != 1:
            raise refuse("several-establishments" if named else "no-establishment", path="Bundle")
        return found.pop()

    def _by_identifiers(self) -> Iterator[_Named]:
        for entry in self.draft.entries:
            for _, value, path in keys.identifiers(entry.resource):
                finess = keys.finess_of(value)
                if finess:
                    yield finess, entry.index, f"{entry.path}.{path}"

    def _by_organisations(self) -> Iterator[_Named]:
        """Organizations that serve, and those nothing refers to."""
        serving, elsewhere = self._referred()
        for entry in self.draft.entries:
            speaks = entry.index in serving or entry.index not in elsewhere
            finess = keys.organisation_finess(entry.resource) if entry.type == "Organization" and speaks else ""
            if finess:
                yield finess, entry.index, f"{entry.path}.identifier"

    def _referred(self) -> tuple[set[int], set[int]]:
        serving: set[int] = set()
        elsewhere: set[int] = set()
        for entry in self.draft.entries:
            for path, reference in self.references.outgoing[entry.index]:
                target = self.references.find(entry, reference, path)
                if target and target.entry and target.type == "Organization":
                    serves = path.removeprefix(f"{entry.path}.") in SERVED_BY and entry.type != "Location"
                    (serving if serves else elsewhere).add(target.entry.index)
        return serving, elsewhere

    def _by_headers(self) -> Iterator[_Named]:
        for index, header in self.headers.items():
            path = f"{self.draft.entries[index].path}.content[0].attachment.data"
            for finess in (header.finess, keys.finess_of(header.local_key)):
                if finess:
                    yield finess, index, path


def open_message(raw: bytes, limits: Limits | None = None) -> Opened:
    """The message in ``raw``.

    Raises ``Refused`` when the bytes are no acceptable transaction, or hold an exported dossier that is no CDA.
    """
    draft = open_bundle(raw, limits)
    headers = {entry.index: _header(entry) for entry in draft.entries if is_export(entry)}
    return Opened(draft, References(draft.entries), headers)


def _header(entry: Entry) -> cda.Header:
    path = f"{entry.path}.content[0].attachment.data"
    contents = objects(entry.resource, "content")
    data = text(object_(contents[0], "attachment"), "data") if contents else ""
    document = decoded(data) if data else None
    if document is None:
        raise refuse("not-a-cda", entry.index, path)
    return cda.read(document, entry.index, path)
