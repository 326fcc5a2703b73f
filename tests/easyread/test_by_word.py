"""One picture a word, for those who chose it; none where it would say the contrary."""

from __future__ import annotations

from easyread.by_word import by_word


def words(text: str) -> list[str]:
    return [word for word, _ in by_word(text)]


def test_each_word_with_a_sure_picture_is_drawn_once_and_in_order():
    assert words("À 8 h 30, Inès arrive en bus. Elle va à la piscine en bus.") == ["bus", "va à la piscine"]


def test_what_is_denied_or_cancelled_is_never_drawn():
    assert words("Tu ne vas pas à la piscine.") == []
    assert words("La réunion est annulée.") == []


def test_a_name_is_never_drawn():
    assert words("À 9 h, Rose Boulanger est avec Pierre.") == []
