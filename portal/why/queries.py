"""What the two questions are answered from: every link to one dossier, with names, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access import queries as access
from portal.access.cases import cases
from portal.access.facts import Case
from portal.access.models import LogEntry
from portal.access.opening import in_force
from portal.access.sharing import Perimeter
from portal.access.words import Action, Category, Nature, Viewer
from portal.core.models import Establishment, HiddenFrom
from portal.core.names import names_of

LOOKED_BACK = timedelta(days=90)
"""How far back it is told who opened what."""
MARKS = ("dossier_id", "category", "nature", "held_until", "hidden_from", "private_to", "published_to")


@dataclass(frozen=True, slots=True)
class Marks:
    """What one thing says of itself, for decisions about it."""

    category: Category
    nature: Nature
    held_until: datetime | None
    hidden_from: HiddenFrom
    private_to: UUID | None
    published_to: int


@dataclass(frozen=True, slots=True)
class Known:
    """Every link to a dossier, the names of those who hold or verified them, and the perimeter in force."""

    cases: Sequence[Case]
    names: Mapping[UUID, str]
    perimeter: Perimeter | None
    establishment: str
    zone: str


def known(db: Session, dossier_id: UUID, at: datetime) -> Known:
    """For a dossier the asker reaches. As many statements for two people as for forty."""
    found = cases(db, dossier_ids=[dossier_id])
    links = [case.relationship for case in found]
    wanted = {link.account_id for link in links} | {link.verified_by for link in links if link.verified_by}
    wanted |= {one.given_by for case in found for one in case.agreements}
    establishment_id = found[0].dossier.establishment_id
    perimeter = in_force(db, establishment_id, at)
    if perimeter is not None and perimeter.decided_by:
        wanted.add(perimeter.decided_by)
    name, zone = db.execute(
        select(Establishment.name, Establishment.time_zone).where(Establishment.id == establishment_id)
    ).one()
    return Known(found, names_of(db, wanted), perimeter, name, zone)


def marks(db: Session, viewer: Viewer, model: Any, item_id: UUID) -> tuple[UUID, Marks | None]:
    """The dossier of one thing the viewer may read, and what it says of itself (None when only its hour is open).

    Raises ``NotFound`` and ``NeedsStrength`` as the page of that thing does.
    """
    row = access.one(db, model, item_id, viewer, *(getattr(model, name) for name in MARKS))
    dossier_id, category, nature, *rest = row
    if nature is None:
        return dossier_id, None
    return dossier_id, Marks(Category(category), Nature(nature), *rest)


def opened(
    db: Session, dossier_id: UUID, accounts: Sequence[UUID], at: datetime
) -> dict[UUID, dict[Category, datetime]]:
    """Of each of these accounts, when they last opened each category of this dossier, over ``LOOKED_BACK``."""
    rows = db.execute(
        select(LogEntry.account_id, LogEntry.categories, func.max(LogEntry.at))
        .where(
            LogEntry.dossier_id == dossier_id,
            LogEntry.account_id.in_(accounts),
            LogEntry.action == Action.VIEW,
            LogEntry.at > at - LOOKED_BACK,
        )
        .group_by(LogEntry.account_id, LogEntry.categories)
    )
    found: dict[UUID, dict[Category, datetime]] = {}
    for account_id, categories, last in rows:
        of = found.setdefault(account_id, {})
        for named in categories.split():  # on paper a line says the row: ``appointments:health``
            category = Category(named.partition(":")[0])
            of[category] = max(last, of.get(category, last))
    return found
