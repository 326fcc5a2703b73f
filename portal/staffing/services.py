"""Management says who works here, as what, for whom and until when. Refused, nothing of it is written.

What stands beside links (sessions, ways in, invitations) is other rooms': ``portal.enlisting``.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.access import reach
from portal.access import services as access
from portal.access.models import Kind, Relationship
from portal.core import clock, scope
from portal.core.errors import BadInput, NotFound
from portal.core.models import Account
from portal.staffing import rules
from portal.staffing.models import Review
from portal.staffing.rules import Wanted

PROOF = "affectation"
"""What proves an assignment: that management wrote it. By whom and when stand beside."""
BY_COMMAND = "portal staff add"


class Because(StrEnum):
    """Why an assignment ends: a word to choose, so that nothing is written of somebody at work."""

    LEFT = "left"
    MOVED = "moved"
    CONTRACT = "contract"
    MISTAKE = "mistake"


@scope.working("staffing")
def enlist(db: Session, name: str, wanted: Wanted, *, by: UUID | None, mail: str = "") -> Relationship:
    """A new account, assigned. Nobody can enter with it before they were invited.

    Raises ``BadInput``: name « missing », and what ``assign`` does.
    """
    if not name.strip():
        raise BadInput("name", "missing")
    with db.begin_nested():
        account = Account(display_name=" ".join(name.split()), email=mail.strip() or None)
        db.add(account)
        db.flush()
        return assign(db, account.id, wanted, by=by)


@scope.working("staffing")
def assign(db: Session, account_id: UUID, wanted: Wanted, *, by: UUID | None) -> Relationship:
    """One more assignment, which counts from its beginning on. ``by`` None: the machine's administrator.

    Raises ``BadInput`` as ``staffing.rules``, ``access.services.link`` and ``verify`` do.
    """
    with db.begin_nested():
        reach.wait_for_others(db)  # of two who assign the same person at once, the second reads the first
        rules.refuse_who(db, wanted.establishment_id, account_id, by)
        rules.refuse_shape(db, wanted)
        rules.refuse_clash(db, account_id, wanted)
        facts = {name: getattr(wanted, name) for name in Wanted.__slots__}
        one = access.link(db, account_id=account_id, kind=Kind.STAFF, **facts)
        access.verify(db, one, proof=PROOF if by else BY_COMMAND, by=by)
    return one


@scope.working("staffing")
def end(db: Session, link_id: UUID, at: datetime | None, *, by: UUID, because: Because) -> Relationship:
    """One assignment ends, now or at ``at``.

    Raises ``NotFound`` for one that is over, or none; ``BadInput``: by « own_link », « not_entitled » or « family »,
    ends « last_director ».
    """
    reach.wait_for_others(db)
    one = _standing(db, link_id)
    rules.refuse_who(db, one.establishment_id, one.account_id, by)
    rules.refuse_nobody_left(db, one.establishment_id, [one.id], at or clock.now())
    with db.begin_nested():
        _unprove_what_never_began(one, at)
        access.end(db, one, at, by=by, because=because)
    return one


@scope.working("staffing")
def leave(
    db: Session, account_id: UUID, establishment_id: UUID, at: datetime | None, *, by: UUID, because: Because
) -> list[Relationship]:
    """Everything somebody is assigned to there ends, now or at ``at``. Raises what ``end`` does."""
    reach.wait_for_others(db)
    rules.refuse_who(db, establishment_id, account_id, by)
    found = rules.assignments(db, account_id, establishment_id)
    if not found:
        raise NotFound
    rules.refuse_nobody_left(db, establishment_id, [one.id for one in found], at or clock.now())
    with db.begin_nested():
        for one in found:
            _unprove_what_never_began(one, at)
            # By nobody: a director who has a child here decides nothing about that child by seeing somebody off.
            access.end(db, one, at)
            one.ended_by, one.ended_because = by, because
    return found


@scope.working("staffing")
def confirm(db: Session, link_ids: Collection[UUID], *, by: UUID) -> int:
    """Management looked at these assignments and they stay. How many.

    Raises ``NotFound`` when one is over or none; ``BadInput``: by « own_link » or « not_entitled ». Then none is kept.
    """
    chosen = [_standing(db, link_id) for link_id in sorted(set(link_ids))]
    for one in chosen:
        rules.refuse_who(db, one.establishment_id, one.account_id, by)
    facts = ({"relationship_id": one.id, "establishment_id": one.establishment_id} for one in chosen)
    db.add_all([Review(said_by=by, **each) for each in facts])
    db.flush()
    return len(chosen)


@scope.working("staffing")
def refuse_invitation(db: Session, account_id: UUID, establishment_id: UUID, *, by: UUID | None) -> None:
    """An invitation lets its bearer into the account: it must open nothing that whoever makes it does not manage.

    Raises ``NotFound`` for somebody who does not work there; ``BadInput``: by « own_link » or « not_entitled »,
    account_id « elsewhere » when the account is also somebody's of a family, or at work for others.
    """
    rules.refuse_who(db, establishment_id, account_id, by)
    if not rules.assignments(db, account_id, establishment_id):
        raise NotFound
    if by is not None and db.scalar(
        select(Relationship.id)
        .where(
            Relationship.account_id == account_id,
            or_(Relationship.kind != Kind.STAFF, Relationship.establishment_id != establishment_id),
            or_(Relationship.ends_at.is_(None), Relationship.ends_at > clock.now()),
        )
        .limit(1)
    ):
        raise BadInput("account_id", "elsewhere")


def _unprove_what_never_began(one: Relationship, at: datetime | None) -> None:
    """A link lasts an instant at least: one that ends before it began would stand for that instant, on its day."""
    if one.starts_at > (at or clock.now()):
        one.verified_at = None


def _standing(db: Session, link_id: UUID) -> Relationship:
    one = db.get(Relationship, link_id, populate_existing=True)
    if one is None or one.kind is not Kind.STAFF or one.emergency or one.verified_at is None:
        raise NotFound
    if one.ends_at is not None and one.ends_at <= clock.now():
        raise NotFound
    return one
