"""Allergens of a dish, read with care: what is not understood is kept as written, and silence is never "none"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from portal.menus.scdl_text import fold
from portal.menus.scdl_words import ALLERGENS, says_no_allergen
from portal.menus.words import Allergen

_BRACKETS = re.compile(r"\s*\(([^)]*)\)")
_PARTS = re.compile(r"\s*(?:[/+&,;|]|\bet\b)\s*", re.IGNORECASE)
_ARTICLE = "(?:de la |de l |des |du |de |d )?"
_TRACES = re.compile(f"(?:peut contenir |contient )?{_ARTICLE}(?:trace (?:eventuelle |possible )?)?{_ARTICLE}")
_PRODUCTS = re.compile(r" et (?:produit a base .*|derive)$")
"""These two are matched against folded text."""


@dataclass(slots=True)
class Allergens:
    """What a cell says. ``mapped`` pairs each odd spelling with what it was read as."""

    given: tuple[Allergen, ...] | None = None
    unread: tuple[str, ...] = ()
    mapped: list[tuple[str, Allergen]] = field(default_factory=list)
    denied: str = ""
    """« aucun » written beside an allergen: the allergen is believed."""


def read_allergens(items: Iterable[str]) -> Allergens:
    """The allergens the items of a cell give.

    Traces count: SCDL makes no difference between an ingredient and traces of it.
    """
    result = Allergens()
    found: set[Allergen] = set()
    unread: list[str] = []
    for item in items:
        if says_no_allergen(item):
            result.denied = item
            continue
        known = find(item)
        found.update(known)
        if not known and item not in unread:
            unread.append(item)
        result.mapped += [(item, allergen) for allergen in sorted(known) if not ALLERGENS.proper(item, allergen)]
    result.unread = tuple(unread)
    if found:
        result.given = tuple(allergen for allergen in Allergen if allergen in found)
    elif result.denied and not unread:
        result.given, result.denied = (), ""
    return result


@lru_cache(maxsize=4096)
def find(item: str) -> frozenset[Allergen]:
    """The allergens one item names.

    ``Gluten (blé)``, ``traces de lait``, ``oeufs et produits à base d'oeufs``, ``lait/oeufs`` are read. Empty
    unless every part outside brackets is known: half an answer would hide the other half.
    """
    outside = _BRACKETS.sub("", item)
    whole = _one(outside)
    named = {whole} if whole else {_one(part) for part in _PARTS.split(outside)}
    inside = {_one(part) for aside in _BRACKETS.findall(item) for part in _PARTS.split(aside)}
    return frozenset() if None in named else frozenset(allergen for allergen in named | inside if allergen)


def _one(text: str) -> Allergen | None:
    plain = fold(text)
    bare = _PRODUCTS.sub("", plain)
    without = _TRACES.sub("", bare, count=1)
    return next((hit for words in (plain, bare, without) if (hit := ALLERGENS.known.get(words))), None)
