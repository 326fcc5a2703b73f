"""A transaction, opened: who sent it when, and its resources, each checked against the structure of FHIR R4B."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.resource import Resource
from pydantic import ValidationError

from portal.connectors.dui import times
from portal.connectors.dui.reading import load
from portal.connectors.dui.records import Issue, Severity
from portal.connectors.dui.refusal import MOST_ISSUES, Limits, Refused, refuse
from portal.connectors.dui.shape import Json, object_, objects, text

EXPORT_DUI = "EXPORT_DUI"
"""TRE_A05: a DocumentReference of this type holds a whole dossier as CDA (TDDUI 1.x)."""

TAKEN_METHODS = frozenset({"POST", "PUT"})

REPEATED = frozenset({"Organization", "Location", "Practitioner", "PractitionerRole"})
"""Types that every message of a DUI says again, word for word."""
MOST_SOUND = 20_000
_sound: set[bytes] = set()
"""Digests of such resources already found sound: checking their structure is most of what a message costs."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of the message and where it stands."""

    index: int
    full_url: str
    type: str
    resource: Json

    @property
    def path(self) -> str:
        """Its FHIRPath."""
        return f"Bundle.entry[{self.index}].resource"

    @property
    def profiles(self) -> set[str]:
        """Names of the profiles it claims, without their host or version."""
        claimed = object_(self.resource, "meta").get("profile")
        names = claimed if isinstance(claimed, list) else []
        return {str(name).partition("|")[0].rpartition("/")[2] for name in names}


@dataclass(frozen=True, slots=True)
class Draft:
    """A well-formed transaction, not yet understood."""

    entries: tuple[Entry, ...]
    sent_at: datetime | None
    labels: tuple[Json, ...]
    """Security labels of the bundle itself: they hold for every entry."""
    digest: str
    size: int
    warnings: tuple[Issue, ...] = ()

    @property
    def version(self) -> str:
        """``1`` when it holds nothing but CDA documents, else ``2``."""
        return "1" if all(is_export(entry) for entry in self.entries) else "2"


def is_export(entry: Entry) -> bool:
    """Whether an entry is a whole dossier as a CDA document."""
    types = objects(object_(entry.resource, "type"), "coding")
    return entry.type == "DocumentReference" and any(text(coding, "code") == EXPORT_DUI for coding in types)


def open_bundle(raw: bytes, limits: Limits | None = None) -> Draft:
    """The transaction in ``raw``.

    Raises ``Refused``: too big or not JSON, not a transaction Bundle, or resources FHIR does not know.
    """
    limits = limits or Limits()
    bundle = load(raw, limits)
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise refuse("not-a-bundle", path="Bundle")
    if bundle.get("type") != "transaction":
        raise refuse("not-a-transaction", path="Bundle.type")
    slots = bundle.get("entry")
    if not isinstance(slots, list) or not slots:
        raise refuse("empty", path="Bundle.entry")
    if len(slots) > limits.entries:
        raise refuse("too-many-entries", path="Bundle.entry")
    entries, issues = _entries(slots)
    issues += _problems_in(bundle | {"entry": []}, "Bundle", None)
    if issues:
        raise Refused(issues[:MOST_ISSUES])
    return Draft(
        entries,
        times.instant(text(bundle, "timestamp")),
        tuple(objects(object_(bundle, "meta"), "security")),
        hashlib.sha256(raw).hexdigest(),
        len(raw),
    )


def _entries(slots: list[Any]) -> tuple[tuple[Entry, ...], list[Issue]]:
    entries: list[Entry] = []
    issues: list[Issue] = []
    for index, slot in enumerate(slots):
        resource = object_(slot, "resource")
        entry = Entry(index, text(slot, "fullUrl"), text(resource, "resourceType"), resource)
        problems = list(_problems_of(entry, slot))
        issues.extend(problems)
        if len(issues) >= MOST_ISSUES:
            break
        if not problems:
            entries.append(entry)
    return tuple(entries), issues


def _problems_of(entry: Entry, slot: Any) -> Iterator[Issue]:
    """``request.url`` is not looked at: DUIs write a profile name there. The resource says what it is."""
    request = object_(slot, "request")
    if request and text(request, "method") not in TAKEN_METHODS:
        path = f"Bundle.entry[{entry.index}].request.method"
        yield Issue("method-not-taken", entry.index, path, Severity.ERROR)
    elif not entry.resource:
        yield Issue("no-resource", entry.index, f"Bundle.entry[{entry.index}]", Severity.ERROR)
    elif not entry.type:
        yield Issue("unknown-type", entry.index, f"{entry.path}.resourceType", Severity.ERROR)
    elif not _is_known_sound(entry):
        problems = _problems_in(entry.resource, entry.path, entry.index)
        if not problems:
            _remember(entry)
        yield from problems


def _is_known_sound(entry: Entry) -> bool:
    return entry.type in REPEATED and _digest(entry.resource) in _sound


def _remember(entry: Entry) -> None:
    if entry.type not in REPEATED:
        return
    if len(_sound) >= MOST_SOUND:
        _sound.clear()
    _sound.add(_digest(entry.resource))


def _digest(resource: Json) -> bytes:
    return hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).digest()


def _problems_in(resource: Json, path: str, index: int | None) -> list[Issue]:
    """What the structure of FHIR R4B says against a resource: place and kind of error, never the value."""
    try:
        model = get_fhir_model_class(text(resource, "resourceType"))
    except ValueError:
        return _unknown(path, index)
    if not issubclass(model, Resource):  # HumanName is a model too, and no resource
        return _unknown(path, index)
    try:
        model.model_validate(resource)
    except ValidationError as wrong:
        places = (error["loc"] for error in wrong.errors(include_url=False, include_input=False))
        return [Issue("structure", index, path + _fhirpath(place), Severity.ERROR) for place in places][:MOST_ISSUES]
    except (ValueError, TypeError, AttributeError, RecursionError):  # the library lets a few through on odd shapes
        return [Issue("structure", index, path, Severity.ERROR)]
    return []


def _unknown(path: str, index: int | None) -> list[Issue]:
    return [Issue("unknown-type", index, f"{path}.resourceType", Severity.ERROR)]


def _fhirpath(place: tuple[int | str, ...]) -> str:
    """A place as pydantic says it → FHIRPath; only names made of letters, so nothing of the message is echoed."""
    parts = []
    for part in place:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        elif part.isidentifier() and len(part) <= 64:
            parts.append(f".{part}")
    return "".join(parts)


def wrap(raw: bytes, limits: Limits | None = None) -> bytes:
    """What the command line imports: a bundle as it is; a lone resource or a CDA document inside a transaction.

    Raises ``Refused`` when it is neither.
    """
    document = raw.lstrip(b"\xef\xbb\xbf \t\r\n")
    if document.startswith(b"<"):
        return _transaction(_export(document))
    value = load(raw, limits or Limits())
    if not isinstance(value, dict) or not text(value, "resourceType"):
        raise refuse("not-a-bundle", path="Bundle")
    return raw if value["resourceType"] == "Bundle" else _transaction(value)


def _transaction(resource: Json) -> bytes:
    request = {"method": "POST", "url": resource["resourceType"]}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": resource, "request": request}]}
    return json.dumps(bundle, ensure_ascii=False).encode()


def _export(document: bytes) -> Json:
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": {"coding": [{"code": EXPORT_DUI}]},
        "content": [
            {"attachment": {"contentType": "text/xml", "data": base64.b64encode(document).decode()}},
        ],
    }
