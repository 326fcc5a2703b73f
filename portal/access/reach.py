"""``reach``: the answers of ``decide()`` laid out in time, so that lists and counts can join them.

Each row is computed by asking ``decide()`` itself, so there is no second copy of a rule to drift from the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from portal.access.actions import bit
from portal.access.axes import Facts, Item
from portal.access.cases import cases
from portal.access.decision import decide
from portal.access.facts import Case
from portal.access.models import Reach
from portal.access.perimeter import EVENTS
from portal.access.words import Action, Category, Nature, Scope, Strength
from portal.core import clock, scope

BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)

NEVER = 9
"""A strength no sign-in has: something may be done, nothing is read."""
LOCK = 0x52656C6965
"""Number of the lock of PostgreSQL under which answers are laid out."""

POINTS: tuple[tuple[Category, Nature], ...] = tuple(
    (category, nature) for category in Category for nature in (tuple(Nature) if category in EVENTS else (Nature.NONE,))
)
"""Every (category, nature) that a row about a person can carry."""


@scope.working("reach")
def recompute(
    db: Session, *, dossier_ids: Iterable[UUID] | None = None, account_ids: Iterable[UUID] | None = None
) -> None:
    """Lay the answers out again for these dossiers or these accounts (both None: all).

    Call it in the transaction that changed a relationship, a dossier's state, unit or birth date, an account's state, a
    perimeter, an agreement or a restriction: what a withdrawal takes away is gone when that transaction commits.
    """
    dossiers = None if dossier_ids is None else list(dossier_ids)
    accounts = None if account_ids is None else list(account_ids)
    db.flush()
    wait_for_others(db)
    stale = delete(Reach)
    if dossiers is not None:
        stale = stale.where(Reach.dossier_id.in_(dossiers))
    if accounts is not None:
        stale = stale.where(Reach.account_id.in_(accounts))
    db.execute(stale)
    rows = [row for case in cases(db, dossier_ids=dossiers, account_ids=accounts) for row in _rows(case)]
    if rows:
        db.execute(insert(Reach), rows)


def wait_for_others(db: Session) -> None:
    """One change at a time, to its commit: of two at once, each would lay out answers to what the other just undid.

    (SQLite: a transaction that writes already waits for the others.)
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _rows(case: Case) -> Iterator[dict[str, Any]]:
    edges = sorted({BEGINNING, clock.FOREVER, *case.turning_points()})
    for category, nature in POINTS:
        for starts_at, ends_at, answer in _periods(case, category, nature, edges):
            yield {
                "account_id": case.relationship.account_id,
                "dossier_id": case.dossier.id,
                "establishment_id": case.dossier.establishment_id,
                "relationship_id": case.relationship.id,
                "category": category,
                "nature": nature.value,
                "starts_at": starts_at,
                "ends_at": ends_at,
                **dict(answer),
            }


Answer = tuple[tuple[str, int | bool], ...]
"""Columns of ``Reach`` that hold what was answered; empty: nothing is open."""


def _periods(
    case: Case, category: Category, nature: Nature, edges: list[datetime]
) -> Iterator[tuple[datetime, datetime, Answer]]:
    """Periods in which something is open; neighbours with the same answer are one."""

    def answered(at: datetime) -> Answer:
        return _answer(case.facts(category, nature, Strength.LOW, at), category, nature, case.audiences(at))

    pieces = [(start, end, answered(start)) for start, end in pairwise(edges)]
    for answer, same in groupby(pieces, key=lambda piece: piece[2]):
        together = list(same)
        if answer:
            yield together[0][0], together[-1][1], answer


_ASKED_OF = {Action.DEPOSIT: Item.MINE, Action.EXPRESS: Item.MINE, Action.REVIEW: Item.OTHERS}
"""What sort of thing an action is asked of when none is at hand yet; any other action: of a plain thing."""


@lru_cache(maxsize=100_000)
def _answer(facts: Facts, category: Category, nature: Nature, audiences: int) -> Answer:
    """What ``decide()`` says at each strength, of each kind of item and action, all else being as ``facts`` says."""

    def ask(strength: Strength, item: Item, action: Action = Action.VIEW) -> Scope | None:
        decision = decide(replace(facts, strength=strength, item=item), category, nature, action)
        return decision.scope if decision.allowed else None

    def sees(item: Item) -> bool:
        return ask(Strength.SUBSTANTIAL, item) is not None

    shown = next((item for item in (Item.MINE, Item.PUBLISHED) if sees(item)), None)
    may = sum(bit(action) for action in Action if _may(facts, category, nature, action, shown))
    if shown is None and not may:
        return ()
    scopes = {strength: ask(strength, shown) if shown else None for strength in Strength}
    whole = {strength for strength, scope in scopes.items() if scope in (Scope.ALL, Scope.NO_PLACE)}
    return (
        ("full_at", min(whole, default=NEVER)),
        ("hour_at", min((one for one, scope in scopes.items() if scope), default=NEVER)),
        ("sees_mine", sees(Item.MINE)),
        ("sees_plain", sees(Item.PLAIN)),
        ("sees_held", sees(Item.HELD)),
        ("sees_patient_hidden", sees(Item.HIDDEN_PATIENT)),
        ("sees_representatives_hidden", sees(Item.HIDDEN_REPRESENTATIVES)),
        ("sees_families_hidden", sees(Item.HIDDEN_FAMILIES)),
        ("sees_others", sees(Item.OTHERS)),
        ("sees_place", Scope.NO_PLACE not in scopes.values()),
        ("published_to", audiences if sees(Item.PUBLISHED) else 0),
        ("may", may),
    )


def _may(facts: Facts, category: Category, nature: Nature, action: Action, shown: Item | None) -> bool:
    """Whether a sure sign-in may do more than read."""
    if action is Action.VIEW:
        return False
    plain = Item.PUBLISHED if shown is Item.PUBLISHED else Item.PLAIN
    item = _ASKED_OF.get(action, plain)
    return decide(replace(facts, strength=Strength.SUBSTANTIAL, item=item), category, nature, action).allowed
