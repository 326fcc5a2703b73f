"""Where each young person of about twenty stands: kept by a decision, to renew, overdue, or without any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from portal.access.axes import Link
from portal.core import clock
from portal.core.models import LEFT
from portal.deadlines.dates import CRETON_AGE, STEPS, after_last, months_before, step_reached
from portal.deadlines.majority import PROTECTS
from portal.deadlines.queries import Aged, Held

READERS = frozenset({Link.SELF, *PROTECTS})
"""Family links whose holders may open the page of a decision."""


class How(StrEnum):
    """How urgent it is, the most urgent first."""

    OVERDUE = "overdue"
    """The last decision is over, and they are still here."""
    MISSING = "missing"
    """Twenty and more, and no decision is known."""
    RENEW = "renew"
    """It ends within six months."""
    COMING = "coming"
    """They turn twenty within six months."""
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Stand:
    """One young person, with the decisions that stand, the latest end first."""

    dossier_id: UUID
    twenty_on: date
    how: How
    held: Sequence[Held]
    """Those that were not cancelled."""

    @property
    def last(self) -> Held | None:
        return self.held[0] if self.held else None


_URGENT = tuple(How)


def stands(
    aged: Iterable[Aged], held: Mapping[UUID, Sequence[Held]], now: datetime, *, whatever_age: bool = False
) -> list[Stand]:
    """Those who need a decision, or will within six months, or have one; the most urgent first. Who left is left out.

    ``whatever_age``: also those far from twenty, for the page of one of them.
    """
    found = []
    for one in aged:
        today = clock.local_date(now, one.zone)
        twenty = clock.birthday(one.birth_date, CRETON_AGE)
        near = months_before(twenty, STEPS[0]) <= today
        mine = held.get(one.id, ())
        if whatever_age or ((near or mine) and one.state not in LEFT):
            found.append(Stand(one.id, twenty, _how(mine, twenty, today), mine))
    return sorted(found, key=lambda one: (_URGENT.index(one.how), one.last.ends_on if one.last else one.twenty_on))


def _how(mine: Sequence[Held], twenty: date, today: date) -> How:
    if not mine:
        return How.MISSING if today >= twenty else How.COMING
    if mine[0].ends_on < today:
        return How.OVERDUE
    return How.RENEW if step_reached(after_last(mine[0].ends_on), today) else How.HELD
