"""The phrasebook: one data file a language, ``data/phrases.<lang>.toml``, which a translator can edit alone."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("fr", "en", "ar", "pt", "tr", "uk")
"""Languages that have a phrasebook. French is the source."""


@cache
def book(lang: str) -> Mapping[str, Any]:
    """The phrasebook of a language, read once. An unknown language raises ``LookupError``."""
    if lang not in LANGUAGES:
        raise LookupError(lang)
    return tomllib.loads((files("easyread") / "data" / f"phrases.{lang}.toml").read_text("utf-8"))
