"""Finding somebody in a long list by a few letters of a name, without a script."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from uuid import UUID

from flask import request

from portal.web.people import Card

NAME, GROUP = "qui", "groupe"
"""Questions behind the address of a list."""
LONGEST = 80


def asked() -> dict[str, str]:
    """What the reader looks for: a few letters, a group. What is empty is left out, so that addresses stay short."""
    said = {name: request.args.get(name, "").strip()[:LONGEST] for name in (NAME, GROUP)}
    return {name: value for name, value in said.items() if value}


def fits(said: str, *names: str) -> bool:
    """Whether every word that was typed stands in one of these names, without accents or capitals."""
    whole = " ".join(map(plain, names))
    return all(word in whole for word in plain(said).split())


def groups(cards: Mapping[UUID, Card]) -> list[str]:
    """The units of these young people, in order."""
    return sorted({card.unit for card in cards.values()} - {""}, key=plain)


def among(cards: Mapping[UUID, Card], sought: Mapping[str, str]) -> list[UUID]:
    """The young people who are looked for, by unit and name."""
    group, said = sought.get(GROUP), sought.get(NAME, "")
    found = [
        one
        for one, card in cards.items()
        if (not group or card.unit == group) and fits(said, card.name, card.family_name)
    ]
    return sorted(found, key=lambda one: (*map(plain, _names(cards[one])), one))


def _names(card: Card) -> tuple[str, ...]:
    return card.unit, card.name, card.family_name


def plain(text: str) -> str:
    """Without accents or capitals: how names are put in order, « Érables » before « Saules »."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign if sign.isalnum() else " " for sign in letters if not unicodedata.combining(sign))
