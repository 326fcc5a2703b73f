"""Of whom somebody is the referent, and which tablets were made a key of theirs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.access.axes import Link
from portal.access.cases import cases
from portal.access.decision import decide
from portal.access.facts import Case
from portal.access.models import Kind, Relationship
from portal.access.words import Category, Nature, Strength, Viewer
from portal.accounts.models import Passkey
from portal.core import clock, scope
from portal.core.errors import NeedsStrength, NotFound
from portal.core.models import Account


@dataclass(frozen=True, slots=True)
class Young:
    """A young person with an account, as their referent may know it."""

    account_id: UUID
    dossier_id: UUID
    name: str
    adult: bool


def young_people(db: Session, viewer: Viewer, reached: Collection[UUID]) -> list[UUID]:
    """Of whom the viewer is the referent today, among these dossiers. Raises ``NeedsStrength``."""
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    mine = select(Relationship.dossier_id).where(
        *is_referent_of(viewer.account_id, Relationship.dossier_id), Relationship.dossier_id.in_(reached)
    )
    return [one for one in db.scalars(mine.distinct()) if one is not None]


def is_referent_of(account_id: Any, dossier_id: Any) -> tuple[ColumnElement[bool], ...]:
    """The link by which this account is the referent of this dossier today."""
    at = clock.now()
    return (
        Relationship.account_id == account_id,
        Relationship.dossier_id == dossier_id,
        Relationship.kind == Kind.STAFF,
        Relationship.referent.is_(True),
        Relationship.emergency == "",
        Relationship.verified_at.is_not(None),
        Relationship.starts_at <= at,
        Relationship.ends_at.is_(None) | (Relationship.ends_at > at),
    )


def young(db: Session, viewer: Viewer, dossier_id: UUID) -> Young | None:
    """The account of that young person; None when no key of theirs would open anything, and why is not told.

    For their referent alone, surely signed in, and of no child of their own: ``NeedsStrength``, ``NotFound``.
    """
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    found = cases(db, dossier_ids=[dossier_id])
    if not any(one.relationship.account_id == viewer.account_id and _is_referent(one) for one in found):
        raise NotFound
    own = next((one for one in found if _is_theirs(one)), None)
    return None if own is None else _named(db, own)


@scope.working("own tablet")
def _named(db: Session, own: Case) -> Young:
    account_id = own.relationship.account_id
    name = db.get_one(Account, account_id).display_name
    return Young(account_id, own.dossier.id, name, adult=clock.now() >= own.majority)


@scope.working("own tablet")
def account(db: Session, one: Young) -> Account:
    """Their account, which says how they read."""
    return db.get_one(Account, one.account_id)


@scope.working("own tablet")
def tablets(db: Session, account_id: UUID) -> Sequence[Passkey]:
    """Those a referent made. Keys that an adult made alone are theirs to know."""
    theirs = select(Passkey).where(Passkey.account_id == account_id, Passkey.enrolled_by.is_not(None))
    return db.scalars(theirs.order_by(Passkey.created_at, Passkey.id)).all()


def _is_referent(case: Case) -> bool:
    """By a link of theirs to this very young person. Whoever is also of the family reads as family."""
    facts = case.facts(Category.IDENTITY, Nature.NONE, Strength.SUBSTANTIAL, clock.now())
    link = case.relationship
    own = link.referent and link.dossier_id is not None and not link.emergency
    return own and facts.link is Link.STAFF and decide(facts, Category.IDENTITY).allowed


def _is_theirs(case: Case) -> bool:
    """The young person's own link, by which they read their week with such a key."""
    facts = case.facts(Category.PLANNING, Nature.NONE, Strength.ACCOMPANIED, clock.now())
    return facts.link is Link.SELF and decide(facts, Category.PLANNING).allowed
