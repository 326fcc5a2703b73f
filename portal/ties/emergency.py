"""« Bris de glace » : find one young person by what one already knows of them, say why, and get four hours.

A list of names is sensitive by itself, so there is none: a first name and a group must be known to be asked, the answer
repeats them and adds an initial, and being found is a line in the young person's log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.access.models import Kind, LogEntry, Post, Relationship
from portal.access.words import Action, Category, Strength, Viewer
from portal.core import clock, scope
from portal.core.errors import NeedsStrength, NotFound
from portal.core.models import Account, Dossier, Establishment, Unit

POSTS = tuple(post for post in Post if post not in (Post.NONE, Post.KITCHEN))
"""Who may break the glass."""
AT_MOST = 100
"""Emergencies listed for management."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One emergency access: who, about whom, why, until when."""

    link: Relationship
    name: str
    zone: str
    unit: str

    @property
    def stands(self) -> bool:
        return self.link.ends_at is not None and self.link.ends_at > clock.now()


def posts_of(db: Session, viewer: Viewer) -> dict[UUID, Post]:
    """Establishments where the viewer works now, in whatever assignment, and as what. The kitchen's are left out.

    Raises ``NeedsStrength``, and ``NotFound`` for whoever works nowhere.
    """
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    at = clock.now()
    found = db.execute(
        select(Relationship.establishment_id, Relationship.post).where(
            Relationship.account_id == viewer.account_id,
            Relationship.kind == Kind.STAFF,
            Relationship.post.in_(POSTS),
            Relationship.emergency == "",
            Relationship.verified_at.is_not(None),
            Relationship.starts_at <= at,
            Relationship.ends_at.is_(None) | (Relationship.ends_at > at),
        )
    )
    posts = {row.establishment_id: row.post for row in found}
    if not posts:
        raise NotFound
    return posts


def noted(db: Session, viewer: Viewer, found: Iterable[Dossier], posts: dict[UUID, Post], request_id: str) -> None:
    """Write that the viewer learnt that these young people are here: a line each in their log.

    They need not be in the viewer's reach, so the guard of pages cannot write it.
    """
    lines = [
        {
            "at": clock.now(),
            "account_id": viewer.account_id,
            "dossier_id": one.id,
            "establishment_id": one.establishment_id,
            "categories": Category.IDENTITY.value,
            "action": Action.VIEW,
            "strength": int(viewer.strength),
            "endpoint": "glass.find",
            "request_id": request_id,
            "kind": Kind.STAFF,
            "post": posts[one.establishment_id],
            "emergency": True,
        }
        for one in found
    ]
    if lines:
        with scope.within(db, scope.establishments(*posts)):
            db.execute(insert(LogEntry), lines)


def mine(db: Session, account_id: UUID) -> list[Broken]:
    """The emergencies of this account that still stand, the latest first."""
    return [one for one in _broken(db, Relationship.account_id == account_id) if one.stands]


def all_of(db: Session, establishments: Iterable[UUID]) -> list[Broken]:
    """Emergencies in these establishments, the latest first, at most ``AT_MOST``. For management."""
    return _broken(db, Relationship.establishment_id.in_(list(establishments)))


def until(db: Session, account_id: UUID) -> tuple[datetime, str] | None:
    """Until when the longest emergency of this account stands, with the establishment's time zone; None: none does."""
    found = mine(db, account_id)
    last = max(found, key=lambda one: one.link.ends_at or clock.now(), default=None)
    return (last.link.ends_at, last.zone) if last and last.link.ends_at else None


def _broken(db: Session, which: object) -> list[Broken]:
    rows = db.execute(
        select(Relationship, Account.display_name, Establishment.time_zone, Unit.name)
        .join(Account, Account.id == Relationship.account_id)
        .join(Establishment, Establishment.id == Relationship.establishment_id)
        .join(Dossier, Dossier.id == Relationship.dossier_id)
        .outerjoin(Unit, Unit.id == Dossier.unit_id)
        .where(Relationship.emergency != "", which)  # type: ignore[arg-type]  # a condition of ours
        .order_by(Relationship.starts_at.desc(), Relationship.id)
        .limit(AT_MOST)
    )
    return [Broken(link, name, zone, unit or "") for link, name, zone, unit in rows]
