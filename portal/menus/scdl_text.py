"""Text of a menu file made comparable: tidied, folded, cut into lists. Nothing here knows what a menu is."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "OE", "Æ": "AE"})
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co"})
_BLANK = re.compile(r"[-‐-―_./\\?*\s]*")
_QUOTES = "\"'“”«» \u00a0"
_SEPARATORS = re.compile(r"[;|,](?![^(]*\))")
ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!"}
)
"""What a spreadsheet leaves in a cell it could not compute, in English and in French."""


def as_text(cell: object) -> str:
    """A cell as tidy text. Whole numbers lose the ``.0`` a spreadsheet adds; dates are written as ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return tidy(str(cell))


def tidy(text: str) -> str:
    """One line, single spaces, composed letters; without control or invisible characters, which a database may refuse
    and which may make a screen show something else than what is read aloud."""
    if not text.isprintable():
        text = "".join(" " if char.isspace() else _seen(char) for char in text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def _seen(char: str) -> str:
    return "" if unicodedata.category(char) in _UNSAFE else char


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """What spellings of a word share, capitals, accents, marks and plurals apart: ``Céleris`` → ``celeri``."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).casefold()
    letters = "".join(char if char.isalnum() else " " for char in plain if unicodedata.category(char) != "Mn")
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in letters.split())


def blank(text: str) -> bool:
    """Whether this is nothing but dashes, dots, question marks and spaces."""
    return _BLANK.fullmatch(text) is not None


def split(text: str) -> list[str]:
    """The items of ``["lait","oeufs"]``, ``a;b`` or ``a, b``; commas within brackets do not cut; blanks go."""
    items = _from_json(text)
    if items is None:
        inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
        items = [item.strip(_QUOTES) for item in _SEPARATORS.split(inner)]
    return [item for item in map(tidy, items) if not blank(item)]


def _from_json(text: str) -> list[str] | None:
    if not text.startswith("["):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return ["" if item is None else str(item) for item in found]
