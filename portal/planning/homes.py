"""Where a family lives is no place of a rendez-vous: of a visit to one parent, the other reads no address.

An address written in an event is the same text for everybody who reads the event, so it is left out for all of them:
those who live there know it, and staff read it with the family's addresses (category ``household``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable

Homes = Collection[str]
"""Streets of one family, as ``street`` gives them."""

SHORTEST = 8
"""« 3 rue X » : what is shorter is no address."""


def street(address: str) -> str:
    """What tells a home from another in the lines of an address: the one with a number. "" when there is none."""
    lines = [plain(line) for line in address.splitlines()]
    named = (line for line in lines if any(sign.isdigit() for sign in line) and any(sign.isalpha() for sign in line))
    found = next(named, "")
    return found if len(found) >= SHORTEST else ""


def streets(addresses: Iterable[str]) -> frozenset[str]:
    """The streets of these addresses."""
    return frozenset(found for address in addresses if (found := street(address)))


def veiled(said: str, homes: Homes) -> str:
    """The text, or "" when it tells where somebody of the family lives."""
    if not said or not homes:
        return said
    whole = f" {plain(said)} "
    return "" if any(f" {home} " in whole for home in homes) else said


def plain(said: str) -> str:
    """« 12, Rue des Érables » → « 12 rue des erables »."""
    bare = (sign for sign in unicodedata.normalize("NFKD", said.casefold()) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())
