"""« Échéances » : every link, agreement and restriction that ends within sixty days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.access.axes import link_of
from portal.access.limiting import SET_BY
from portal.access.models import Kind, Post, Relationship
from portal.access.sharing import Agreement, Restriction, Source
from portal.deadlines.dates import SOON
from portal.deadlines.models import Thing


@dataclass(frozen=True, slots=True)
class End:
    """One thing that ends: what, when, of whom, why (the document that proves it)."""

    thing: Thing
    thing_id: UUID
    ends_at: datetime
    establishment_id: UUID
    dossier_id: UUID | None
    """None: a member of staff's assignment to a unit or to the establishment."""
    account_id: UUID | None
    """Whose link it is, to whom the agreement was given, or whom the restriction holds back (None: several)."""
    word: str
    """An ``axes.Link``, a post for staff, the source of a restriction; "" for an agreement."""
    proof: str
    given_by: UUID | None = None
    """Of an agreement: by whom."""
    rows: str = ""
    """Rows it opens or closes, as the perimeter names them, separated by spaces."""


def ends(db: Session, now: datetime, establishments: Collection[UUID]) -> list[End]:
    """What ends there within ``SOON``, the nearest first. Three statements.

    What is withdrawn, lifted, never verified or over already is no end to come; neither is a broken glass.
    """
    found = [*_links(db, now, establishments), *_agreements(db, now, establishments)]
    found += _restrictions(db, now, establishments)
    return sorted(found, key=lambda one: (one.ends_at, one.thing, one.thing_id))


def _soon(query: Any, model: Any, now: datetime, establishments: Collection[UUID]) -> Any:
    here = model.establishment_id.in_(list(establishments))
    return query.where(here, model.ends_at > now, model.ends_at <= now + SOON)


def _links(db: Session, now: datetime, establishments: Collection[UUID]) -> list[End]:
    query = select(Relationship).where(Relationship.verified_at.is_not(None), Relationship.emergency == "")
    return [
        End(
            Thing.LINK,
            one.id,
            _instant(one.ends_at),
            one.establishment_id,
            one.dossier_id,
            one.account_id,
            str(one.post if one.kind is Kind.STAFF else link_of(one.kind, one.authority, one.measure)),
            one.proof,
        )
        for one in db.scalars(_soon(query, Relationship, now, establishments))
    ]


def _agreements(db: Session, now: datetime, establishments: Collection[UUID]) -> list[End]:
    """One for each receipt: what was given together ends together, unless part of it was shortened."""
    standing = or_(Relationship.ends_at.is_(None), Relationship.ends_at > now)
    query = (
        select(Agreement, Relationship.account_id)
        .join(Relationship, Relationship.id == Agreement.relationship_id)
        .where(Agreement.withdrawn_at.is_(None), standing)
    )
    together: dict[tuple[UUID, datetime], End] = {}
    for one, account_id in db.execute(_soon(query, Agreement, now, establishments)):
        ends_at = _instant(one.ends_at)
        known = together.get((one.receipt, ends_at))
        row = ":".join(part for part in (one.category, one.nature) if part)
        together[one.receipt, ends_at] = End(
            Thing.AGREEMENT,
            one.receipt,
            ends_at,
            one.establishment_id,
            one.dossier_id,
            account_id,
            "",
            "",
            one.given_by,
            " ".join(sorted({*(known.rows.split() if known else ()), row})),
        )
    return list(together.values())


def _restrictions(db: Session, now: datetime, establishments: Collection[UUID]) -> list[End]:
    query = select(Restriction).where(Restriction.lifted_at.is_(None))
    return [
        End(
            Thing.RESTRICTION,
            one.id,
            _instant(one.ends_at),
            one.establishment_id,
            one.dossier_id,
            one.account_id,
            one.source.value,
            one.proof,
            rows=one.rows,
        )
        for one in db.scalars(_soon(query, Restriction, now, establishments))
    ]


def _instant(at: datetime | None) -> datetime:
    assert at is not None, "the statement asked for an end"
    return at


def of_whom(found: Collection[End]) -> set[UUID]:
    """Accounts that these ends name."""
    return {name for one in found for name in (one.account_id, one.given_by) if name is not None}


WARNED = (Post.MANAGEMENT, Post.ADMINISTRATION)
"""Who runs the establishment, and is warned."""


def is_known(one: End, posts: Collection[Post]) -> bool:
    """Whether somebody who works in these posts may know of it: of a restriction, only who may set one of its kind."""
    return one.thing is not Thing.RESTRICTION or bool(SET_BY[Source(one.word)] & set(posts))
