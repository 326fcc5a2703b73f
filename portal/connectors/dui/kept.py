"""Resources kept raw for features to come, and the category under which their place is remembered."""

from __future__ import annotations

import base64
import binascii
import hashlib

from portal.connectors.dui.bundle import Entry, is_export
from portal.connectors.dui.records import KeptRecord
from portal.connectors.dui.shape import Json, object_, objects, text
from portal.connectors.dui.world import World

CAREFUL = "intimate_care"
"""Never shared with families: the category of what we cannot classify."""

_BY_TYPE = {
    "CarePlan": "plan",
    "Goal": "plan",
    "ServiceRequest": "plan",
    "Task": "plan",
    "Consent": "plan",
    "DocumentReference": "documents",
    "List": "documents",
    "Composition": "documents",
    "Basic": "documents",
    "NutritionOrder": "diet",
    "AllergyIntolerance": "diet",
    "MedicationRequest": "treatment",
    "MedicationStatement": "treatment",
    "MedicationAdministration": "treatment",
    "Medication": "treatment",
}
_BY_PROFILE = {
    "tddui-observation-repas": "diet",
    "tddui-goal-attente": "wishes",
    "tddui-task-transport-professionnel": CAREFUL,  # staff's own work
}


def category(entry: Entry) -> str:
    """The ``access`` category a raw resource falls under; the most careful one when we do not know its type."""
    if is_export(entry):  # a whole dossier in one document, staff's transmissions included
        return CAREFUL
    claimed = (_BY_PROFILE[name] for name in sorted(entry.profiles) if name in _BY_PROFILE)
    return next(claimed, _BY_TYPE.get(entry.type, CAREFUL))


def kept(world: World, entry: Entry) -> list[KeptRecord]:
    """Where the resource lies, one record for each young person it is about; attachments are checked on the way."""
    _check_attachments(world, entry)
    return [
        KeptRecord(
            dossier=owner,
            key=world.key(entry),
            entry=entry.index,
            hidden=world.hidden(entry),
            withdrawn="entered-in-error" in (text(entry.resource, "status"), text(entry.resource, "lifecycleStatus")),
            resource_type=entry.type,
            category=category(entry),
        )
        for owner in sorted(world.ownership.of(entry))
    ]


def _check_attachments(world: World, entry: Entry) -> None:
    """Published examples announce wrong sizes and hashes: what counts is what the content measures."""
    for item in objects(entry.resource, "content"):
        attachment = object_(item, "attachment")
        content = _content(world, entry, attachment)
        if content is None:
            continue
        if "size" in attachment and attachment["size"] != len(content):
            world.warn("attachment-size", entry, "content.attachment.size")
        told = text(attachment, "hash")
        sha1 = base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
        if told and told != sha1:  # FHIR R4: Attachment.hash is SHA-1, in base64
            world.warn("attachment-hash", entry, "content.attachment.hash")


def _content(world: World, entry: Entry, attachment: Json) -> bytes | None:
    data = text(attachment, "data")
    if not data and text(attachment, "url"):
        target = world.find(entry, {"reference": text(attachment, "url")})
        if target is None:
            world.warn("attachment-elsewhere", entry, "content.attachment.url")
            return None
        data = text(target.resource, "data")
    return decoded(data) if data else None


def decoded(data: str) -> bytes | None:
    """Base64, line breaks allowed; None when it is not."""
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
