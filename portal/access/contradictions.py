"""What may not be true of a link: alone (its shape), and beside what is already written of the same young person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.access.axes import Link, link_of
from portal.access.models import Authority, Kind, Measure, Post, Relationship
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Account, AccountState, Dossier, Establishment, Unit

PARENTAL = frozenset({Kind.PARENT, Kind.DELEGATE, Kind.CHILD_WELFARE})
"""Kinds that rest on parental authority: they end at majority (C. civ. 371-1, 414)."""
AT_MOST = 2
"""Parents who exercise authority at the same time (C. civ. 372). More is a mistake of somebody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A link as somebody says it, before it is written."""

    account_id: UUID
    establishment_id: UUID
    kind: Kind
    starts_at: datetime
    ends_at: datetime | None = None
    dossier_id: UUID | None = None
    unit_id: UUID | None = None
    authority: Authority = Authority.NONE
    measure: Measure = Measure.NONE
    post: Post = Post.NONE


def refuse_shape(said: Said) -> None:
    """Raises ``BadInput`` when the link contradicts itself, whoever else is tied to whom."""
    if said.ends_at is not None and said.ends_at <= said.starts_at:
        raise BadInput("ends_at", "before_start")
    if (said.kind is Kind.STAFF) != (said.post is not Post.NONE):
        raise BadInput("post", "staff_only" if said.post is not Post.NONE else "missing")
    if said.kind is not Kind.STAFF and said.dossier_id is None:
        raise BadInput("dossier_id", "missing")
    if said.authority is not Authority.NONE and said.kind is not Kind.PARENT:
        raise BadInput("authority", "parents_only")
    if said.measure is not Measure.NONE and said.kind is not Kind.MEASURE:
        raise BadInput("measure", "measures_only")
    if link_of(said.kind, said.authority, said.measure) is Link.NONE:
        raise BadInput("authority" if said.kind is Kind.PARENT else "measure", "missing")


def refuse_strangers(db: Session, establishment_id: UUID, dossier_id: UUID | None, unit_id: UUID | None) -> None:
    """Raises ``BadInput`` (« elsewhere »): a dossier or a unit of another establishment is no thing of this one's."""
    if dossier_id is not None and not _stands_in(db.get(Dossier, dossier_id), establishment_id):
        raise BadInput("dossier_id", "elsewhere")
    if unit_id is not None and not _stands_in(db.get(Unit, unit_id), establishment_id):
        raise BadInput("unit_id", "elsewhere")


def refuse_clash(db: Session, said: Said) -> None:
    """Raises ``BadInput`` when the link cannot be true beside those already written of the same young person.

    kind « adult » (parental authority ended), « self_taken » (somebody else is the young person), « own_dossier »
    (nobody is close to themselves); measure « minor »; authority « two_already »; account_id « closed », « twice »
    (the same kind at the same time), « family » and « at_work » (nobody follows their own family by profession).
    """
    if said.dossier_id is None:
        return
    _refuse_age(db, said)
    account = db.get(Account, said.account_id)
    if account is not None and account.state is not AccountState.ACTIVE:
        raise BadInput("account_id", "closed")
    others = _at_the_same_time(db, said)
    _refuse_own(said, [one for one in others if one.account_id == said.account_id])
    _refuse_crowd(said, [one for one in others if one.account_id != said.account_id])


def _refuse_age(db: Session, said: Said) -> None:
    dossier = db.get_one(Dossier, said.dossier_id)
    majority = clock.majority(dossier.birth_date, db.get_one(Establishment, dossier.establishment_id).time_zone)
    if said.kind in PARENTAL and said.starts_at >= majority:
        raise BadInput("kind", "adult")
    if said.kind is Kind.MEASURE and said.starts_at < majority and clock.now() < majority:
        raise BadInput("measure", "minor")


def _at_the_same_time(db: Session, said: Said) -> Sequence[Relationship]:
    """Links to the dossier that stand while this one would, verified or not; a closed account’s count for none."""
    query = (
        select(Relationship)
        .join(Account, Account.id == Relationship.account_id)
        .where(
            Relationship.dossier_id == said.dossier_id,
            Relationship.emergency == "",
            Account.state == AccountState.ACTIVE,
            or_(Relationship.ends_at.is_(None), Relationship.ends_at > said.starts_at),
        )
    )
    if said.ends_at is not None:
        query = query.where(Relationship.starts_at < said.ends_at)
    return db.scalars(query).all()


def _refuse_own(said: Said, mine: Iterable[Relationship]) -> None:
    for one in mine:
        if (one.kind is Kind.STAFF) != (said.kind is Kind.STAFF):
            raise BadInput("account_id", "family" if said.kind is Kind.STAFF else "at_work")
        if one.kind is not Kind.STAFF and (one.kind is Kind.SELF) != (said.kind is Kind.SELF):
            raise BadInput("kind", "own_dossier")
        if one.kind is said.kind and one.measure is said.measure and said.kind is not Kind.STAFF:
            raise BadInput("account_id", "twice")


def _refuse_crowd(said: Said, others: Iterable[Relationship]) -> None:
    if said.kind is Kind.SELF and any(one.kind is Kind.SELF for one in others):
        raise BadInput("kind", "self_taken")
    if said.authority is Authority.FULL:
        parents = [one for one in others if one.authority is Authority.FULL]
        at = [said.starts_at, *(one.starts_at for one in parents if one.starts_at > said.starts_at)]
        if any(sum(_stands(one, instant) for one in parents) >= AT_MOST for instant in at):
            raise BadInput("authority", "two_already")


def _stands(one: Relationship, at: datetime) -> bool:
    return one.starts_at <= at and (one.ends_at is None or at < one.ends_at)


def _stands_in(thing: Dossier | Unit | None, establishment_id: UUID) -> bool:
    return thing is not None and thing.establishment_id == establishment_id
