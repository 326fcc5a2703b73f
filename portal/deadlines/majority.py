"""What majority ends and opens, from ``decide()`` an instant before it and at it. Nothing here is a second rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.access.axes import Cover, Item, Link
from portal.access.decision import ENDS_AT_MAJORITY, decide
from portal.access.explain import WAYS, is_open
from portal.access.facts import Case
from portal.access.perimeter import ROWS, Row, of_row
from portal.access.words import Action, Category, Nature, Strength

PROTECTS = frozenset({Link.REPRESENT, Link.ASSIST})
TOLD = frozenset({Link.SELF, *ENDS_AT_MAJORITY})
"""Family links whose holders are told beforehand."""
READS = TOLD | PROTECTS
"""Family links whose holders may open the page of a majority."""


@dataclass(frozen=True, slots=True)
class Ending:
    """One link that majority ends, or narrows. ``rows``: what its holder reads no more."""

    account_id: UUID
    link: Link
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Change:
    """What majority changes for one account: rows of the perimeter it loses, and those it gains."""

    lost: Sequence[Row]
    gained: Sequence[Row]


def open_rows(cases: Iterable[Case], at: datetime, of: Sequence[Item] = WAYS) -> set[Row]:
    """What these links of one account read at ``at`` with the surest sign-in, be it only their own part."""
    return {row for case in cases for row in ROWS if is_open([case], row, at, ways=of)}


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
            found.append(Ending(case.relationship.account_id, link, lost))
    return sorted(found, key=lambda one: (one.link not in ENDS_AT_MAJORITY, one.link, one.account_id))


def is_referent(case: Case, at: datetime) -> bool:
    """Whether this link is, at ``at``, that of the young person's referent."""
    at_work = case.link_at(at) is Link.STAFF
    return at_work and case.facts(Category.IDENTITY, Nature.NONE, Strength.SUBSTANTIAL, at).cover is Cover.REFERENT


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


def _in_order(rows: set[Row]) -> list[Row]:
    return [row for row in ROWS if row in rows]
