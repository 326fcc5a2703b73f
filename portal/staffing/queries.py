"""Who works where, as management reads it. The caller manages these establishments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.models import Kind, Post, Relationship
from portal.access.queries import posted, posted_to
from portal.access.words import Strength, Viewer
from portal.core import clock, scope
from portal.core.errors import NotFound
from portal.core.models import Account, AccountState, Dossier, Establishment, Unit
from portal.core.names import names_of
from portal.staffing.models import Review
from portal.staffing.rules import QUARTER

MANAGES = (Post.MANAGEMENT,)


class Stands(StrEnum):
    """Where an assignment stands in time."""

    COMING = "coming"
    NOW = "now"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment, with who wrote it and who looked at it last."""

    link: Relationship
    name: str
    place: str
    zone: str
    unit: str
    seen_at: datetime
    """When management last said that it is right: by writing it, or in a review."""
    seen_by: str
    """Empty: the portal's own set-up."""
    ended_by: str

    @property
    def stands(self) -> Stands:
        now = clock.now()
        if self.link.ends_at is not None and self.link.ends_at <= now:
            return Stands.OVER
        return Stands.NOW if self.link.starts_at <= now else Stands.COMING

    @property
    def is_due(self) -> bool:
        """Nobody looked at it for a quarter."""
        return self.stands is not Stands.OVER and clock.now() - self.seen_at > QUARTER


@dataclass(slots=True)
class Member:
    """Somebody who works here, or did."""

    account_id: UUID
    name: str
    mail: str
    assignments: list[Assignment] = field(default_factory=list)

    @property
    def standing(self) -> list[Assignment]:
        return [one for one in self.assignments if one.stands is not Stands.OVER]


def managed(db: Session, viewer: Viewer) -> tuple[UUID, ...]:
    """Establishments this viewer manages as a whole. Raises ``NeedsStrength``, ``NotFound`` when there is none."""
    found = posted(db, viewer, MANAGES)
    if not found:
        raise NotFound
    return found


def members(db: Session, establishments: Collection[UUID]) -> list[Member]:
    """Everybody assigned there now or later, by name."""
    return _members(db, establishments, _kept())


def member(db: Session, establishments: Collection[UUID], account_id: UUID) -> Member:
    """Somebody who works or worked there, with every assignment, those that stand first. Raises ``NotFound``."""
    found = _members(db, establishments, Relationship.account_id == account_id)
    if not found:
        raise NotFound
    found[0].assignments.sort(key=lambda one: one.stands is Stands.OVER)
    return found[0]


def assignment(db: Session, establishments: Collection[UUID], account_id: UUID, link_id: UUID) -> Assignment:
    """One assignment of theirs that is not over. Raises ``NotFound``."""
    for one in member(db, establishments, account_id).standing:
        if one.link.id == link_id:
            return one
    raise NotFound


def to_review(db: Session, establishments: Collection[UUID], account_id: UUID) -> list[Member]:
    """Whose assignments wait to be looked at by this account: overdue, and not their own."""
    found = members(db, establishments)
    for one in found:
        one.assignments = [each for each in one.assignments if each.is_due]
    return [one for one in found if one.assignments and one.account_id != account_id]


def overdue(db: Session, viewer: Viewer, posts: Collection[Post]) -> int:
    """How many assignments wait for this viewer's look, who has these posts; 0 for whoever manages nothing for sure."""
    if viewer.strength is not Strength.SUBSTANTIAL or not set(posts) & set(MANAGES):
        return 0
    return count_due(db, mine, viewer.account_id) if (mine := posted(db, viewer, MANAGES)) else 0


def count_due(db: Session, establishments: Collection[UUID], account_id: UUID) -> int:
    """How many assignments ``to_review`` holds, without reading anybody's."""
    at = clock.now()
    seen = func.coalesce(Relationship.verified_at, Relationship.created_at)
    looked = exists().where(Review.relationship_id == Relationship.id, Review.said_at >= at - QUARTER)
    due = (*_works(establishments), _kept(), Relationship.account_id != account_id, seen < at - QUARTER, ~looked)
    with scope.within(db, scope.establishments(*establishments)):
        return db.scalar(select(func.count()).select_from(Relationship).where(*due)) or 0


