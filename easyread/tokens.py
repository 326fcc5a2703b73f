"""French text → tokens, each knowing whether it may be looked up at all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_TOKEN = re.compile(
    r"aujourd[’']hui|quelqu[’']un|[0-9]+(?:[.,:/][0-9]+)*\w*|[^\W\d_]+(?:-[^\W\d_]+)*(?:[’'](?=[^\W_]))?|[.!?;:•«»()\[\]/+,\n]|–|-",
    re.IGNORECASE,
)
_ENDS = frozenset(".!?;:•«([/+\n–-")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign, with its place. ``open`` is False for what may be a name, an acronym or a number."""

    surface: str
    start: int
    low: str
    open: bool
    sign: bool = False

    @property
    def end(self) -> int:
        """Where the token stops in the text."""
        return self.start + len(self.surface)


@dataclass(frozen=True)
class Words:
    """The words of ``data/words.fr.toml``; what each list does is written there."""

    links: frozenset[str]
    stop: frozenset[str]
    frames: frozenset[str]
    outings: frozenset[str]
    outing_to: frozenset[str]
    visits: frozenset[str]
    seen: frozenset[str]
    follow_ups: frozenset[str]
    before_title: frozenset[str]
    negations: frozenset[str]
    resets: frozenset[str]
    after: frozenset[str]
    abbreviations: frozenset[str]
    names: frozenset[str]


@cache
def french() -> Words:
    """The word lists, read once."""
    lists = tomllib.loads((files("easyread") / "data" / "words.fr.toml").read_text("utf-8"))
    return Words(**{name: frozenset(words) for name, words in lists.items()})


def tokens(text: str, names: Collection[str] = ()) -> tuple[Token, ...]:
    """The tokens of a text. Closed: a capital inside a sentence, an all-capital word, a number, and ``names``."""
    known = french()
    refused = known.names | {part.lower() for name in names for part in re.split(r"[\s\-]+", name)}
    found: list[Token] = []
    begins = True
    for match in _TOKEN.finditer(text):
        surface = match.group()
        low = surface.lower().replace("'", "’")
        if not (surface[0].isalpha() or surface[0].isdigit()):
            found.append(Token(surface, match.start(), low, open=False, sign=True))
            begins = begins if surface == "," else surface in _ENDS and not _abbreviates(found, surface)
            continue
        title = bool(found) and found[-1].low in known.before_title
        found.append(Token(surface, match.start(), low, _is_open(surface, low, begins or title, refused)))
        begins = begins and surface.endswith(("’", "'"))
    return tuple(found)


def _abbreviates(found: list[Token], sign: str) -> bool:
    return sign == "." and len(found) > 1 and found[-2].low in french().abbreviations


def _is_open(surface: str, low: str, begins: bool, refused: Collection[str]) -> bool:
    if surface[0].isdigit():
        return False
    letters = surface.rstrip("’'")
    if len(letters) > 1 and letters.isupper():
        return False
    return not surface[0].isupper() or (begins and low not in refused)
