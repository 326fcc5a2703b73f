"""Finding somebody in a long list by a few letters of a name, without a script."""

from __future__ import annotations

import unicodedata

from flask import request

NAME, GROUP = "qui", "groupe"
"""Questions behind the address of a list."""
LONGEST = 80


def asked() -> dict[str, str]:
    """What the reader looks for: a few letters, a group. What is empty is left out, so that addresses stay short."""
    said = {name: request.args.get(name, "").strip()[:LONGEST] for name in (NAME, GROUP)}
    return {name: value for name, value in said.items() if value}


def fits(said: str, *names: str) -> bool:
    """Whether every word that was typed stands in one of these names, without accents or capitals."""
    whole = " ".join(map(_plain, names))
    return all(word in whole for word in _plain(said).split())


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign if sign.isalnum() else " " for sign in letters if not unicodedata.combining(sign))
