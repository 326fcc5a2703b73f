"""Somebody sits beside whoever is signed in: how that session begins, and at each request whether it goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import false, select, true
from sqlalchemy.orm import Session

from portal.access.mandates import Mandate, reads, sits
from portal.access.words import Category
from portal.core import clock, scope

if TYPE_CHECKING:
    from portal.accounts.queries import SignedIn

GIVEN = "given over"
"""Where the cookie of a device keeps that staff gave it over, and for whom."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Who sits beside somebody, with whose dossier they work, by which mandate if by one."""

    helper_id: UUID
    dossier_id: UUID
    mandate_id: UUID | None = None
    until: datetime | None = None
    """When the session ends that this one follows: coming in again does not make it longer."""

    @property
    def facts(self) -> dict[str, Any]:
        """What a session keeps of it."""
        return {"helper_id": self.helper_id, "helped_on": self.dossier_id, "mandate_id": self.mandate_id}


def follows(who: SignedIn) -> Beside | None:
    """Who goes on sitting there when ``who`` comes in again, by their own means: a mandate is not needed any more."""
    if who.helper_id is None or who.helped_on is None:
        return None
    return Beside(who.helper_id, who.helped_on, until=who.expires_at)


def going_on(db: Session, who: SignedIn) -> SignedIn | None:
    """The same, with what the mandate opens; None as soon as it may not go on.

    That is when the helper no longer works with that dossier, an end by date included; when whoever they sit beside
    reads nothing of it any more; when the mandate is over. One statement, and none for somebody alone.
    """
    if who.helper_id is None:
        return who
    at = clock.now()
    with scope.within(db, scope.everywhere("beside somebody")):
        if not _may(db, who, at):
            return None
        mandate = db.get(Mandate, who.mandate_id, populate_existing=True) if who.mandate_id else None
        return replace(who, mandate=mandate.opens if mandate else None)


def _may(db: Session, who: SignedIn, at: datetime) -> bool:
    if who.helper_id is None or who.helped_on is None:
        return False
    theirs = reads(who.account_id, who.helped_on, who.strength, at, Category)
    there = sits(who.helper_id, who.helped_on, at)
    return bool(db.scalar(select(there & theirs & (_stands(who, at) if who.mandate_id else true()))))


def _stands(who: SignedIn, at: datetime) -> Any:
    if who.mandate_id is None:
        return false()
    return (
        select(Mandate.id)
        .where(
            Mandate.id == who.mandate_id,
            Mandate.account_id == who.account_id,
            Mandate.dossier_id == who.helped_on,
            Mandate.starts_at <= at,
            Mandate.ends_at > at,
            Mandate.withdrawn_at.is_(None),
        )
        .exists()
    )
