"""The demo's people and their dossiers, for ``portal demo people`` and for tests that sign in as them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.models import Reach, Relationship
from portal.access.words import Strength
from portal.core import clock
from portal.core.models import Account, Dossier
from portal.demo.cast import ROLES, Role, account_id


def people(db: Session) -> list[dict[str, Any]]:
    """One for each role, in the order of the page, ready for JSON.

    ``role``, ``account``, ``name``, ``strengths`` (the first is the default), and ``dossiers``: those a link names or
    that the account reaches now, each ``{"id", "key", "categories"}`` with what is open at the strongest sign-in.
    """
    accounts = {account.id: account for account in db.scalars(select(Account))}
    return [_person(db, role, accounts[account_id(role.name)]) for role in ROLES if account_id(role.name) in accounts]


def strengths(role: Role) -> list[Strength]:
    """How somebody may be signed in; the first is what happens unless asked otherwise."""
    others = (Strength.SUBSTANTIAL, Strength.LOW)
    return [role.strength, *(one for one in others if one is not role.strength)]


def _person(db: Session, role: Role, account: Account) -> dict[str, Any]:
    open_now = _open_now(db, account)
    tied = select(Relationship.dossier_id).where(Relationship.account_id == account.id)
    dossiers = db.scalars(select(Dossier).where(Dossier.id.in_(tied) | Dossier.id.in_(open_now)).order_by(Dossier.key))
    return {
        "role": role.name,
        "account": str(account.id),
        "name": account.display_name,
        "strengths": [strength.name.lower() for strength in strengths(role)],
        "dossiers": [
            {"id": str(dossier.id), "key": dossier.key, "categories": open_now.get(dossier.id, [])}
            for dossier in dossiers
        ],
    }


def _open_now(db: Session, account: Account) -> dict[Any, list[str]]:
    """Dossier → categories, sorted, in which something is open to this account at this instant."""
    at = clock.now()
    rows = db.execute(
        select(Reach.dossier_id, Reach.category)
        .where(Reach.account_id == account.id, Reach.starts_at <= at, Reach.ends_at > at)
        .distinct()
    )
    found: dict[Any, set[str]] = {}
    for dossier, category in rows:
        found.setdefault(dossier, set()).add(str(category))
    return {dossier: sorted(categories) for dossier, categories in found.items()}
