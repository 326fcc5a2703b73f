"""Whose space somebody at work may open, and which are open now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.axes import Link
from portal.access.cases import cases
from portal.access.decision import decide
from portal.access.facts import Case
from portal.access.mandates import BESIDE, sits
from portal.access.models import Kind
from portal.access.queries import Reached
from portal.access.words import Category, Nature, Strength, Viewer
from portal.accounts.models import SignIn
from portal.beside.models import PictureCode
from portal.core import clock, scope
from portal.core.errors import NeedsStrength, NotFound
from portal.core.models import Account

POSTS = BESIDE


@dataclass(frozen=True, slots=True)
class Space:
    """A young person's space, as their helper may know it."""

    account_id: UUID
    dossier_id: UUID
    name: str
    adult: bool
    has_code: bool


def young_people(reached: Iterable[Reached], viewer: Viewer) -> list[UUID]:
    """Whose dossier somebody at work reaches. Raises ``NeedsStrength``; ``NotFound`` when there is nobody."""
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    found = [
        one.dossier_id
        for one in reached
        if one.kind is Kind.STAFF and one.post in POSTS and not one.emergency and Category.IDENTITY in one.categories
    ]
    if not found:
        raise NotFound
    return list(dict.fromkeys(found))


def refuse_unless_sits(db: Session, viewer: Viewer, dossier_id: UUID) -> None:
    """For staff who reach this dossier, surely signed in, and beside no child of their own.

    Raises ``NeedsStrength``, ``NotFound``. Whoever works there as family of the young person reads as family, never as
    staff: their link at work opens nothing.
    """
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    if not db.scalar(select(sits(viewer.account_id, dossier_id, clock.now()))):
        raise NotFound


def space(db: Session, viewer: Viewer, dossier_id: UUID) -> Space | None:
    """The space of that young person; None when it cannot be opened: no account, or nothing in it.

    Why is not told: a freeze that closes it is not for every helper to know. For staff who reach this dossier, surely
    signed in, not by an emergency, and beside no child of their own: ``NeedsStrength``, ``NotFound``.
    """
    refuse_unless_sits(db, viewer, dossier_id)
    at, found = clock.now(), cases(db, dossier_ids=[dossier_id])
    own = next((one for one in found if _is_theirs(one, at)), None)
    return None if own is None else _space(db, own.relationship.account_id, dossier_id, adult=at >= own.majority)


@scope.working("beside somebody")
def _space(db: Session, account_id: UUID, dossier_id: UUID, *, adult: bool) -> Space:
    has_code = db.scalar(select(PictureCode.id).where(PictureCode.account_id == account_id)) is not None
    name = db.get_one(Account, account_id).display_name
    return Space(account_id, dossier_id, name, adult, has_code)


@scope.working("beside somebody")
def open_since(db: Session, dossier_id: UUID) -> list[datetime]:
    """When each space was opened that somebody sits beside now, of people of this dossier, in order."""
    at = clock.now()
    since = select(SignIn.created_at).where(
        SignIn.helped_on == dossier_id,
        SignIn.ended_at.is_(None),
        SignIn.idle_until > at,
        SignIn.expires_at > at,
    )
    return list(db.scalars(since.order_by(SignIn.created_at)))


def _is_theirs(case: Case, at: datetime) -> bool:
    """The young person's own link, by which they read their week beside a helper."""
    facts = case.facts(Category.PLANNING, Nature.NONE, Strength.ACCOMPANIED, at)
    return facts.link is Link.SELF and decide(facts, Category.PLANNING).allowed


def helper_name(db: Session, helper_id: UUID) -> str:
    """Who sits beside the reader."""
    with scope.within(db, scope.everywhere("beside somebody")):
        return db.scalar(select(Account.display_name).where(Account.id == helper_id)) or ""
