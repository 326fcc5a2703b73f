"""Records of the CDA documents of a message (TDDUI 1.x): what each header says, and the document kept raw."""

from __future__ import annotations

from collections.abc import Iterator

from portal.connectors.dui.bundle import Entry
from portal.connectors.dui.cda import Header
from portal.connectors.dui.people import LINE, NAME
from portal.connectors.dui.records import Contact, DossierRecord, RelativeRecord
from portal.connectors.dui.refusal import refuse
from portal.connectors.dui.world import World


def dossier(world: World, entry: Entry, header: Header) -> DossierRecord:
    """The young person. An INS in a CDA header was checked by its sender (CI-SIS, volet structuration minimale).

    Raises ``Refused`` when a dossier would be created without a birth date.
    """
    key = world.owner(entry)
    if header.birth_date is None and key not in world.known.dossiers:
        raise refuse("no-birth-date", entry.index, f"{entry.path}.content[0].attachment.data")
    return DossierRecord(
        dossier=key,
        key=key,
        entry=entry.index,
        hidden=world.hidden(entry),
        family_name=world.cut(entry, "content", header.family_name, NAME),
        given_name=world.cut(entry, "content", header.given_name, NAME),
        birth_date=header.birth_date,
        gender=header.gender,
        ins=header.ins or None,
        contacts=_contacts(world, entry, header.contacts),
    )


def relatives(world: World, entry: Entry, header: Header) -> Iterator[RelativeRecord]:
    """Those close, as the header names them."""
    key = world.owner(entry)
    for relative in header.relatives:
        yield RelativeRecord(
            dossier=key,
            key=f"{key}{relative.key}",
            entry=entry.index,
            hidden=world.hidden(entry),
            family_name=world.cut(entry, "content", relative.family_name, NAME),
            given_name=world.cut(entry, "content", relative.given_name, NAME),
            relation=relative.relation,
            relation_label=relative.relation_label,
            contacts=_contacts(world, entry, relative.contacts),
        )


def _contacts(world: World, entry: Entry, contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
    return tuple(Contact(one.kind, world.cut(entry, "content", one.value, LINE), one.use) for one in contacts)
