"""Restrictions of one dossier, for whoever may set them; and one that is only thought of, to see what it would do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import limiting
from portal.access.perimeter import Row, row_name, row_named
from portal.access.sharing import Against, Restriction, Source
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.models import Dossier


def of(db: Session, dossier_ids: Collection[UUID]) -> list[Restriction]:
    """Restrictions of these dossiers, those that stand first, the latest first."""
    rows = db.scalars(select(Restriction).where(Restriction.dossier_id.in_(dossier_ids)))
    return sorted(rows, key=lambda one: (stands(one), one.starts_at), reverse=True)


def one(db: Session, dossier_id: UUID, restriction_id: UUID) -> Restriction:
    """One of this dossier. Raises ``NotFound``."""
    found = db.scalar(select(Restriction).where(Restriction.dossier_id == dossier_id, Restriction.id == restriction_id))
    if found is None:
        raise NotFound
    return found


def stands(one: Restriction) -> bool:
    """Whether it holds now, or will."""
    return one.lifted_at is None and (one.ends_at is None or one.ends_at > clock.now())


def people(known: Iterable[Restriction]) -> set[UUID]:
    """Whoever these restrictions are against, set by, asked to be lifted by, lifted by."""
    return {who for one in known for who in (one.account_id, one.set_by, one.lift_asked_by, one.lifted_by) if who}


def draft(
    dossier: Dossier,
    source: Source,
    against: Against,
    account_id: UUID | None,
    rows: Iterable[Row],
    proof: str,
    by: UUID,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Restriction:
    """A restriction in no session, from now unless said otherwise."""
    return Restriction(
        dossier_id=dossier.id,
        establishment_id=dossier.establishment_id,
        source=source,
        against=against,
        account_id=account_id,
        rows=" ".join(sorted({row_name(row) for row in rows})),
        starts_at=starts_at or clock.now(),
        ends_at=ends_at,
        proof=proof,
        set_by=by,
    )


def keep(db: Session, dossier: Dossier, thought: Restriction) -> Restriction:
    """Set what was thought of. Raises ``BadInput`` as ``limiting.restrict`` does."""
    assert thought.set_by is not None, "draft() says who"
    return limiting.restrict(
        db,
        dossier,
        source=thought.source,
        against=thought.against,
        rows=[row_named(name) for name in thought.rows.split()],
        proof=thought.proof,
        by=thought.set_by,
        starts_at=thought.starts_at,
        ends_at=thought.ends_at,
        account_id=thought.account_id,
    )


def refuse(db: Session, dossier: Dossier, thought: Restriction) -> None:
    """Raises ``BadInput`` when ``keep`` would; keeps nothing."""
    with db.begin_nested() as attempt:
        keep(db, dossier, thought)
        attempt.rollback()
