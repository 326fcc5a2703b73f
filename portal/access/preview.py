"""« Vu par… » : whom a member of staff may look through. What they then read, both of them may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.axes import NO_TIE, Link
from portal.access.cases import cases
from portal.access.decision import decide
from portal.access.facts import Case
from portal.access.models import Kind, Relationship
from portal.access.words import Category, Nature, Strength, Viewer
from portal.core import clock
from portal.core.errors import NeedsStrength, NotFound
from portal.core.models import Account


@dataclass(frozen=True, slots=True)
class Previewed:
    """Somebody looked through, by one of their links."""

    relationship_id: UUID
    account_id: UUID
    dossier_id: UUID
    link: Link
    name: str


def previewed(db: Session, viewer: Viewer, relationship_id: UUID) -> Previewed:
    """The family link or the young person ``viewer`` asks to look through.

    For staff who read this young person's week, with a sure sign-in. Raises ``NeedsStrength``; ``NotFound`` for a link
    that is absent, over, of somebody at work, or of a dossier that is not theirs.
    """
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    one = db.scalar(select(Relationship).where(Relationship.id == relationship_id, Relationship.kind != Kind.STAFF))
    dossier_id = one.dossier_id if one is not None else None
    # Asked of a link that does not exist too: as many statements for it as for a stranger's.
    if not may_preview(db, viewer, dossier_id or relationship_id) or one is None or one.dossier_id is None:
        raise NotFound
    at = clock.now()
    for case in cases(db, dossier_ids=[one.dossier_id], account_ids=[one.account_id]):
        if case.relationship.id == one.id and case.link_at(at) not in NO_TIE:
            name = db.scalar(select(Account.display_name).where(Account.id == one.account_id)) or ""
            return Previewed(one.id, one.account_id, one.dossier_id, case.link_at(at), name)
    raise NotFound


def may_preview(db: Session, viewer: Viewer, dossier_id: UUID) -> bool:
    """Whether this is somebody at work who reads the young person's week, and no emergency link."""
    at = clock.now()
    return any(works_near(case, at) for case in cases(db, dossier_ids=[dossier_id], account_ids=[viewer.account_id]))


def works_near(case: Case, at: datetime) -> bool:
    """Whether this link is of somebody at work who reads the young person's week, and no emergency."""
    facts = case.facts(Category.PLANNING, Nature.NONE, Strength.SUBSTANTIAL, at)
    return facts.link is Link.STAFF and not case.relationship.emergency and decide(facts, Category.PLANNING).allowed
