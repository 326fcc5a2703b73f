"""Changes of what access is decided from. Each lays ``reach`` out again in its own transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access import reach
from portal.access.decision import Link, link_of
from portal.access.models import Authority, Kind, Measure, Post, Relationship
from portal.core import clock
from portal.core.errors import BadInput


def link(
    db: Session,
    *,
    account_id: UUID,
    establishment_id: UUID,
    kind: Kind,
    starts_at: datetime,
    dossier_id: UUID | None = None,
    unit_id: UUID | None = None,
    authority: Authority = Authority.NONE,
    measure: Measure = Measure.NONE,
    post: Post = Post.NONE,
    referent: bool = False,
    ends_at: datetime | None = None,
    relative_key: str | None = None,
) -> Relationship:
    """Write a relationship, unverified: it opens nothing until ``verify``.

    Raises ``BadInput`` (field, code) when what is said contradicts itself.
    """
    if ends_at is not None and ends_at <= starts_at:
        raise BadInput("ends_at", "before_start")
    if (kind is Kind.STAFF) != (post is not Post.NONE):
        raise BadInput("post", "staff_only" if post is not Post.NONE else "missing")
    if kind is not Kind.STAFF and dossier_id is None:
        raise BadInput("dossier_id", "missing")
    if link_of(kind, authority, measure) is Link.NONE:
        raise BadInput("authority" if kind is Kind.PARENT else "measure", "missing")
    one = Relationship(
        account_id=account_id,
        establishment_id=establishment_id,
        dossier_id=dossier_id,
        unit_id=unit_id,
        kind=kind,
        authority=authority,
        measure=measure,
        post=post,
        referent=referent,
        starts_at=starts_at,
        ends_at=ends_at,
        relative_key=relative_key,
    )
    db.add(one)
    db.flush()
    return one


def verify(db: Session, one: Relationship, *, proof: str, by: UUID | None) -> None:
    """Staff saw what proves the link (``proof`` names the document and its date). From now on it counts."""
    if not proof.strip():
        raise BadInput("proof", "missing")
    one.proof = proof
    one.verified_at = clock.now()
    one.verified_by = by
    reach.recompute(db, account_ids=[one.account_id])


def end(db: Session, one: Relationship, at: datetime | None = None) -> None:
    """The link ends (now, or at ``at``); what it opened is gone with this transaction.

    Ending only takes away: a link that ends sooner by itself keeps its date.
    """
    ends_at = max(at or clock.now(), one.starts_at + one.starts_at.resolution)
    one.ends_at = min(ends_at, one.ends_at or ends_at)
    reach.recompute(db, account_ids=[one.account_id])
