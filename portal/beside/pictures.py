"""Twelve pictures, of which a young person keeps three in mind."""

from __future__ import annotations

from collections.abc import Collection

from easyread import pictures
from portal.core.errors import BadInput
from portal.core.keys import derive, marked

CHOICE = {
    "dog": "chien",
    "bus": "bus",
    "apple": "pomme",
    "sun": "soleil",
    "bike": "vélo",
    "fish": "poisson",
    "house": "maison",
    "horse": "cheval",
    "ice": "glace",
    "bird": "oiseau",
    "flower": "fleur",
    "cat": "chat",
}
"""Our word, and the concept of the lexicon that has the picture. Always in this order: one finds them by place."""
MANY = 3


def drawn() -> list[tuple[str, pictures.Picture | None]]:
    """The twelve, as a page shows them."""
    return [(word, pictures.find(concept)) for word, concept in CHOICE.items()]


def chosen(said: Collection[str]) -> frozenset[str]:
    """Three of the twelve. Raises ``BadInput`` « pictures: three » for fewer, more, or what is none of them."""
    found = frozenset(said) & CHOICE.keys()
    if len(found) != MANY or len(said) != MANY:
        raise BadInput("pictures", "three")
    return found


def mark(secret_key: str, account_id: bytes, three: Collection[str]) -> bytes:
    """What is kept of them: in no order, and of this account alone."""
    return marked(derive(secret_key, "pictures"), account_id, *sorted(three))
