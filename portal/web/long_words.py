"""Words wider than a telephone in large letters are cut where French cuts them, with a hyphen, never silently.

Browsers hyphenate by themselves where they have a dictionary; those of a desk mostly have none.
"""

from __future__ import annotations

import re

SHY = "\u00ad"
"""A place where a word may be cut. Nothing is seen, and nothing is heard, of it elsewhere."""
LONG = re.compile(r"[^\W\d_]{17,}")
"""Seventeen letters: what a telephone of 360 px shows of the largest heading."""
PARTS = re.compile(
    r"(?<=[^\W\d_]{4})(?=enc[ée]phal|cardio|gram|graphi|logi|logu|thérap|motri|psycho|éduca|sensori|établiss)", re.I
)
"""Before what such words are made of: « électro, encéphalo, gramme »."""


def breakable(text: str) -> str:
    """The same words; the longest may be cut between their parts."""
    return LONG.sub(lambda found: PARTS.sub(SHY, found[0]), text)
