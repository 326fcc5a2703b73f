"""What was chosen of the OWASP ASVS on authentication and sessions: each row is answered by tests that exist."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

CHOSEN = [
    "V2.4.1",
    "V3.3.3",
    "V3.5.1",
    "V3.5.3",
    "V6.2.1",
    "V6.2.12",
    "V6.3.1",
    "V6.3.3",
    "V6.3.4",
    "V6.3.8",
    "V6.4.1",
    "V6.4.3",
    "V6.5.1",
    "V6.5.2",
    "V6.5.6",
    "V6.6.3",
    "V6.7.2",
    "V6.8.1",
    "V6.8.4",
    "V7.2.1",
    "V7.2.3",
    "V7.2.4",
    "V7.3.1",
    "V7.3.2",
    "V7.4.1",
    "V7.4.2",
    "V7.5.1",
    "V7.5.2",
    "V7.5.3",
    "V10.1.2",
    "V10.2.1",
    "V11.4.2",
    "V14.2.1",
    "V14.3.1",
    "V14.3.2",
    "V16.3.1",
]


def rows() -> dict[str, list[str]]:
    """Identifier of a row → tests that answer it: ``path`` or ``path::name``."""
    page = (ROOT / "docs" / "threats.md").read_text("utf-8").partition("## Rows of the ASVS")[2]
    found: dict[str, list[str]] = {}
    for line in re.findall(r"^\| (V[\d.]+.*)$", page, re.MULTILINE):
        names, _, answers = line.partition(" | ")
        for name in re.findall(r"V\d+\.\d+\.\d+", names):
            found.setdefault(name, []).extend(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", answers))
    return found


@pytest.mark.parametrize("row", CHOSEN)
def test_a_row_is_answered_by_tests_that_exist(row):
    answers = rows().get(row, [])
    assert answers, f"{row} has no test"
    for answer in answers:
        path, _, name = answer.partition("::")
        text = (ROOT / path).read_text("utf-8")
        assert re.search(rf"(?:def|class) {name or 'test_'}", text), answer


def test_no_row_stands_twice():
    page = (ROOT / "docs" / "threats.md").read_text("utf-8").partition("## Rows of the ASVS")[2]
    named = re.findall(r"V\d+\.\d+\.\d+", " ".join(re.findall(r"^\| (V[^|]+)\|", page, re.MULTILINE)))
    assert len(named) == len(set(named))
