"""What may not be true of an assignment, beside what ``access.contradictions`` refuses of any link."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.access.contradictions import refuse_strangers
from portal.access.models import Kind, Post, Relationship
from portal.access.queries import posted_to
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import LEFT, Account, AccountState, Dossier

QUARTER = timedelta(days=92)
"""An assignment nobody looked at for longer is overdue: the longest quarter of a year."""
NO_REFERENT = frozenset({Post.KITCHEN})
"""A referent reads where a family lives: no need of a kitchen’s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An assignment as management says it: the establishment, one unit of it, or one young person."""

    post: Post
    establishment_id: UUID
    unit_id: UUID | None = None
    dossier_id: UUID | None = None
    referent: bool = False
    starts_at: datetime
    ends_at: datetime | None = None


def refuse_who(db: Session, establishment_id: UUID, account_id: UUID | None, by: UUID | None) -> None:
    """Management of that establishment as a whole, and never of itself; ``by`` None: the machine's administrator.

    Raises ``BadInput``: by « own_link » or « not_entitled ».
    """
    if by is None:
        return
    if by == account_id:
        raise BadInput("by", "own_link")
    if by not in posted_to(db, establishment_id, (Post.MANAGEMENT,)):
        raise BadInput("by", "not_entitled")


def refuse_shape(db: Session, wanted: Wanted) -> None:
    """Raises ``BadInput``: dossier_id or unit_id « elsewhere »; dossier_id « left »; ends_at « past »;
    referent « of_whom » or « not_this_post ».
    """
    refuse_strangers(db, wanted.establishment_id, wanted.dossier_id, wanted.unit_id)
    if wanted.referent and wanted.dossier_id is None:
        raise BadInput("referent", "of_whom")
    if wanted.referent and wanted.post in NO_REFERENT:
        raise BadInput("referent", "not_this_post")
    if wanted.ends_at is not None and wanted.ends_at <= clock.now():
        raise BadInput("ends_at", "past")
    dossier = db.get(Dossier, wanted.dossier_id) if wanted.dossier_id else None
    if dossier is not None and dossier.state in LEFT:
        raise BadInput("dossier_id", "left")


def refuse_clash(db: Session, account_id: UUID, wanted: Wanted) -> None:
    """Raises ``BadInput``: account_id « closed »; post « twice » or « covered », when another assignment says as much.

    An assignment inside a wider one of the same post gives nothing, and ending it would take nothing away: whoever read
    the list would believe otherwise. A referent is more than the unit is.
    """
    if db.get_one(Account, account_id).state is not AccountState.ACTIVE:
        raise BadInput("account_id", "closed")
    dossier = db.get(Dossier, wanted.dossier_id) if wanted.dossier_id else None
    for one in assignments(db, account_id, wanted.establishment_id):
        if one.post is not wanted.post or not _together(one, wanted):
            continue
        if (one.unit_id, one.dossier_id) == (wanted.unit_id, wanted.dossier_id) and one.referent >= wanted.referent:
            raise BadInput("post", "twice")
        if not wanted.referent and _holds(one, wanted, dossier):
            raise BadInput("post", "covered")


def refuse_nobody_left(db: Session, establishment_id: UUID, ending: Collection[UUID], at: datetime) -> None:
    """Raises ``BadInput`` (ends « last_director »): the day without any director may not come, nor come sooner."""
    query = (
        select(Relationship)
        .join(Account, Account.id == Relationship.account_id)
        .where(
            Relationship.establishment_id == establishment_id,
            Relationship.post == Post.MANAGEMENT,
            Relationship.unit_id.is_(None),
            Relationship.dossier_id.is_(None),
            Relationship.starts_at <= max(at, clock.now()),
            *_kept(),
            Account.state == AccountState.ACTIVE,
        )
    )
    directors = db.scalars(query.execution_options(populate_existing=True)).all()
    if _last(directors, frozenset(), at) > _last(directors, frozenset(ending), at):
        raise BadInput("ends", "last_director")


def assignments(db: Session, account_id: UUID, *establishments: UUID) -> list[Relationship]:
    """What somebody is assigned to there, now or later; a broken glass is no assignment."""
    query = select(Relationship).where(
        Relationship.account_id == account_id, Relationship.establishment_id.in_(establishments), *_kept()
    )
    return list(db.scalars(query.order_by(Relationship.starts_at).execution_options(populate_existing=True)))


def _kept() -> tuple[ColumnElement[bool], ...]:
    return (
        Relationship.kind == Kind.STAFF,
        Relationship.emergency == "",
        Relationship.verified_at.is_not(None),
        or_(Relationship.ends_at.is_(None), Relationship.ends_at > clock.now()),
    )


def _last(directors: Iterable[Relationship], ending: Collection[UUID], at: datetime) -> datetime:
    """Until when somebody manages, once those ``ending`` end at ``at``."""
    ends = ((one.id in ending, one.ends_at or clock.FOREVER) for one in directors)
    return max((min(end, at) if sooner else end for sooner, end in ends), default=clock.now())


def _together(one: Relationship, wanted: Wanted) -> bool:
    return (one.ends_at is None or one.ends_at > wanted.starts_at) and (
        wanted.ends_at is None or wanted.ends_at > one.starts_at
    )


def _holds(one: Relationship, wanted: Wanted, dossier: Dossier | None) -> bool:
    """Whether ``one`` covers all that is wanted, for at least as long."""
    if one.dossier_id is not None or (one.ends_at is not None and (wanted.ends_at or clock.FOREVER) > one.ends_at):
        return False
    if one.starts_at > wanted.starts_at:
        return False
    return one.unit_id is None or (dossier is not None and dossier.unit_id == one.unit_id)
