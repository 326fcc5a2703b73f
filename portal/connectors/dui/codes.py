"""Codes of an event → category, nature and kind, by the table in ``codes.tsv``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from portal.connectors.dui.shape import Json, text

CAREFUL = ("justice", "health", "meeting", "school", "social")
"""Natures, the most careful first: an event with several codes is read as the first of them."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says of an event."""

    category: str
    nature: str
    kind: str
    staff_only: bool = False


UNKNOWN = Meaning("appointments", "health", "")
"""No code we know: the most careful reading (access notes: unknown = health)."""


@cache
def _table() -> tuple[tuple[str, str, Meaning], ...]:
    lines = resources.files("portal.connectors.dui").joinpath("codes.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
    return tuple(
        (system, code, Meaning(category, nature, kind, shown == "staff"))
        for system, code, category, nature, kind, shown, _label in rows
    )


@cache
def _look_up(system: str, code: str) -> Meaning | None:
    """An exact code first, then the longest prefix."""
    near = [(row_code, meaning) for part, row_code, meaning in _table() if part in system]
    exact = next((meaning for row_code, meaning in near if row_code == code), None)
    prefixes = [(len(c), meaning) for c, meaning in near if c.endswith("*") and code.startswith(c[:-1])]
    return exact or max(prefixes, key=lambda found: found[0], default=(0, None))[1]


def meaning(found: Iterable[Json]) -> Meaning:
    """What these codings say together.

    The most careful nature wins. Hidden from families only when every known code says so, unless there is none.
    """
    known = [said for coding in found if (said := _look_up(text(coding, "system"), text(coding, "code")))]
    if not known:
        return UNKNOWN
    first = min(known, key=lambda said: CAREFUL.index(said.nature))
    kind = first.kind or next((said.kind for said in known if said.kind), "")
    category = "appointments" if any(said.category == "appointments" for said in known) else "planning"
    return Meaning(category, first.nature, kind, all(said.staff_only for said in known))