def establishments(db: Session, ids: Collection[UUID]) -> list[tuple[Establishment, Sequence[Unit]]]:
    """These establishments with their units, by name."""
    units: dict[UUID, list[Unit]] = defaultdict(list)
    for unit in db.scalars(select(Unit).where(Unit.establishment_id.in_(ids)).order_by(Unit.name)):
        units[unit.establishment_id].append(unit)
    found = db.scalars(select(Establishment).where(Establishment.id.in_(ids)).order_by(Establishment.name))
    return [(one, units[one.id]) for one in found]


def house_of(db: Session, kind: str, key: UUID) -> Establishment:
    """Of which establishment a place is: « e » one itself, « u » a unit, « d » a dossier the viewer reaches."""
    if kind == "e":
        return db.get_one(Establishment, key)
    of = db.get_one(Unit, key).establishment_id if kind == "u" else db.get_one(Dossier, key).establishment_id
    return db.get_one(Establishment, of)


def named(db: Session, establishments: Collection[UUID], name: str) -> list[Member]:
    """Whoever works there already under this very name."""
    same = " ".join(name.split()).casefold()
    return [one for one in members(db, establishments) if one.name.casefold() == same]


def is_alone(db: Session, establishment_id: UUID, account_id: UUID) -> bool:
    """Whether nobody else manages there: their own assignment can then be looked at by nobody."""
    with scope.within(db, scope.establishments(establishment_id)):
        return not posted_to(db, establishment_id, MANAGES) - {account_id}


def gone(db: Session, *account_ids: UUID) -> list[UUID]:
    """Accounts (of these, or of all) that worked somewhere, and that no link ties to anybody any more.

    The caller reads everywhere.
    """
    other = aliased(Relationship)
    stands = exists().where(
        other.account_id == Account.id,
        or_(other.ends_at.is_(None), other.ends_at > clock.now()),
        or_(other.kind != Kind.STAFF, other.verified_at.is_not(None)),
    )
    worked = exists().where(Relationship.account_id == Account.id, Relationship.kind == Kind.STAFF)
    query = select(Account.id).where(Account.state == AccountState.ACTIVE, worked, ~stands)
    if account_ids:
        query = query.where(Account.id.in_(account_ids))
    return list(db.scalars(query.order_by(Account.id)))


def _kept() -> Any:
    return or_(Relationship.ends_at.is_(None), Relationship.ends_at > clock.now())


def _works(establishments: Collection[UUID]) -> tuple[ColumnElement[bool], ...]:
    """What an assignment there is."""
    return (
        Relationship.establishment_id.in_(establishments),
        Relationship.kind == Kind.STAFF,
        Relationship.emergency == "",
        Relationship.verified_at.is_not(None),
    )


def _members(db: Session, establishments: Collection[UUID], *which: Any) -> list[Member]:
    query = (
        select(Relationship, Account, Establishment, Unit.name)
        .join(Account, Account.id == Relationship.account_id)
        .join(Establishment, Establishment.id == Relationship.establishment_id)
        .outerjoin(Unit, Unit.id == Relationship.unit_id)
        .where(*_works(establishments), *which)
        .order_by(Account.display_name, Account.id, Relationship.starts_at, Relationship.id)
    )
    with scope.within(db, scope.establishments(*establishments)):
        rows = db.execute(query).all()
        seen = _seen(db, (row[0] for row in rows))
        names = names_of(db, {who for link, *_ in rows for who in (seen[link.id][1], link.ended_by)})
    found: dict[UUID, Member] = {}
    for link, account, place, unit in rows:
        who = found.setdefault(account.id, Member(account.id, account.display_name, account.email or ""))
        at, by = seen[link.id]
        said = (names.get(by, "") if by else "", names.get(link.ended_by, "") if link.ended_by else "")
        name = account.display_name
        who.assignments.append(Assignment(link, name, place.name, place.time_zone, unit or "", at, *said))
    return list(found.values())


def _seen(db: Session, links: Iterable[Relationship]) -> dict[UUID, tuple[datetime, UUID | None]]:
    """Assignment → when it was last said to be right, and by whom."""
    found = {one.id: (one.verified_at or one.created_at, one.verified_by) for one in links}
    query = select(Review.relationship_id, Review.said_at, Review.said_by).where(Review.relationship_id.in_(found))
    for link_id, at, by in db.execute(query.order_by(Review.said_at)):
        found[link_id] = max(found[link_id], (at, by), key=lambda one: one[0])
    return found
