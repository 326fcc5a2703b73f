"""French text → concepts, by the longest phrase of ``data/lexicon.tsv``; never a name, an acronym or a number.

The first call loads the lemmas (about 0.2 s); importing loads nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from easyread.negation import negated
from easyread.tokens import Token, french, tokens

NOTHING = "-"
"""In the lexicon: a phrase to recognise so that its words are not looked up alone (« par cœur »)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the lexicon. The first phrase of a concept is its label."""

    phrase: str
    concept: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A content word or an expression of a text, and its concept if the lexicon has one."""

    surface: str
    start: int
    end: int
    concept: str | None
    negated: bool = False
    """The text says it is not there (« sans injection »): never draw it."""


@cache
def entries() -> tuple[Entry, ...]:
    """The lexicon, in the order of its file."""
    text = (files("easyread") / "data" / "lexicon.tsv").read_text("utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(Entry(*(cell.strip() for cell in line.split("\t"))) for line in lines)


@cache
def labels() -> dict[str, str]:
    """Concept → its French label."""
    found: dict[str, str] = {}
    for entry in entries():
        found.setdefault(entry.concept, entry.phrase)
    return found


@lru_cache(maxsize=8192)
def lemma(word: str) -> str:
    """The dictionary form of a French word, as ``simplemma`` knows it."""
    from simplemma import lemmatize  # its dictionary is 40 MB: only who reads a text pays

    return str(lemmatize(word, lang="fr")).lower()


Key = tuple[str, ...]


@dataclass(frozen=True)
class _Index:
    exact: dict[Key, str]
    cased: dict[Key, str]
    lemmas: dict[Key, str]
    longest: int


@cache
def _index() -> _Index:
    exact: dict[Key, str] = {}
    cased: dict[Key, str] = {}
    claims: dict[Key, set[str]] = {}
    for entry in entries():
        parts = [token for token in tokens(entry.phrase) if not token.sign]
        key = tuple(token.low for token in parts)
        exact[key] = entry.concept
        if any(token.surface[0].isupper() for token in parts):
            cased[tuple(_as_written(token) for token in parts)] = entry.concept
            del exact[key]
        else:
            claims.setdefault(_lemmas(parts), set()).add(entry.concept)
    lemmas = {key: concepts.pop() for key, concepts in claims.items() if len(concepts) == 1}
    return _Index(exact, cased, lemmas, max(len(key) for key in (*exact, *cased)))


def _lemmas(parts: list[Token]) -> Key:
    return tuple(token.low if token.low in french().links else lemma(token.low) for token in parts)


def _as_written(token: Token) -> str:
    return token.surface.replace("'", "’")


def _spelt(key: Key) -> Iterator[Key]:
    yield key
    if key[0].startswith("e"):
        yield ("é" + key[0][1:], *key[1:])


def _look(parts: list[Token]) -> str | None:
    index = _index()
    written = tuple(_as_written(token) for token in parts)
    if found := index.cased.get(written) or index.cased.get((parts[0].low, *written[1:])):
        return found
    if not all(token.open for token in parts):
        return None
    keys = list(_spelt(tuple(token.low for token in parts)))
    for key in keys:
        if key in index.exact:
            return index.exact[key]
    lemmas = tuple(tuple(word if word in french().links else lemma(word) for word in key) for key in keys)
    return next((index.lemmas[key] for key in lemmas if key in index.lemmas), None)


def _match(row: tuple[Token, ...], at: int) -> tuple[int, str | None]:
    """How many tokens the longest phrase takes from here, and its concept; (0, None) when there is none."""
    window: list[Token] = []
    for token in row[at : at + _index().longest]:
        if token.sign:
            break
        window.append(token)
    for size in range(len(window), 0, -1):
        if size == 1 and window[0].low in french().stop | french().links:
            break
        if found := _look(window[:size]):
            return size, found
    return 0, None


@lru_cache(maxsize=4096)
def units(text: str, names: tuple[str, ...] = ()) -> tuple[Unit, ...]:
    """The content words and expressions of a text, in order. ``names`` are people's names, never looked up."""
    row = tokens(text, names)
    denied = negated(row)
    found: list[Unit] = []
    at = 0
    while at < len(row):
        size, concept = _match(row, at)
        last = row[at + max(size, 1) - 1]
        skip = row[at].sign or row[at].low in french().stop | french().links
        if size or not skip:
            concept = None if concept == NOTHING else concept
            surface = text[row[at].start : last.end]
            off = any(denied[at : at + max(size, 1)])
            found.append(Unit(surface, row[at].start, last.end, concept, off))
        at += max(size, 1)
    return tuple(found)


def has(word: str) -> bool:
    """Whether a word alone is in the lexicon, whatever its capital."""
    return bool(_look([Token(word, 0, word.lower().replace("'", "’"), open=True)]))


def _announces(unit: Unit, follower: str | None, *, picture: bool = False) -> bool:
    """Whether « atelier », « sortie », « rendez-vous »… only announces the concept that follows it."""
    known = french()
    word = unit.surface.lower()
    if word in known.frames or lemma(word) in known.frames:
        return True
    if word in known.outings:
        return follower in known.outing_to
    return (word in known.visits or (picture and word in known.follow_ups)) and follower in known.seen


@lru_cache(maxsize=4096)
def whole(text: str, names: tuple[str, ...] = ()) -> Unit | None:
    """The one unit that says the whole text (« piscine » in « séance de piscine »); None when a word is left over."""
    found = list(units(text, names))
    if not found or any(unit.negated for unit in found) or not all(map(_may_pass, tokens(text, names))):
        return None
    while len(found) > 1 and _announces(found[0], found[1].concept):
        del found[0]
    return found[0] if len(found) == 1 and found[0].concept else None


def concept(text: str, names: tuple[str, ...] = ()) -> str | None:
    """The concept that says the whole text, or None."""
    unit = whole(text, names)
    return unit.concept if unit else None


def _may_pass(token: Token) -> bool:
    if token.sign:
        return token.surface == "."
    return token.low in french().links or token.low not in french().stop


@lru_cache(maxsize=4096)
def pictured(text: str, names: tuple[str, ...] = ()) -> str | None:
    """The concept that may stand beside a text: what it speaks of first, behind « atelier » or « rendez-vous ».

    None as soon as something unknown or denied comes first: no picture rather than a wrong one.
    """
    found = [unit for unit in units(text, names) if not unit.surface[0].isdigit() or unit.negated]
    while len(found) > 1 and _announces(found[0], found[1].concept, picture=True) and not found[0].negated:
        del found[0]
    return found[0].concept if found and not found[0].negated else None


def warm() -> None:
    """Load the dictionary and the lexicon now: for a server that starts, so that no reader waits for them."""
    _index()
    lemma("piscines")


def label(name: str) -> str | None:
    """The French label of a concept (« piscine »), or None for an unknown concept."""
    return labels().get(name)
