"""docs/fr/regles-d-acces.md as data: its rules, its tables, and the words that lead from its French to the code."""

from __future__ import annotations

import re
from collections import defaultdict

from tests.conftest import ROOT

NARROW = str.maketrans({"\u00a0": " ", "\u202f": " "})


def read(name: str) -> str:
    return (ROOT / "docs" / "fr" / name).read_text("utf-8").translate(NARROW)


PAGE = read("regles-d-acces.md")


def table(name: str, page: str = PAGE) -> list[list[str]]:
    """Rows of the table under ``<!-- name -->``, without its first two lines."""
    lines = page.partition(f"<!-- {name} -->\n")[2].partition("\n\n")[0].splitlines()[2:]
    assert lines, f"no table {name}"
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def sentences() -> dict[str, str]:
    """Rules in words: number → sentence, on one line."""
    found = re.findall(r"^\*\*Règle (\d+)\.\*\* (.+?)(?=\n\n|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return {number: " ".join(text.split()) for number, text in found}


def lines() -> dict[str, set[str]]:
    """Rules that are a line of a table: number → the words in its cells."""
    rows = {number: set(cells) for number, _, *cells in table("familles")}
    for name in ("personnel", "publier"):
        rows |= {number: set(cell.split(" ; ")) for number, _, cell in table(name)}
    return rows


def words() -> dict[str, dict[str, str]]:
    """Sort of word → word of the code → French."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for sort, french, code in table("mots"):
        found[sort]["" if code == "(vide)" else code.strip("`")] = french
    return found


def rubrics() -> dict[tuple[str, str], str]:
    """(what it is, nature), in French → the rubric that rules it."""
    return {(what, nature): rubric for what, nature, rubric in table("natures")}
