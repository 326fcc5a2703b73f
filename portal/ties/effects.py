"""Who would lose what by a restriction: ``decide()`` asked on both sides, with it and without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.axes import NO_TIE, Item, Link
from portal.access.cases import cases
from portal.access.explain import answer
from portal.access.facts import Case
from portal.access.perimeter import ROWS, Row, of_row
from portal.access.sharing import Restriction
from portal.access.words import Scope, Strength
from portal.core.models import Account

_SEEN = (Item.MINE, Item.PUBLISHED, Item.PLAIN)
"""Sorts of things somebody may read of a row, one of which is enough to say that they read it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes for one person. Rows as the perimeter names them; empty lists: nothing changes for them."""

    account_id: UUID
    name: str
    link: Link
    closed: tuple[Row, ...]
    """Read without the restriction, not with it."""
    without_place: tuple[Row, ...]
    """Read with it, but neither where nor with whom."""

    @property
    def touched(self) -> bool:
        return bool(self.closed or self.without_place)


def effects(db: Session, dossier_id: UUID, one: Restriction, at: datetime) -> list[Effect]:
    """For everybody of the family whose link stands at ``at``: what ``one`` takes from them, then those it spares.

    ``one`` may stand in the database or not yet: it is compared with its absence, all else being as it is.
    """
    by_account: dict[UUID, list[Case]] = {}
    for case in cases(db, dossier_ids=[dossier_id]):
        if case.link_at(at) not in NO_TIE and case.link is not Link.STAFF:
            by_account.setdefault(case.relationship.account_id, []).append(case)
    names = _names(db, by_account)
    found = [_effect(account_id, names[account_id], mine, one, at) for account_id, mine in by_account.items()]
    return sorted(found, key=lambda effect: (not effect.touched, effect.name))


def _names(db: Session, accounts: Iterable[UUID]) -> dict[UUID, str]:
    query = select(Account.id, Account.display_name).where(Account.id.in_(list(accounts)))
    return {row.id: row.display_name for row in db.execute(query)}


def _effect(account_id: UUID, name: str, mine: list[Case], one: Restriction, at: datetime) -> Effect:
    without = [replace(case, restrictions=[other for other in case.restrictions if other is not one]) for case in mine]
    with_it = [replace(case, restrictions=[*case.restrictions, one]) for case in without]
    before = {row: _read(without, row, at) for row in ROWS}
    after = {row: _read(with_it, row, at) for row in ROWS}
    return Effect(
        account_id,
        name,
        mine[0].link,
        tuple(row for row in ROWS if before[row] and not after[row]),
        tuple(row for row in ROWS if before[row] is Scope.ALL and after[row] is Scope.NO_PLACE),
    )


def _read(found: Sequence[Case], row: Row, at: datetime) -> Scope | None:
    """How much of a row these links read together; None: nothing of it."""
    category, nature = of_row(row)
    for item in _SEEN:
        decision = answer(found, category, nature, strength=Strength.SUBSTANTIAL, at=at, item=item).decision
        if decision.allowed:
            return decision.scope
    return None
