"""Every single change of a table that changes a decision is seen by the enumeration (``test_whole``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from portal.access import actions, decision, perimeter
from portal.access.axes import Facts, Link
from portal.access.decision import decide
from portal.access.perimeter import Row, of_row, row_of
from portal.access.reach import POINTS
from portal.access.words import Action, Category, Nature, Strength
from portal.core.models import DossierState
from tests.access.mutation import FAMILIES, Mutant
from tests.access.oracle import Oracle
from tests.access.space import LEVELS, PAIRS, SPACES, Space, reached


@cache
def expected(space: Space, row: Row, action: Action) -> bytes:
    """The answers of the page, one byte a combination: 0 refused, then how much is read."""
    found = bytearray(len(space.facts))
    if (row, action) in PAIRS:
        for level, scope in enumerate(LEVELS, 1):
            line = f"{Oracle(space, row, action).reads()[scope]:0{len(space.facts)}b}"
            place = line.find("1")
            while place >= 0:
                found[-1 - place] = level
                place = line.find("1", place + 1)
    return bytes(found)


@cache
def worth_asking(space: Space, link: Link) -> tuple[tuple[int, Facts], ...]:
    """Combinations of one link, those where most is permitted first: a change shows sooner there."""
    mine = [(number, facts) for number, facts in enumerate(space.facts) if facts.link is link]
    return tuple(sorted(mine, key=lambda one: _how_open(one[1])))


def _how_open(facts: Facts) -> tuple[bool, bool]:
    return facts.dossier is not DossierState.PRESENT, facts.strength is not Strength.SUBSTANTIAL


@cache
def points_of(row: Row) -> tuple[tuple[Category, Nature], ...]:
    """What a row rules, as far as the decision might tell it apart: a therapy of the week beside a health visit."""
    more = (point for point in POINTS if row_of(*point) == row and point[0] is not row[0])
    return (of_row(row), *more)


def is_killed(mutant: Mutant) -> bool:
    """Whether some combination gets, with this change, another answer than the page's."""
    with mutant.applied():
        return any(
            _level(facts, point, action) != answers[number]
            for point, action, answers, asked in _questions(mutant)
            for number, facts in asked
        )


def _questions(
    mutant: Mutant,
) -> Iterator[tuple[tuple[Category, Nature], Action, bytes, tuple[tuple[int, Facts], ...]]]:
    for row in mutant.rows:
        for action in mutant.actions:
            if (row, action) not in PAIRS and len(mutant.rows) > 1:
                continue
            for space in SPACES:
                for link in mutant.links.intersection(dict(space.axes)["link"]):
                    asked = _touched(space, link, reached(space, row), mutant.where)
                    for point in points_of(row):
                        yield point, action, expected(space, row, action), asked


@cache
def _touched(
    space: Space, link: Link, is_there: int, where: tuple[str, object] | None
) -> tuple[tuple[int, Facts], ...]:
    """Of the combinations of one link, those that exist for a row and where a change could show."""
    there = f"{is_there:0{len(space.facts)}b}"[::-1]
    return tuple(
        (number, facts)
        for number, facts in worth_asking(space, link)
        if there[number] == "1" and (where is None or getattr(facts, where[0]) is where[1])
    )


def _level(facts: Facts, point: tuple[Category, Nature], action: Action) -> int:
    given = decide(facts, *point, action)
    return LEVELS.index(given.scope) + 1 if given.allowed else 0


UNCHANGED = {
    # reason: the changes that leave every decision as it was
    "whoever it adds is among those the row already names": (
        r"(staff|publish), .*: with (unit|unit_if_opened|referent|management|administration|care|social_work|kitchen|"
        r"establishment|glass)"
    ),
    "« s » names nobody: alone in a row it opens nothing": r"(publish|check), .*: with s",
    "their cell is « - », and nobody does more than they read": (
        r"families (answer|administer), .*: with (parent_informed|relative|assist)"
    ),
    "nobody reads a dossier left for good, whatever may be done": r".* while left: now too",
    "before admission there are only identity and documents": r"(express|answer) while pre_admission: now too",
    "nobody of the family reads it, however strong the sign-in": r"intimate_care whole from .* for the young person",
    "the whole already shows from there": r".*: the hour from (LOW|ACCOMPANIED|SUBSTANTIAL)",
    "its only row, documents, asks for it already": r"a sure sign-in for (deposit|review)",
    "the link opens nothing": r"(ends at majority|blind to both labels): (outside_doctor|property|parent_withdrawn)",
    "the rule of this label names the young person already": r"blind to both labels: self",
    "these two columns are the same today": r"(represent|parent_full|delegate) follows the column (parent|represent)",
    "refused earlier, or answered earlier for a broken glass": (
        r"(at work|near|runs the place): (nobody's dossier|break_glass|no profession)"
    ),
}
COUNTS = {
    # mutants, and how many of them change nothing
    "the table of families": (720, 0),
    "the table of staff": (180, 52),
    "who publishes": (180, 11),
    "who checks": (180, 14),
    "who decides at work": (180, 0),
    "what families may do": (96, 11),
    "states of the dossier": (37, 8),
    "strengths of sign-in": (106, 17),
    "groups of links, posts and assignments": (131, 14),
}


@cache
def survivors(family: str) -> tuple[str, ...]:
    return tuple(mutant.name for mutant in FAMILIES[family]() if not is_killed(mutant))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_change_that_changes_a_decision_is_seen(family):
    mutants = sum(1 for _ in FAMILIES[family]())
    alike = survivors(family)
    print(f"{family}: {mutants} mutants, {mutants - len(alike)} killed, {len(alike)} that change nothing")
    for name in alike:
        reasons = [reason for reason, pattern in UNCHANGED.items() if re.fullmatch(pattern, name)]
        assert len(reasons) == 1, f"{name} changes a decision and nothing sees it ({reasons})"
        print(f"  {name}: {reasons[0]}")
    assert (mutants, len(alike)) == COUNTS[family]


def test_a_change_leaves_no_trace_once_looked_at():
    def tables() -> str:
        words = ("_COLUMN", "ENDS_AT_MAJORITY", "_BLIND_TO_BOTH", "_ANYWHERE", "_NEAR", "_RUN_THE_PLACE")
        functions = (decision.strength_needed, decision.hour_strength)
        return repr((
            perimeter.FAMILY, perimeter.STAFF, actions.FAMILY_MAY, actions.STAFF_MAY, actions._WHILE, actions._SURE,
            actions._BEFORE_ADMISSION, [getattr(decision, word) for word in words], functions,
        ))  # fmt: skip

    before = tables()
    for family in FAMILIES.values():
        for mutant in list(family())[::7]:
            with mutant.applied():
                assert tables() != before, mutant.name
            assert tables() == before, mutant.name
