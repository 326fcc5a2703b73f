"""One picture a word, for readers who chose it: each beside its word, none where the text says it is not there."""

from __future__ import annotations

from easyread import lexicon, pictures
from easyread.pictures import Picture


def by_word(text: str) -> tuple[tuple[str, Picture], ...]:
    """The words of a French sentence that have a sure picture, as they stand in it, in order; each picture once.

    A name is never looked up, and what is denied or cancelled is never drawn.
    """
    found: dict[Picture, str] = {}
    for unit in lexicon.units(text):
        picture = None if unit.negated else pictures.find(unit.concept)
        if picture:
            found.setdefault(picture, unit.surface)
    return tuple((word, picture) for picture, word in found.items())
