"""Who would lose what by a restriction: ``decide()`` asked on both sides, with it and without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.axes import NO_TIE, Link
from portal.access.cases import cases
from portal.access.explain import on_row
from portal.access.facts import Case
from portal.access.perimeter import ROWS, Row
from portal.access.sharing import Restriction
from portal.access.words import Scope
from portal.core.names import names_of


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
    names = names_of(db, by_account)
    found = [_effect(account_id, names[account_id], mine, one, at) for account_id, mine in by_account.items()]
    return sorted(found, key=lambda effect: (not effect.touched, effect.name))


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
    ways = (one.decision for one in on_row(found, row, at).values())
    return next((decision.scope for decision in ways if decision.allowed), None)
