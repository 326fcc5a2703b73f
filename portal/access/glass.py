"""« Bris de glace » : in an emergency, somebody at work reads a dossier not theirs to read, and everybody knows."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access import reach
from portal.access.models import Kind, Post, Relationship
from portal.access.queries import at_work
from portal.access.services import is_of_the_family
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.models import Dossier

LASTS = timedelta(hours=4)


@scope.working("break_glass")
def break_glass(db: Session, dossier: Dossier, *, by: UUID, reason: str) -> Relationship:
    """A link of four hours to what an emergency needs. Management and the referent must be told by the caller, at once.

    Raises ``BadInput``: reason « missing »; by « not_entitled » (nobody of the family, nobody from elsewhere, not the
    kitchen).
    """
    if not reason.strip():
        raise BadInput("reason", "missing")
    post = at_work(db, by, dossier.establishment_id)
    if post in (Post.NONE, Post.KITCHEN) or is_of_the_family(db, dossier.id, by):
        raise BadInput("by", "not_entitled")
    at = clock.now()
    one = Relationship(
        account_id=by,
        establishment_id=dossier.establishment_id,
        dossier_id=dossier.id,
        kind=Kind.STAFF,
        post=post,
        starts_at=at,
        ends_at=at + LASTS,
        emergency=reason.strip(),
        proof=f"{at:%Y-%m-%d}",
        verified_at=at,
    )
    db.add(one)
    reach.recompute(db, account_ids=[by])
    return one
