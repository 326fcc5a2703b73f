"""docs/permissions.md fails when it lies."""

from __future__ import annotations

import re

import pytest

from portal.access.decision import Rule
from portal.access.perimeter import FAMILY, STAFF, Column
from portal.access.words import Action, Category, Nature, Strength
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "permissions.md").read_text()


def table(name: str) -> dict[str, list[str]]:
    lines = PAGE.partition(f"<!-- {name} -->\n")[2].partition("\n\n")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in rows if not row[0].startswith("---")}


def name_of(row) -> str:
    category, nature = row
    return f"{category}:{nature}" if nature else category


@pytest.mark.parametrize("word", [*Category, *Action])
def test_every_category_and_action_is_explained(word):
    assert re.search(rf"^### `{word}`\n\S", PAGE, re.MULTILINE)


@pytest.mark.parametrize("word", [*(nature for nature in Nature if nature), *(one.name.lower() for one in Strength)])
def test_every_nature_and_strength_is_named(word):
    assert f"`{word}`" in PAGE


def test_rules_stand_in_the_order_they_are_asked():
    assert " · ".join(f"`{rule}`" for rule in Rule) in PAGE


def test_the_family_table_is_the_code():
    written = table("family")
    assert written.pop("category") == list(Column)
    assert written == {name_of(row): [cells[column].value for column in Column] for row, cells in FAMILY.items()}


def test_the_staff_table_is_the_code():
    written = table("staff")
    del written["category"]
    assert written == {name_of(row): [" ".join(sorted(who)) or "-"] for row, who in STAFF.items()}
