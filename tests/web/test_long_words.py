"""No word is cut silently at the edge of a telephone."""

from __future__ import annotations

import pytest

from portal.web.long_words import SHY, breakable


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Électroencéphalogramme", ["Électro", "encéphalo", "gramme"]),
        ("électrocardiogramme", ["électro", "cardio", "gramme"]),
        ("electroencephalogram", ["electro", "encephalo", "gram"]),
        ("neuropsychologique", ["neuro", "psycho", "logique"]),
        ("Rendez-vous", ["Rendez-vous"]),
        ("orthophoniste", ["orthophoniste"]),
    ],
)
def test_long_words_are_cut_between_their_parts_and_short_ones_nowhere(word: str, parts: list[str]) -> None:
    assert breakable(word).split(SHY) == parts


def test_nothing_is_lost() -> None:
    text = "Bilan : électroencéphalogramme <de> sommeil, 9 h"
    assert breakable(text).replace(SHY, "") == text
