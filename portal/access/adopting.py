"""Two accounts turn out to be one person's: the links of one become the other's, with all that holds them back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import reach
from portal.access.contradictions import Said, refuse_clash
from portal.access.models import Kind, Relationship
from portal.access.sharing import Restriction
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.models import Account, AccountState


@scope.working("link")
def adopt(db: Session, from_id: UUID, to_id: UUID) -> Sequence[Relationship]:
    """Every link of one account that is not over goes to the other, and the first is closed. The links that went.

    The links are the same rows: their proof, who verified them and what was agreed to for them stay. Restrictions
    against the first account hold the second. Raises ``BadInput``, and changes nothing: account_id « at_work » when
    one of the two works here, « own » when the first is a young person's, « closed », and as ``access.services.link``
    does when a link cannot be true of the other.
    """
    reach.wait_for_others(db)
    with db.begin_nested():
        links = _current(db, from_id)
        if any(one.kind is Kind.STAFF for one in (*links, *_current(db, to_id))):
            raise BadInput("account_id", "at_work")
        if any(one.kind is Kind.SELF for one in links):
            raise BadInput("account_id", "own")
        # Closed first: beside a closed account nobody is one parent too many.
        db.get_one(Account, from_id).state = AccountState.CLOSED
        db.flush()
        for one in links:
            refuse_clash(db, Said(**{name: getattr(one, name) for name in Said.__slots__} | {"account_id": to_id}))
            one.account_id = to_id
        for limit in db.scalars(select(Restriction).where(Restriction.account_id == from_id)):
            limit.account_id = to_id
        db.flush()
    reach.recompute(db, account_ids=[from_id, to_id])
    return links


def _current(db: Session, account_id: UUID) -> Sequence[Relationship]:
    lasting = Relationship.ends_at.is_(None) | (Relationship.ends_at > clock.now())
    return db.scalars(select(Relationship).where(Relationship.account_id == account_id, lasting)).all()
