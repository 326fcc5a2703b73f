"""A text that lists things → the list, only where cutting it is safe."""

from __future__ import annotations

import re

_DETERMINERS = (
    "le|la|les|un|une|des|du|de la|son|sa|ses|votre|vos|ton|ta|tes|leur|leurs|mon|ma|mes|"
    "the|a|an|some|his|her|their|your|my|[0-9]+"
)
_BEGINS = re.compile(rf"(?:(?:{_DETERMINERS})\s|[ld][’'])", re.IGNORECASE)
_AND = re.compile(rf"\s+(?:et|and)\s+(?=(?:(?:{_DETERMINERS})\s|[ld][’']))", re.IGNORECASE)
_HARD = re.compile(r"\s*(?:;|\n|\r|•)\s*")
_COMMA = re.compile(r",\s+")
_NOT_A_THING = re.compile(
    r"(?:ne|et|ou|ni|mais|car|si|sauf|sans|pas|avec|pour|de|du|des|en|à|au|aux|dans|sur|par|qui|que|dont|si|"
    r"afin|merci|and|or|nor|but|if|except|without|with|for|of|in|at|who|which|please|no|not)\b|[dn][’']",
    re.IGNORECASE,
)
_LONGEST = 6
"""Words a listed thing may have; longer is a sentence, and a sentence is not cut."""


def begins_with_article(text: str) -> bool:
    """« la carte Vitale », « 2 photos »: a thing that can stand after a verb."""
    return bool(_BEGINS.match(text))


def things(text: str) -> tuple[str, ...]:
    """The things a text lists, or the whole text as one thing when a cut could change what it says."""
    whole = text.strip()
    parts = tuple(part.strip(" .-–") for part in _HARD.split(whole) if part.strip(" .-–"))
    if len(parts) == 1 and whole:
        parts = _cut(parts[0])
    return tuple(_small_article(part) for part in parts)


def _cut(text: str) -> tuple[str, ...]:
    parts = [piece.strip() for comma in _COMMA.split(text) for piece in _AND.split(comma)]
    safe = all(piece and len(piece.split()) <= _LONGEST for piece in parts)
    safe = safe and not any(_NOT_A_THING.match(piece) and not begins_with_article(piece) for piece in parts)
    safe = safe and ". " not in text and ":" not in text
    return tuple(parts) if safe else (text,)


def _small_article(text: str) -> str:
    """« La carte Vitale » is « la carte Vitale » inside a sentence; any other capital stays."""
    return text[0].lower() + text[1:] if begins_with_article(text) else text
