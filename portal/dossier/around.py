"""Who looks after a young person: their referents as the DUI names them, their establishment and its telephone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.access.queries import visible
from portal.access.words import Viewer
from portal.core.models import Dossier, Establishment
from portal.dossier.models import Referent


@dataclass(frozen=True, slots=True)
class Helper:
    """A referent. ``name`` may be "" when nobody knows whom the DUI means: the role is still told."""

    name: str
    role: str
    team: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Around:
    establishment: str
    phone: str
    helpers: tuple[Helper, ...]


def around(db: Session, viewer: Viewer, dossiers: Iterable[UUID], today: date) -> dict[UUID, Around]:
    """For each of these dossiers, which must come from the viewer's own scope. One statement."""
    named = visible(
        Referent,
        viewer,
        Referent.dossier_id,
        Referent.name,
        Referent.role,
        Referent.team,
        Referent.since,
        Referent.until,
    ).subquery()
    current = and_(
        named.c.dossier_id == Dossier.id,
        or_(named.c.since.is_(None), named.c.since <= today),
        or_(named.c.until.is_(None), named.c.until >= today),
    )
    rows = db.execute(
        select(
            Dossier.id.label("dossier_id"),
            Establishment.name.label("place"),
            Establishment.phone.label("phone"),
            named.c.dossier_id.label("of"),
            named.c.name.label("who"),
            named.c.role.label("role"),
            named.c.team.label("team"),
            named.c.since.label("since"),
        )
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .outerjoin(named, current)
        .where(Dossier.id.in_(list(dossiers)))
        .order_by(Dossier.id, named.c.team, named.c.name)
    )
    found: dict[UUID, Around] = {}
    for row in rows:
        before = found.get(row.dossier_id, Around(row.place, row.phone, ()))
        more = (Helper(row.who, row.role, row.team, row.since),) if row.of else ()
        found[row.dossier_id] = Around(before.establishment, before.phone, (*before.helpers, *more))
    return found
