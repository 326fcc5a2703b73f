"""Whose address is whose: each parent reads their own part of the household and never the other's.

Links know the relative of the DUI they come from (``Relationship.relative_key``), and the dossier feature keeps that
relative's rows: only here are the two joined. Called when a link is verified and when the DUI has spoken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.access.models import Kind, Relationship
from portal.access.queries import visible
from portal.access.words import Viewer
from portal.connectors.dui.reception import Reception
from portal.connectors.dui.upsert import chunks
from portal.core import clock
from portal.dossier.models import Contact, Relative
from portal.planning.homes import Homes, street, streets


@dataclass(slots=True)
class Reachable:
    """How somebody of a family is reached. ``home``: what tells it from another one; "" when it is not known."""

    home: str = ""
    phones: list[str] = field(default_factory=list)


WORK = "work"
"""An address of this use (FHIR) is an office, and no home."""


def receive(db: Session, reception: Reception) -> None:
    """After the dossier feature's: what the DUI just wrote belongs to whoever it is about."""
    own_parts(db, [dossier.id for dossier in reception.dossiers.values()])


def own_parts(db: Session, dossier_ids: Iterable[UUID]) -> None:
    """Write on relatives and contacts of these dossiers to which account they belong.

    The young person's own contacts (owner "") belong to the account of the link ``self``. Of several accounts for one
    relative, the one whose link stands now, then the latest, counts; nothing becomes nobody's because a link ended.
    """
    for batch in chunks(dossier_ids):
        holders = _holders(db, batch)
        _write(db, Relative, Relative.key, batch, holders)
        _write(db, Contact, Contact.owner, batch, holders)


def homes(db: Session, dossier_ids: Iterable[UUID]) -> dict[UUID, Homes]:
    """Where the families of these dossiers live, by dossier; no event tells it to the other parent."""
    found: dict[UUID, list[str]] = {}
    addresses = select(Contact.dossier_id, Contact.value).where(Contact.kind == "address", Contact.use != WORK)
    for batch in chunks(dossier_ids):
        for dossier_id, value in db.execute(addresses.where(Contact.dossier_id.in_(batch))):
            found.setdefault(dossier_id, []).append(value)
    return {dossier_id: streets(values) for dossier_id, values in found.items()}


def together(db: Session, viewer: Viewer, dossier_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], Reachable]:
    """(dossier, account) → where they live, as ``street`` tells homes apart, and their telephones; as far as the viewer
    reads it. One statement; whoever has neither is left out."""
    columns = (Contact.dossier_id, Contact.private_to, Contact.kind, Contact.value)
    query = visible(Contact, viewer, *columns).where(
        Contact.dossier_id.in_(list(dossier_ids)),
        Contact.private_to.is_not(None),
        Contact.kind.in_(("address", "phone")),
    )
    found: dict[tuple[UUID, UUID], Reachable] = {}
    for row in db.execute(query.where(Contact.use != WORK).order_by(Contact.position, Contact.id)):
        one = found.setdefault((row.dossier_id, row.private_to), Reachable())
        if row.kind == "phone":
            one.phones.append(row.value)
        else:
            one.home = one.home or street(row.value)
    return found


def _holders(db: Session, dossier_ids: list[UUID]) -> dict[tuple[UUID, str], UUID]:
    at = clock.now()
    links = db.scalars(
        select(Relationship).where(
            Relationship.dossier_id.in_(dossier_ids),
            Relationship.kind != Kind.STAFF,
            Relationship.verified_at.is_not(None),
        )
    )
    owning = [one for one in links if one.relative_key or one.kind is Kind.SELF]
    owning.sort(key=lambda one: (one.starts_at <= at and (one.ends_at is None or one.ends_at > at), one.starts_at))
    return {(one.dossier_id, one.relative_key or ""): one.account_id for one in owning if one.dossier_id}


def _write(
    db: Session, model: type[Any], owner: Any, dossier_ids: list[UUID], holders: dict[tuple[UUID, str], UUID]
) -> None:
    rows = db.execute(
        select(model.id, model.dossier_id, owner.label("owner"), model.private_to).where(
            model.dossier_id.in_(dossier_ids)
        )
    ).all()
    wanted = [(row, holders.get((row.dossier_id, row.owner))) for row in rows]
    changed = [{"id": row.id, "private_to": holder} for row, holder in wanted if holder and holder != row.private_to]
    for some in chunks(changed, 2000):
        db.execute(update(model), some)
