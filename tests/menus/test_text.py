"""Text made comparable: the small tools everything else leans on."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.menus.scdl_text import as_text, blank, fold, split, tidy


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("  Riz \n au\tlait ", "Riz au lait"),
        (12, "12"),
        (12.0, "12"),
        (12.5, "12.5"),
        (21060004500012.0, "21060004500012"),
        (date(2025, 2, 3), "2025-02-03"),
        (datetime(2025, 2, 3, 12), "2025-02-03T12:00:00"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
    ],
)
def test_a_cell_as_text(cell: object, text: str) -> None:
    assert as_text(cell) == text


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("Riz\u00a0au\u202flait", "Riz au lait"),
        ("Riz\u200bau\u200dlait", "Rizaulait"),
        ("Riz\x00\x07", "Riz"),
        ("Riz\ud83c", "Riz"),
        ("Riz\ue000", "Riz"),
        ("\u202eziR", "ziR"),
        ("Cre\u0300me", "Cr\u00e8me"),
        ("Pomme 🍎", "Pomme 🍎"),
        ("Œufs à l’œil – « bio »", "Œufs à l’œil – « bio »"),
    ],
)
def test_tidy(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


@given(st.text())
def test_what_is_tidy_stays_so_and_may_be_stored(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert once == once.strip()
    assert "\0" not in once
    once.encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fruits à coques", "fruit a coque"),
        ("ŒUFS", "oeuf"),
        ("Hors-d'œuvre", "hors d oeuvre"),
        ("pique-nique", "Pique Nique"),
        ("n.c.", "N C"),
        ("Cr\u00e8me", "cre\u0300me"),
    ],
)
def test_spellings_that_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("noix", "noi"), ("ail", "lait"), ("sans", "aucun"), ("a b", "ab")])
def test_words_that_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("text", ["", " ", "-", "--", "–", "—", "...", "/", "?", "??", "*", "_", "- -"])
def test_blanks(text: str) -> None:
    assert blank(text)


@pytest.mark.parametrize("text", ["0", "x", "-x", "🥛", "!", "é"])
def test_what_is_not_blank(text: str) -> None:
    assert not blank(text)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", []),
        ("a", ["a"]),
        ("a;b", ["a", "b"]),
        ("a, b ,c", ["a", "b", "c"]),
        ("a|b", ["a", "b"]),
        ('["a","b, c"]', ["a", "b, c"]),
        ("['a', 'b']", ["a", "b"]),
        ("[]", []),
        ('["-", ""]', []),
        ("[1, 2.5, null]", ["1", "2.5"]),
        ("a (b, c), d", ["a (b, c)", "d"]),
        ('"petite section" ; "grande section"', ["petite section", "grande section"]),
        ("a;;b;", ["a", "b"]),
        ("[a", ["[a"]),
        ("l'eau; l'huile", ["l'eau", "l'huile"]),
    ],
)
def test_lists(text: str, items: list[str]) -> None:
    assert split(text) == items


@given(st.text())
def test_items_are_tidy_and_say_something(text: str) -> None:
    for item in split(text):
        assert item == tidy(item)
        assert not blank(item)
