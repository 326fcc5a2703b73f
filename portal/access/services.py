"""Changes of what access is decided from. Each lays ``reach`` out again in its own transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.access import reach
from portal.access.axes import Link
from portal.access.cases import cases
from portal.access.contradictions import Said, refuse_clash, refuse_shape, refuse_strangers
from portal.access.models import Authority, Kind, Measure, Post, Relationship
from portal.access.queries import posted_to
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.models import Account, AccountState, Dossier, DossierState
from portal.core.standing import StaffWord

VERIFIED_BY = frozenset({Post.MANAGEMENT, Post.ADMINISTRATION, Post.SOCIAL_WORK})
"""Who at work writes links of families down, looks at what proves them, and ends them."""
PLACED_BY = frozenset({Post.MANAGEMENT, Post.ADMINISTRATION})
"""Who at work says where a young person stands, whatever the DUI says."""


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

    Raises ``BadInput`` (field, code) when what is said contradicts itself, or what is written already
    (``access.contradictions``). A link that ended is never opened again: somebody writes a new one.
    """
    said = Said(
        account_id=account_id,
        establishment_id=establishment_id,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        dossier_id=dossier_id,
        unit_id=unit_id,
        authority=authority,
        measure=measure,
        post=post,
    )
    reach.wait_for_others(db)  # of two who write the same link at once, the second reads the first
    refuse_shape(said)
    refuse_strangers(db, establishment_id, dossier_id, unit_id)
    refuse_clash(db, said)
    facts = {name: getattr(said, name) for name in Said.__slots__}
    one = Relationship(**facts, referent=referent, relative_key=relative_key)
    db.add(one)
    db.flush()
    return one


@scope.working("link")
def verify(db: Session, one: Relationship, *, proof: str, by: UUID | None) -> None:
    """Staff saw what proves the link (``proof`` names the document and its date). From now on it counts.

    ``by``: who saw it; None for the portal's own set-up. Raises ``BadInput``: proof « missing », « already » (verified)
    or « over » (the link ended before anybody verified it); by « own_link », « family » or « not_entitled ».
    """
    if not proof.strip():
        raise BadInput("proof", "missing")
    if one.verified_at is not None:
        raise BadInput("proof", "already")
    if by is not None:
        _refuse_who(db, one, by)
        if one.ends_at is not None and one.ends_at <= clock.now():
            raise BadInput("proof", "over")
    one.proof = proof.strip()
    one.verified_at = clock.now()
    one.verified_by = by
    reach.recompute(db, account_ids=[one.account_id])


@scope.working("link")
def end(
    db: Session, one: Relationship, at: datetime | None = None, *, by: UUID | None = None, because: str = ""
) -> None:
    """The link ends (now, or at ``at``); what it opened is gone with this transaction.

    Ending only takes away: a link that ends sooner by itself keeps its date. ``by``: who says so, with the document
    that says it or why (``because``); None for the portal itself. Raises ``BadInput``: because « missing »; by
    « own_link », « family » or « not_entitled ».
    """
    if by is not None:
        if not because.strip():
            raise BadInput("because", "missing")
        _refuse_who(db, one, by)
    ends_at = max(at or clock.now(), one.starts_at + one.starts_at.resolution)
    one.ends_at = min(ends_at, one.ends_at or ends_at)
    one.ended_by, one.ended_because = by, because.strip()
    reach.recompute(db, account_ids=[one.account_id])


@scope.working("link")
def close_account(db: Session, account: Account) -> None:
    """Nobody signs in with it any more, and its links open nothing."""
    account.state = AccountState.CLOSED
    reach.recompute(db, account_ids=[account.id])


@scope.working("link")
def place(
    db: Session,
    dossier: Dossier,
    *,
    unit_id: UUID | None = None,
    state: DossierState | None = None,
    by: UUID | None = None,
    because: str = "",
) -> None:
    """The young person goes to another unit, or stands elsewhere with the establishment. None: that does not change.

    ``by``: who at work says so, and why (``because``): their word then stands against later messages of the DUI, until
    ``follow_dui``. None: the portal itself, and the next message may change it. Raises ``BadInput``: unit_id
    « elsewhere »; because « missing »; by « family » or « not_entitled ».
    """
    refuse_strangers(db, dossier.establishment_id, None, unit_id)
    if by is not None:
        _refuse_to_place(db, dossier, by)
        if not because.strip():
            raise BadInput("because", "missing")
        word = db.get(StaffWord, dossier.id) or StaffWord(
            dossier_id=dossier.id, establishment_id=dossier.establishment_id
        )
        word.state, word.unit_id = state or dossier.state, unit_id or word.unit_id
        word.because, word.said_by, word.said_at = because.strip(), by, clock.now()
        word.dui_state = word.dui_unit_id = None
        db.add(word)
    dossier.unit_id = unit_id or dossier.unit_id
    dossier.state = state or dossier.state
    reach.recompute(db, dossier_ids=[dossier.id])


@scope.working("link")
def follow_dui(db: Session, dossier: Dossier, *, by: UUID) -> None:
    """Staff take their word back: the DUI says again where the young person stands. Same errors as ``place``.

    What was closed is « grisé » again. The caller settles the dossier by its stays afterwards.
    """
    _refuse_to_place(db, dossier, by)
    db.execute(delete(StaffWord).where(StaffWord.dossier_id == dossier.id))
    if dossier.state is DossierState.LEFT:
        dossier.state = DossierState.LEFT_READABLE  # as the DUI says it, who knows no « closed »
    reach.recompute(db, dossier_ids=[dossier.id])


def _refuse_to_place(db: Session, dossier: Dossier, by: UUID) -> None:
    if is_of_the_family(db, dossier.id, by):
        raise BadInput("by", "family")
    if not works_on(db, dossier.id, by) & PLACED_BY:
        raise BadInput("by", "not_entitled")


def _refuse_who(db: Session, one: Relationship, by: UUID) -> None:
    """Somebody at work where the link is, of the right post: never the account itself, nor anybody of that family."""
    if by == one.account_id:
        raise BadInput("by", "own_link")
    if one.dossier_id is None:
        if by not in posted_to(db, one.establishment_id, (Post.MANAGEMENT, Post.ADMINISTRATION)):
            raise BadInput("by", "not_entitled")
        return
    if is_of_the_family(db, one.dossier_id, by):
        raise BadInput("by", "family")
    if not works_on(db, one.dossier_id, by) & VERIFIED_BY:
        raise BadInput("by", "not_entitled")


def works_on(db: Session, dossier_id: UUID, account_id: UUID) -> set[Post]:
    """In which posts somebody works with this young person now; a broken glass is no assignment."""
    at = clock.now()
    found = cases(db, dossier_ids=[dossier_id], account_ids=[account_id])
    return {
        case.relationship.post for case in found if case.link_at(at) is Link.STAFF and not case.relationship.emergency
    }


def is_of_the_family(db: Session, dossier_id: UUID, account_id: UUID) -> bool:
    """Whether a family link, verified or not, now or before, ties this account to this young person."""
    query = select(Relationship.id).where(
        Relationship.dossier_id == dossier_id,
        Relationship.account_id == account_id,
        Relationship.kind != Kind.STAFF,
    )
    return db.scalar(query.limit(1)) is not None
