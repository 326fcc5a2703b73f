"""The head of what is said of a young person: first name, unit, local time, freshness of the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from portal.access.queries import visible
from portal.access.words import Category, Viewer
from portal.core.models import Dossier, Establishment, Unit
from portal.dossier.models import Identity


@dataclass(frozen=True, slots=True)
class Card:
    """``name``, ``family_name`` and ``unit`` are "" when the identity is not open to the reader at this sign-in."""

    dossier_id: UUID
    name: str
    family_name: str
    unit: str
    boarding: bool
    zone: str
    """IANA name of the establishment's time zone."""
    received_at: datetime | None
    """When the DUI last spoke of this young person."""


def cards(db: Session, viewer: Viewer, dossiers: Iterable[UUID]) -> dict[UUID, Card]:
    """A card for each of these dossiers, which must come from the viewer's own scope. One statement.

    Names need ``identity`` among what the page serves.
    """
    if Category.IDENTITY in viewer.serving:
        named = visible(Identity, viewer, Identity.dossier_id, Identity.given_name, Identity.family_name).subquery()
    else:
        named = select(Identity.dossier_id, Identity.given_name, Identity.family_name).where(false()).subquery()
    rows = db.execute(
        select(
            Dossier.id,
            named.c.given_name,
            named.c.family_name,
            Unit.name.label("unit"),
            Unit.boarding,
            Establishment.time_zone,
            Dossier.received_at,
        )
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .outerjoin(named, named.c.dossier_id == Dossier.id)
        .outerjoin(Unit, Unit.id == Dossier.unit_id)
        .where(Dossier.id.in_(list(dossiers)))
    )
    return {
        row.id: Card(
            row.id,
            row.given_name or "",
            row.family_name or "",
            (row.unit or "") if row.given_name is not None else "",
            bool(row.boarding),
            row.time_zone,
            row.received_at,
        )
        for row in rows
    }
