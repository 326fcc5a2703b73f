"""Whose each resource is. Every resource belongs to one young person, to nobody in particular, or is refused."""

from __future__ import annotations

from collections import defaultdict, deque

from portal.connectors.dui.bundle import Entry
from portal.connectors.dui.records import Issue, Severity
from portal.connectors.dui.references import References, Target, normal
from portal.connectors.dui.refusal import MOST_ISSUES, Refused
from portal.connectors.dui.shape import Json, extensions, object_, objects, text

NOBODYS = frozenset(
    {
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "Location",
        "HealthcareService",
        "Device",
        "Questionnaire",
        "Binary",
        "Group",
        "Schedule",
        "Slot",
    }
)
"""Types that may belong to no young person: professionals, places, agendas of professionals, contents."""

PARENTS = frozenset({"CarePlan", "Goal", "Encounter", "Schedule", "Task", "ServiceRequest", "Appointment"})
"""A resource that refers to one of these is about the same young person."""

MUST_RESOLVE = frozenset({"Patient", "CarePlan", "Goal"})
PERSON_NAMES = ("subject", "patient", "for", "beneficiary")
APPOINTMENT_SUBJECT = "extension-Appointment.subject"
"""Backport of the R5 element, that fr-core 2.2 uses."""


class Ownership:
    """Key(s) of the dossier each entry is about. Only events, of a group, have more than one."""

    def __init__(self, entries: tuple[Entry, ...], references: References, people: dict[int, str]) -> None:
        """``people``: index of each Patient entry → key of its dossier. Raises ``Refused``."""
        self.entries = entries
        self.references = references
        self.owners: dict[int, frozenset[str]] = {index: frozenset({key}) for index, key in people.items()}
        self.parents: dict[int, list[tuple[str, Target]]] = defaultdict(list)
        self.referrers: dict[int, list[int]] = defaultdict(list)
        self.dangling: list[tuple[Entry, str, str, str]] = []
        """(entry, path, type, what it says) of references to things nobody knows, that may stay unnamed."""
        self._issues: list[Issue] = []
        self._link()
        self._refuse_if_wrong()
        self._own_directly()
        self._spread()
        self._refuse_strays()
        self._refuse_if_wrong()

    def of(self, entry: Entry) -> frozenset[str]:
        """Keys of the dossiers an entry is about; empty for what is nobody's."""
        return self.owners.get(entry.index, frozenset())

    def parent_of(self, entry: Entry) -> Target | None:
        """The thing this one stands under: what it refers to, else what refers to it."""
        for _, target in self.parents[entry.index]:
            return target
        for index in self.referrers[entry.index]:
            referrer = self.entries[index]
            return Target(referrer.type, referrer, referrer.resource)
        return None

    def _link(self) -> None:
        for entry in self.entries:
            for path, reference in self.references.outgoing[entry.index]:
                target = self.references.find(entry, reference, path)
                if target is None:
                    self._check_dangling(entry, path, reference)
                    continue
                if target.type in PARENTS and (target.entry is None or target.entry.index != entry.index):
                    self.parents[entry.index].append((path, target))
                if target.entry is not None and target.entry.index != entry.index:
                    self.referrers[target.entry.index].append(entry.index)

    def _check_dangling(self, entry: Entry, path: str, reference: Json) -> None:
        kind = normal(text(reference, "reference")).partition("/")[0] or text(reference, "type")
        names_person = not kind and path.rpartition(".")[2] in PERSON_NAMES
        if kind in MUST_RESOLVE or names_person:
            self._issues.append(Issue("unresolved-reference", entry.index, path, Severity.ERROR))
        elif kind or text(reference, "reference"):
            said = text(reference, "reference") or text(reference, "identifier", "value")
            self.dangling.append((entry, path, kind, said))

    def _own_directly(self) -> None:
        for entry in self.entries:
            people = self._people_named_by(entry, depth=0)
            if entry.index not in self.owners and people:
                self.owners[entry.index] = people

    def _people_named_by(self, entry: Entry, depth: int) -> frozenset[str]:
        found: set[str] = set()
        for reference in _naming(entry):
            target = self.references.find(entry, reference)
            if target is None:
                continue
            if target.type == "Group" and target.entry is not None and depth == 0:
                found |= self._people_named_by(target.entry, depth=1)
            elif target.type == "Patient":
                found |= self.owners.get(target.entry.index, frozenset()) if target.entry else {target.dossier or ""}
        return frozenset(found - {""})

    def _spread(self) -> None:
        """From parents to children, then from a resource to what it refers to; both linear in the message's size."""
        children: dict[int, list[int]] = defaultdict(list)
        for index, parents in self.parents.items():
            for path, target in parents:
                if target.entry is not None:
                    children[target.entry.index].append(index)
                elif target.dossier:
                    self._give(index, frozenset({target.dossier}), path)
        self._flow(children)
        owned = set(self.owners)
        lone = {
            entry.index: [index for index in self.referrers[entry.index] if index in owned]
            for entry in self.entries
            if entry.index not in owned and entry.type not in NOBODYS
        }
        for index, referrers in lone.items():
            for referrer in referrers:
                self._give(index, self.owners[referrer], self.entries[index].path)
        self._flow(children)

    def _flow(self, children: dict[int, list[int]]) -> None:
        waiting = deque(sorted(self.owners))
        seen: set[int] = set()
        while waiting:
            parent = waiting.popleft()
            if parent in seen:
                continue
            seen.add(parent)
            for child in children[parent]:
                self._give(child, self.owners[parent], self.entries[child].path)
                waiting.append(child)

    def _give(self, index: int, owners: frozenset[str], path: str) -> None:
        """A child keeps the person it names itself; another one through its parent means two dossiers are mixed."""
        held = self.owners.setdefault(index, owners)
        if not held & owners and self.entries[index].type not in NOBODYS:
            self._issues.append(Issue("crosses-dossiers", index, path, Severity.ERROR))

    def _refuse_strays(self) -> None:
        for entry in self.entries:
            owners = self.of(entry)
            if not owners and entry.type not in NOBODYS:
                self._issues.append(Issue("about-nobody", entry.index, entry.path, Severity.ERROR))
            elif len(owners) > 1 and entry.type not in {"Encounter", "Appointment", "Group", "Task"}:
                self._issues.append(Issue("about-several", entry.index, entry.path, Severity.ERROR))

    def _refuse_if_wrong(self) -> None:
        if self._issues:
            raise Refused(self._issues[:MOST_ISSUES])


def _naming(entry: Entry) -> list[Json]:
    """The references by which a resource names the young people it is about."""
    resource = entry.resource
    found = [object_(resource, name) for name in PERSON_NAMES if object_(resource, name)]
    if entry.type == "Appointment":
        found += [object_(item, "actor") for item in objects(resource, "participant")]
        found += [object_(item, "valueReference") for item in extensions(resource, APPOINTMENT_SUBJECT)]
    elif entry.type == "Schedule":
        found += objects(resource, "actor")
    elif entry.type == "Group":
        found += [object_(item, "entity") for item in objects(resource, "member")]
    return found
