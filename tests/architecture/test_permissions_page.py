"""docs/permissions.md fails when it lies."""

from __future__ import annotations

import re

import pytest

from portal.access import actions
from portal.access.axes import Rule
from portal.access.perimeter import FAMILY, ROWS, STAFF, Cell, Column, Who, row_name
from portal.access.sharing import Against, Source
from portal.access.words import Action, Category, Nature, Strength
from portal.core.models import DossierState
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "permissions.md").read_text()


def lines(name: str) -> list[list[str]]:
    found = PAGE.partition(f"<!-- {name} -->\n")[2].partition("\n\n")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in found]
    return [row for row in rows if not row[0].startswith("---")]


def table(name: str) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in lines(name)}


@pytest.mark.parametrize("word", [*Category, *Action])
def test_every_category_and_action_is_explained(word):
    assert re.search(rf"^### `{word}`\n\S", PAGE, re.MULTILINE)


@pytest.mark.parametrize(
    "word",
    [
        *(nature for nature in Nature if nature),
        *(one.name.lower() for one in Strength),
        *(cell for cell in Cell),
        *(who for who in Who),
        *(source for source in Source),
        *(against for against in Against if against is not Against.ONE),
    ],
)
def test_every_word_of_the_tables_is_named(word):
    assert f"`{word}`" in PAGE


def test_rules_stand_in_the_order_they_are_asked():
    assert " · ".join(f"`{rule}`" for rule in Rule) in PAGE


def test_the_family_table_is_the_code():
    written = table("family")
    assert written.pop("category") == list(Column)
    assert written == {row_name(row): [cells[column].value for column in Column] for row, cells in FAMILY.items()}


def test_the_staff_table_is_the_code():
    written = table("staff")
    del written["category"]
    assert written == {row_name(row): [" ".join(sorted(who)) or "-"] for row, who in STAFF.items()}


def test_what_families_may_do_is_the_code():
    assert lines("family may")[1:] == [
        [action, row_name(row), " ".join(column for column in Column if column in columns)]
        for action, rows in actions.FAMILY_MAY.items()
        for row, columns in rows.items()
    ]


def test_what_staff_may_do_is_the_code():
    *written, last = lines("staff may")[1:]
    assert written == [
        [action, row_name(row), " ".join(sorted(who))]
        for action, rows in actions.STAFF_MAY.items()
        if action is not Action.ADMINISTER
        for row, who in rows.items()
    ]
    assert last == ["administer", "every row", "management"]
    assert {row: frozenset({Who.MANAGEMENT}) for row in ROWS} == actions.STAFF_MAY[Action.ADMINISTER]


def test_what_each_state_of_the_dossier_allows_is_the_code():
    written = table("states")
    assert written.pop("action") == list(DossierState)
    assert written == {action: [allowed(action, state) for state in DossierState] for action in Action}


def allowed(action: Action, state: DossierState) -> str:
    """Which categories: all (« yes »), none (« no »), or those."""
    found = [category for category in Category if actions.is_time(action, state, category)]
    return "yes" if len(found) == len(Category) else ", ".join(found) or "no"


def test_a_sure_sign_in_is_asked_for_what_binds_others():
    sure = [action for action in Action if actions.strength_for(action) is Strength.SUBSTANTIAL]
    said = re.search(r"\| `substantial` \| the rest, and (.+) \|", PAGE)
    assert re.findall(r"`(\w+)`", said[1]) == sure


def test_the_french_rules_and_situations_are_led_to():
    assert "](fr/regles-d-acces.md)" in PAGE
    assert "](fr/situations.md)" in PAGE
