"""Changes of what access is decided from. Each lays ``reach`` out again in its own transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access import reach
from portal.access.axes import Link, link_of
from portal.access.models import Authority, Kind, Measure, Post, Relationship
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.models import Account, AccountState, Dossier, DossierState, Unit


@scope.working("link")
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
    _refuse_contradictions(kind, authority, measure, post, starts_at, ends_at, dossier_id)
    _refuse_strangers(db, establishment_id, dossier_id, unit_id)
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


@scope.working("link")
def verify(db: Session, one: Relationship, *, proof: str, by: UUID | None) -> None:
    """Staff saw what proves the link (``proof`` names the document and its date). From now on it counts.

    ``by``: who saw it; None for the portal's own set-up. Raises ``BadInput`` without a proof, for one's own link
    (« own_link »), and for a link already verified (« already »).
    """
    if not proof.strip():
        raise BadInput("proof", "missing")
    if by is not None and by == one.account_id:
        raise BadInput("by", "own_link")
    if one.verified_at is not None:
        raise BadInput("proof", "already")
    one.proof = proof.strip()
    one.verified_at = clock.now()
    one.verified_by = by
    reach.recompute(db, account_ids=[one.account_id])


@scope.working("link")
def end(db: Session, one: Relationship, at: datetime | None = None) -> None:
    """The link ends (now, or at ``at``); what it opened is gone with this transaction.

    Ending only takes away: a link that ends sooner by itself keeps its date.
    """
    ends_at = max(at or clock.now(), one.starts_at + one.starts_at.resolution)
    one.ends_at = min(ends_at, one.ends_at or ends_at)
    reach.recompute(db, account_ids=[one.account_id])


@scope.working("link")
def close_account(db: Session, account: Account) -> None:
    """Nobody signs in with it any more, and its links open nothing."""
    account.state = AccountState.CLOSED
    reach.recompute(db, account_ids=[account.id])


@scope.working("link")
def place(db: Session, dossier: Dossier, *, unit_id: UUID | None = None, state: DossierState | None = None) -> None:
    """The young person goes to another unit, or stands elsewhere with the establishment. None: that does not change.

    Raises ``BadInput`` for a unit of another establishment.
    """
    _refuse_strangers(db, dossier.establishment_id, None, unit_id)
    dossier.unit_id = unit_id or dossier.unit_id
    dossier.state = state or dossier.state
    reach.recompute(db, dossier_ids=[dossier.id])


def _refuse_contradictions(
    kind: Kind,
    authority: Authority,
    measure: Measure,
    post: Post,
    starts_at: datetime,
    ends_at: datetime | None,
    dossier_id: UUID | None,
) -> None:
    if ends_at is not None and ends_at <= starts_at:
        raise BadInput("ends_at", "before_start")
    if (kind is Kind.STAFF) != (post is not Post.NONE):
        raise BadInput("post", "staff_only" if post is not Post.NONE else "missing")
    if kind is not Kind.STAFF and dossier_id is None:
        raise BadInput("dossier_id", "missing")
    if authority is not Authority.NONE and kind is not Kind.PARENT:
        raise BadInput("authority", "parents_only")
    if measure is not Measure.NONE and kind is not Kind.MEASURE:
        raise BadInput("measure", "measures_only")
    if link_of(kind, authority, measure) is Link.NONE:
        raise BadInput("authority" if kind is Kind.PARENT else "measure", "missing")


def _refuse_strangers(db: Session, establishment_id: UUID, dossier_id: UUID | None, unit_id: UUID | None) -> None:
    """A dossier or a unit of another establishment is no thing of this one's."""
    if dossier_id is not None and not _stands_in(db.get(Dossier, dossier_id), establishment_id):
        raise BadInput("dossier_id", "elsewhere")
    if unit_id is not None and not _stands_in(db.get(Unit, unit_id), establishment_id):
        raise BadInput("unit_id", "elsewhere")


def _stands_in(thing: Dossier | Unit | None, establishment_id: UUID) -> bool:
    return thing is not None and thing.establishment_id == establishment_id
