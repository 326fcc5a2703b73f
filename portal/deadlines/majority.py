"""What majority ends and opens, from ``decide()`` an instant before it and at it. Nothing here is a second rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.access.axes import Item, Link
from portal.access.decision import ENDS_AT_MAJORITY, decide
from portal.access.facts import Case
from portal.access.perimeter import ROWS, Row, of_row
from portal.access.words import Action, Category, Strength

ASKED_OF = (Item.PLAIN, Item.MINE, Item.PUBLISHED)
PROTECTS = frozenset({Link.REPRESENT, Link.ASSIST})
TOLD = frozenset({Link.SELF, *ENDS_AT_MAJORITY})
"""Family links whose holders are told beforehand."""
READS = TOLD | PROTECTS
"""Family links whose holders may open the page of a majority."""


@dataclass(frozen=True, slots=True)
class Ending:
    """One link that majority, or its own date before it, ends. ``rows``: what its holder reads no more."""

    account_id: UUID
    link: Link
    ends_at: datetime
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Change:
    """What majority changes for one account: rows of the perimeter it loses, and those it gains."""

    lost: Sequence[Row]
    gained: Sequence[Row]


def open_rows(cases: Iterable[Case], at: datetime, of: Sequence[Item] = ASKED_OF) -> set[Row]:
    """What these links of one account read at ``at`` with the surest sign-in, be it only their own part."""
    return {row for case in cases for row in ROWS if any(_reads(case, row, item, at) for item in of)}


def change(cases: Sequence[Case]) -> Change:
    """Of one account's links to one dossier."""
    majority = cases[0].majority
    before = open_rows(cases, majority - majority.resolution)
    after = open_rows(cases, majority)
    return Change(_in_order(before - after), _in_order(after - before))


def endings(cases: Iterable[Case]) -> list[Ending]:
    """Family links that count just before majority and no more, or less, at it: parents first, as the law has them.

    Those whom majority ends by law stand here whatever they read: what is missing must not tell of a restriction.
    """
    found = []
    for case in cases:
        link = case.link_at(case.majority - case.majority.resolution)
        if link is Link.STAFF or case.relationship.dossier_id is None:
            continue
        lost = change([case]).lost
        if link in ENDS_AT_MAJORITY or (lost and link is not Link.SELF):
            found.append(Ending(case.relationship.account_id, link, case.majority, lost))
    return sorted(found, key=lambda one: (one.link not in ENDS_AT_MAJORITY, one.link, one.account_id))


def reads(cases: Iterable[Case], at: datetime) -> bool:
    """Whether these links open anything of the person: more than everybody's meals, or than one's own letters."""
    return any(category is not Category.MENUS for category, _ in open_rows(cases, at, (Item.PLAIN,)))


def decides(cases: Iterable[Case], at: datetime) -> bool:
    """Whether these links may say who else sees something."""
    return any(
        decide(case.facts(*of_row(row), Strength.SUBSTANTIAL, at), *of_row(row), Action.ADMINISTER).allowed
        for case in cases
        for row in ROWS
    )


def _reads(case: Case, row: Row, item: Item, at: datetime) -> bool:
    return decide(case.facts(*of_row(row), Strength.SUBSTANTIAL, at, item), *of_row(row)).allowed


def _in_order(rows: set[Row]) -> list[Row]:
    return [row for row in ROWS if row in rows]
