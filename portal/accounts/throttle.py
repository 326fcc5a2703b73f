"""How often one may try, by account and by device: never by address, since an institution is one address.

A budget counts the tries of everybody at one account, and apart from them those of each device. A device that has come
in to this account before (``known``) has a budget of its own there: while strangers guess, its owner still enters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.accounts.models import Attempt
from portal.core import clock
from portal.core.errors import TooMany
from portal.core.keys import derive, marked
from portal.web import configured

KEPT = timedelta(days=1)
"""Tries are forgotten after that: no window may be longer."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How many tries, in a sliding ``window``. ``name``: a word of ours, which keeps one budget from another."""

    name: str
    per_account: int
    per_device: int
    window: timedelta

    def __post_init__(self) -> None:
        if self.window > KEPT:
            raise ValueError("tries are not kept that long")


def refuse_if_spent(db: Session, budget: Budget, account_key: str, device_key: str, *, known: bool = False) -> None:
    """Raises ``TooMany`` when one of the two budgets is spent. ``account_key``: whatever was said to name the account,
    whether or not there is one, so that unknown names are treated like known ones."""
    _refuse(db, budget, account_key, device_key, known, more=0)


def count(db: Session, budget: Budget, account_key: str, device_key: str, *, known: bool = False) -> None:
    """One more try. Committed at once, with what the request wrote before: no refusal undoes it."""
    at = clock.now()
    db.execute(delete(Attempt).where(Attempt.at < at - KEPT))
    db.add_all(Attempt(key=key, at=at) for key, _ in _keys(budget, account_key, device_key, known))
    db.commit()


def spend(db: Session, budget: Budget, account_key: str, device_key: str, *, known: bool = False) -> None:
    """Count a try, then refuse it if there were too many: of tries at the same instant, no more pass than may.

    Raises ``TooMany``. A try that is refused beforehand is not counted, or a flood would never end.
    """
    _refuse(db, budget, account_key, device_key, known, more=0)
    count(db, budget, account_key, device_key, known=known)
    _refuse(db, budget, account_key, device_key, known, more=1)


def forgive(db: Session, budget: Budget, account_key: str, device_key: str, *, known: bool = False) -> None:
    """It was the owner: their own device begins anew. What strangers spent of the account stays spent."""
    *_, (own, _limit) = _keys(budget, account_key, device_key, known)
    db.execute(delete(Attempt).where(Attempt.key == own))


def _refuse(db: Session, budget: Budget, account_key: str, device_key: str, known: bool, *, more: int) -> None:
    at = clock.now()
    for key, limit in _keys(budget, account_key, device_key, known):
        spent = select(func.count(), func.min(Attempt.at)).where(Attempt.key == key, Attempt.at > at - budget.window)
        times, oldest = db.execute(spent).one()
        if times >= limit + more:
            raise TooMany(_wait(oldest, budget, at))


def _wait(oldest: datetime, budget: Budget, at: datetime) -> int:
    return max(1, int((oldest + budget.window - at).total_seconds()))


def _keys(budget: Budget, account_key: str, device_key: str, known: bool) -> list[tuple[bytes, int]]:
    """(mark, how many tries), the device's own last. Keyed: what was typed in the wrong box is not found from them."""
    key = derive(configured.secret_key(), "throttle")
    account = marked(key, budget.name, "account", account_key)
    device = marked(key, budget.name, "device", device_key)
    if known:
        return [(marked(key, budget.name, "known", account_key, device_key), budget.per_device)]
    return [(account, budget.per_account), (device, budget.per_device)]
