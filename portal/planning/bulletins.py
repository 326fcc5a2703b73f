"""What staff announce: published, withdrawn, listed. Families read it through ``happening``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from portal.access.models import Post
from portal.access.words import Viewer
from portal.core import clock, scope
from portal.core.errors import BadInput, NotFound
from portal.core.models import Establishment, Unit
from portal.planning.models import Bulletin, BulletinKind

PUBLISH = (Post.MANAGEMENT, Post.ADMINISTRATION, Post.EDUCATION)
"""Who may announce something, when they work for the establishment as a whole."""
LONGEST = 400
"""Days a closure may last: a whole year of works, and nothing by a slip of the keyboard."""


def published(db: Session, establishments: Collection[UUID], today: date) -> list[Row[Any]]:
    """What is announced there and not over, soonest first, with the names of places. One statement."""
    query = (
        select(
            *(Bulletin.id, Bulletin.kind, Bulletin.first_day, Bulletin.last_day, Bulletin.text, Bulletin.easy_text),
            Establishment.name.label("place"),
            Unit.name.label("unit"),
        )
        .join(Establishment, Establishment.id == Bulletin.establishment_id)
        .outerjoin(Unit, Unit.id == Bulletin.unit_id)
        .where(
            Bulletin.establishment_id.in_(list(establishments)),
            Bulletin.withdrawn_at.is_(None),
            Bulletin.last_day >= today,
        )
    )
    return list(db.execute(query.order_by(Bulletin.first_day, Bulletin.published_at, Bulletin.id)))


def places(db: Session, establishments: Iterable[UUID]) -> list[tuple[str, str, str]]:
    """(value, establishment, unit or "") for whom something may be announced: ``e:…`` or ``u:…``."""
    rows = db.execute(
        select(Establishment.id, Establishment.name, Unit.id.label("unit_id"), Unit.name.label("unit"))
        .outerjoin(Unit, Unit.establishment_id == Establishment.id)
        .where(Establishment.id.in_(list(establishments)))
        .order_by(Establishment.name, Unit.name)
    )
    found: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        found.setdefault(f"e:{row.id}", (f"e:{row.id}", row.name, ""))
        if row.unit_id:
            found[f"u:{row.unit_id}"] = (f"u:{row.unit_id}", row.name, row.unit)
    return list(found.values())


@scope.working("announcing")
def publish(
    db: Session,
    viewer: Viewer,
    establishments: Collection[UUID],
    *,
    where: str,
    kind: BulletinKind,
    first: date,
    last: date,
    text: str,
    easy_text: str,
) -> Bulletin:
    """Tell it to families from now on, on those days.

    ``establishments``: those the asker may speak for; ``where`` as ``places`` gives it. Raises ``BadInput`` (field,
    code): where « choice »; last_day « before_start » or « too_long »; text, easy_text « required ».
    """
    place, unit = _where(db, establishments, where)
    if last < first:
        raise BadInput("last_day", "before_start")
    if (last - first).days >= LONGEST:
        raise BadInput("last_day", "too_long")
    for name, said in (("text", text), ("easy_text", easy_text)):
        if not said.strip():
            raise BadInput(name, "required")
    one = Bulletin(
        establishment_id=place,
        unit_id=unit,
        kind=kind,
        first_day=first,
        last_day=last,
        text=text.strip(),
        easy_text=easy_text.strip(),
        published_by=viewer.account_id,
    )
    db.add(one)
    return one


@scope.working("announcing")
def withdraw(db: Session, establishments: Collection[UUID], bulletin_id: UUID) -> None:
    """It is told no more. Raises ``NotFound`` for what is not theirs, or is withdrawn already."""
    mine = (Bulletin.id == bulletin_id, Bulletin.establishment_id.in_(list(establishments)))
    done = db.execute(update(Bulletin).where(*mine, Bulletin.withdrawn_at.is_(None)).values(withdrawn_at=clock.now()))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound


def _where(db: Session, establishments: Collection[UUID], where: str) -> tuple[UUID, UUID | None]:
    if where not in {value for value, *_names in places(db, establishments)}:
        raise BadInput("where", "choice")
    sort, _, said = where.partition(":")
    if sort == "e":
        return UUID(said), None
    return db.scalars(select(Unit.establishment_id).where(Unit.id == UUID(said))).one(), UUID(said)
