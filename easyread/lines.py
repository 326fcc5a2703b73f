"""A line of easy text: one sentence, perhaps a list under it, one picture or one clock beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from string import Formatter

from easyread.clock import Clock
from easyread.pictures import Picture

NBSP = "\u00a0"

Row = tuple[tuple[str, bool], ...]
"""A row as it is printed: pieces of text, each with whether it is emphasised."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence. ``strong`` are the (start, end) places of ``text`` to emphasise, ``breaks`` where a row begins."""

    text: str
    picture: Picture | None = None
    clock: Clock | None = None
    strong: tuple[tuple[int, int], ...] = ()
    breaks: tuple[int, ...] = ()
    items: tuple[str, ...] = ()
    """The list under the sentence, one row each, already punctuated."""

    @property
    def said(self) -> tuple[Row, ...]:
        """The sentence cut for printing: every row is ((piece, emphasised), …), ready for an escaping template."""
        edges = (0, *self.breaks, len(self.text))
        return tuple(self._row(a, b) for a, b in pairwise(edges))

    @property
    def rows(self) -> tuple[Row, ...]:
        """The sentence, then its list: ``items`` are the DUI's own words, in French whatever the reader's language."""
        return (*self.said, *(((item, False),) for item in self.items))

    def _row(self, start: int, end: int) -> Row:
        pieces: list[tuple[str, bool]] = []
        at = start
        for a, b in self.strong:
            if start <= a and b <= end:
                pieces += [(self.text[at:a], False), (self.text[a:b], True)]
                at = b
        pieces.append((self.text[at:end], False))
        return tuple((text, strong) for text, strong in pieces if text)

    @property
    def plain(self) -> str:
        """The whole line as one text: for a voice, a title or a search."""
        return " ".join((self.text, *self.items))


@cache
def _pieces(template: str) -> tuple[tuple[str, str | None, str | None], ...]:
    return tuple((literal, name, mark) for literal, name, _, mark in Formatter().parse(template))


def fill(template: str, values: dict[str, str]) -> tuple[str, tuple[tuple[int, int], ...], tuple[int, ...]]:
    """A template with its values: (text, emphasised places, row breaks).

    ``{hour!b}`` is emphasised, ``|`` begins a row. Values go in untouched and are never read as templates.
    """
    text, strong, breaks = "", [], []
    for literal, name, mark in _pieces(template):
        head, *rest = literal.split("|")
        text += head
        for piece in rest:
            breaks.append(len(text))
            text += piece
        if name is not None:
            start = len(text)
            text += values[name]
            if mark == "b":
                strong.append((start, len(text)))
    return text, tuple(strong), tuple(breaks)


def sentence(
    template: str,
    values: dict[str, str],
    *,
    picture: Picture | None = None,
    clock: Clock | None = None,
    items: Sequence[str] = (),
) -> Line:
    """A line from a template of the phrasebook."""
    text, strong, breaks = fill(template, values)
    return Line(text, picture, clock, strong, breaks, tuple(items))


def words(text: str) -> int:
    """How many words a reader meets: what a hyphen, an apostrophe or a no-break space holds together is one."""
    return sum(any(sign.isalnum() for sign in piece) for piece in re.split(r"[ \n]+", text))
