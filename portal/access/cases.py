"""Every link with all that its decisions need, in five statements whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from portal.access.facts import Case, Version
from portal.access.models import Kind, Relationship
from portal.access.sharing import Agreement, Opening, Perimeter, Restriction
from portal.access.words import Nature
from portal.core import clock
from portal.core.models import Account, AccountState, Dossier, Establishment

T = TypeVar("T")
_ANEW = {"populate_existing": True}
"""What this session read before may have been changed by another since."""


def cases(
    db: Session, *, dossier_ids: Iterable[UUID] | None = None, account_ids: Iterable[UUID] | None = None
) -> list[Case]:
    """Every link to these dossiers, or of these accounts; staff assignments spread over the dossiers they cover.

    As they stand in the database now: what the caller changed must have been flushed.
    """
    query = _links()
    if dossier_ids is not None:
        query = query.where(Dossier.id.in_(list(dossier_ids)))
    if account_ids is not None:
        query = query.where(Relationship.account_id.in_(list(account_ids)))
    rows = db.execute(query.execution_options(**_ANEW)).all()
    if not rows:
        return []
    return _with_all_they_need(db, rows)


def _links() -> Select[Relationship, AccountState, Dossier, str]:
    return (
        select(Relationship, Account.state, Dossier, Establishment.time_zone)
        .join(Account, Account.id == Relationship.account_id)
        .join(Dossier, Dossier.establishment_id == Relationship.establishment_id)
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .where(
            (Relationship.dossier_id == Dossier.id)
            | (
                Relationship.dossier_id.is_(None)
                & (Relationship.unit_id.is_(None) | (Relationship.unit_id == Dossier.unit_id))
            )
        )
    )


def _with_all_they_need(db: Session, rows: Sequence[Row[Relationship, AccountState, Dossier, str]]) -> list[Case]:
    dossiers = {dossier.id for _, _, dossier, _ in rows}
    versions = _versions(db, {dossier.establishment_id for _, _, dossier, _ in rows})
    agreements = _by("relationship_id", _all(db, select(Agreement).where(Agreement.dossier_id.in_(dossiers))))
    restrictions = _by("dossier_id", _all(db, select(Restriction).where(Restriction.dossier_id.in_(dossiers))))
    families = _families(db, dossiers)
    return [
        Case(
            relationship=link,
            account=state,
            dossier=dossier,
            majority=clock.majority(dossier.birth_date, zone),
            versions=versions.get(dossier.establishment_id, ()),
            agreements=agreements.get(link.id, ()),
            restrictions=restrictions.get(dossier.id, ()),
            of_the_family=link.kind is Kind.STAFF and (link.account_id, dossier.id) in families,
        )
        for link, state, dossier, zone in rows
    ]


def _families(db: Session, dossiers: set[UUID]) -> set[tuple[UUID, UUID]]:
    """Who is, or was, of the family of whom: somebody who works there reads of them as family, never as staff."""
    query = select(Relationship.account_id, Relationship.dossier_id).where(
        Relationship.dossier_id.in_(dossiers), Relationship.kind != Kind.STAFF, Relationship.verified_at.is_not(None)
    )
    return {(account_id, dossier_id) for account_id, dossier_id in db.execute(query) if dossier_id}


def _versions(db: Session, establishments: set[UUID]) -> dict[UUID, list[Version]]:
    query = (
        select(Perimeter.establishment_id, Perimeter.id, Perimeter.starts_at, Opening)
        .join(Opening, Opening.perimeter_id == Perimeter.id, isouter=True)
        .where(Perimeter.establishment_id.in_(establishments))
        .order_by(Perimeter.starts_at)
    )
    found: dict[UUID, dict[UUID, Version]] = defaultdict(dict)
    for establishment_id, perimeter_id, starts_at, opening in db.execute(query.execution_options(**_ANEW)):
        version = found[establishment_id].setdefault(perimeter_id, Version(starts_at, {}))
        if opening is not None:
            version.cells[opening.column, (opening.category, Nature(opening.nature))] = opening.is_open
    return {establishment_id: list(versions.values()) for establishment_id, versions in found.items()}


def _all(db: Session, query: Select[T]) -> Sequence[T]:
    return db.scalars(query.execution_options(**_ANEW)).all()


def _by(name: str, things: Iterable[T]) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = defaultdict(list)
    for thing in things:
        found[getattr(thing, name)].append(thing)
    return found
