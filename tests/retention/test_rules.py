"""The table: no hole, no absurdity, and the French page says the same."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from portal.access.words import Category
from portal.core.models import DossierState
from portal.retention.queries import whole_months
from portal.retention.rules import (
    BECAUSE,
    ERASED_AFTER,
    LETTERS_FOR,
    LOG_FOR,
    MANDATES_FOR,
    RAW_FOR,
    READABLE_FOR,
    REVIEWS_FOR,
    RULES,
    SIGN_INS_FOR,
    WAYS_FOR,
    gone_by,
)

PAGE = Path(__file__).parents[2] / "docs" / "fr" / "conservation.md"


def test_every_category_has_its_time_in_every_state_and_a_reason():
    assert RULES.keys() == {(category, state) for category in Category for state in DossierState}
    assert BECAUSE.keys() == set(Category)
    assert all(BECAUSE.values())


def test_nothing_of_somebody_present_goes_by_its_age():
    assert {RULES[category, DossierState.PRESENT] for category in Category} == {None}


def test_nothing_outlives_its_dossier_and_whatever_is_never_kept_longer_once_closed():
    for category in Category:
        for state, limit in ERASED_AFTER.items():
            months = RULES[category, state]
            assert months is not None
            assert months <= limit
        readable = RULES[category, DossierState.LEFT_READABLE]
        assert readable is None or readable <= RULES[category, DossierState.LEFT]


def test_a_dossier_closes_before_it_is_erased():
    assert ERASED_AFTER[DossierState.LEFT] > READABLE_FOR


@pytest.mark.parametrize(
    ("state", "months", "gone"),
    [
        (DossierState.PRESENT, 500, set()),
        (DossierState.LEFT_READABLE, 0, set()),
        (DossierState.LEFT_READABLE, 1, {Category.INTIMATE_CARE}),
        (DossierState.LEFT_READABLE, 3, {Category.INTIMATE_CARE, Category.TREATMENT}),
        (DossierState.PRE_ADMISSION, 11, set()),
        (DossierState.PRE_ADMISSION, 12, set(Category)),
        (DossierState.LEFT, 24, set(Category)),
        (DossierState.LEFT, 23, set(Category) - {Category.IDENTITY, Category.WISHES}),
    ],
)
def test_what_is_past_its_time(state, months, gone):
    assert gone_by(state, months) == gone


@pytest.mark.parametrize(
    ("since", "today", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 15), date(2026, 2, 14), 0),
        (date(2026, 1, 15), date(2026, 2, 15), 1),
        (date(2024, 2, 29), date(2026, 2, 28), 24),
        (date(2024, 3, 1), date(2026, 2, 28), 23),
        (date(2026, 5, 1), date(2026, 1, 1), 0),
    ],
)
def test_months_are_whole_ones(since, today, months):
    assert whole_months(since, today) == months


def said() -> dict[str, list[str]]:
    rows = re.findall(r"^\| `(\w+)` \|([^\n]+)\|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in rows}


def test_the_french_page_says_what_the_table_does():
    states = (DossierState.PRE_ADMISSION, DossierState.PRESENT, DossierState.LEFT_READABLE, DossierState.LEFT)
    expected = {
        category.value: ["gardé" if (one := RULES[category, state]) is None else f"{one} mois" for state in states]
        for category in Category
    }
    assert {name: cells[:4] for name, cells in said().items()} == expected
    text = PAGE.read_text("utf-8").replace("\u00a0", " ")
    beside = (LOG_FOR, RAW_FOR, REVIEWS_FOR, LETTERS_FOR, SIGN_INS_FOR, WAYS_FOR, MANDATES_FOR)
    for number in (READABLE_FOR, *beside, *ERASED_AFTER.values()):
        assert f"**{number} mois**" in text
    assert "juriste" in text
