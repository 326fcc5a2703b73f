"""What the DUI writes *for the family*: what to bring, and a note.

The guide has no element for it, so docs/dui.md says which we read. What staff write for staff (``tddui-event-report``,
``tddui-comment``, ``tddui-event-reason``, ``Appointment.comment``) is never read here: it must not reach a family.
"""

from __future__ import annotations

import re

from portal.connectors.dui.bundle import Entry
from portal.connectors.dui.shape import objects, text
from portal.connectors.dui.world import World

BRING_URL = "urn:relie:fhir:a-apporter"
NOTE_URL = "urn:relie:fhir:note-famille"
BRING, NOTE = 1000, 2000

_BRING_LINE = re.compile(r"\s*(?:[àaÀA]\s+apporter|[Aa]pporter)\s*:\s*(\S.*)", re.IGNORECASE)


def read(world: World, entry: Entry) -> tuple[str, str]:
    """(what to bring, note for the family).

    Our two extensions, on either resource; and ``Appointment.patientInstruction``, whose lines « À apporter : … » say
    what to bring and whose other lines are the note.
    """
    bring = _strings(entry, BRING_URL)
    note = _strings(entry, NOTE_URL)
    for line in text(entry.resource, "patientInstruction").splitlines():
        found = _BRING_LINE.fullmatch(line)
        if found:
            bring.append(found[1].strip())
        elif line.strip():
            note.append(line.strip())
    return (
        world.cut(entry, "patientInstruction", "\n".join(bring), BRING),
        world.cut(entry, "patientInstruction", "\n".join(note), NOTE),
    )


def _strings(entry: Entry, url: str) -> list[str]:
    found = (text(item, "valueString") for item in objects(entry.resource, "extension") if text(item, "url") == url)
    return [value for value in found if value]
