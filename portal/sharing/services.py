"""Granting, taking back, setting an end, and the young person's own word. What leaves for the DUI is asked for here.

Who may do what is decided in ``access.granting``, inside the same transaction; here it is announced.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import granting
from portal.access.acts import Said
from portal.access.cases import cases
from portal.access.models import Kind, Relationship
from portal.access.perimeter import Row
from portal.access.sharing import Agreement
from portal.access.words import Viewer
from portal.core import clock, outbox, scope
from portal.core.errors import BadInput
from portal.sharing.models import Voice
from portal.sharing.queries import agreements

CONSENT = "consent"
"""Kind of what leaves: ``{"agreement": id, "status": "active" | "inactive"}``, or the same of an ``act``."""
ACTIVE, INACTIVE = "active", "inactive"


def grant(db: Session, viewer: Viewer, to: Relationship, rows: Iterable[Row], ends_at: datetime | None = None) -> UUID:
    """Share these rows with ``to`` from now on; the receipt. Raises ``BadInput`` as ``granting.agree`` does."""
    given = granting.agree(db, to=to, rows=rows, by=viewer.account_id, ends_at=ends_at)
    _announce(db, given, ACTIVE)
    return given[0].receipt


def withdraw(db: Session, viewer: Viewer, chosen: Iterable[Agreement]) -> None:
    """Take these back, at once. Those that were over already are left as they are, and announced no second time."""
    at = clock.now()
    standing = [one for one in chosen if one.stands(at)]
    granting.withdraw(db, standing, by=viewer.account_id)
    _announce(db, standing, INACTIVE)


def set_end(db: Session, viewer: Viewer, chosen: Iterable[Agreement], ends_at: datetime) -> None:
    """Let these end at ``ends_at``, sooner than they would have. Raises ``BadInput``: ends_at « past » or « later »."""
    listed = list(chosen)
    if any(one.ends_at is not None and one.ends_at < ends_at for one in listed):
        raise BadInput("ends_at", "later")
    granting.shorten(db, listed, by=viewer.account_id, ends_at=ends_at)
    _announce(db, listed, ACTIVE)


@scope.working("voice")
def say(db: Session, viewer: Viewer, receipt: UUID, said: Said) -> Voice:
    """Keep what the young person says of an agreement given for them, beside it: access stays as it is.

    Raises ``BadInput``: receipt « missing », by « not_self » for anybody but the young person, said « silent ».
    """
    given = agreements(db, receipt)
    if not given:
        raise BadInput("receipt", "missing")
    dossier_id, at = given[0].dossier_id, clock.now()
    own = cases(db, dossier_ids=[dossier_id], account_ids=[viewer.account_id])
    if not any(case.relationship.kind is Kind.SELF and case.link_at(at) is case.link for case in own):
        raise BadInput("by", "not_self")
    if said is Said.SILENT:
        raise BadInput("said", "silent")
    one = Voice(
        dossier_id=dossier_id,
        establishment_id=given[0].establishment_id,
        account_id=viewer.account_id,
        receipt=receipt,
        said=said,
    )
    db.add(one)
    db.flush()
    return one


def standing_of(db: Session, relationship_id: UUID, row: Row) -> list[Agreement]:
    """What is granted now to that link, of that row."""
    at = clock.now()
    query = select(Agreement).where(
        Agreement.relationship_id == relationship_id,
        Agreement.category == row[0],
        Agreement.nature == row[1].value,
    )
    return [one for one in db.scalars(query) if one.stands(at)]


def _announce(db: Session, agreements_: Iterable[Agreement], status: str) -> None:
    for one in agreements_:
        outbox.add(db, CONSENT, {"agreement": str(one.id), "status": status})
