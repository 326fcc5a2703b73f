"""Security labels (JDV_J08): who an item is hidden from."""

from __future__ import annotations

from collections.abc import Iterable

from portal.connectors.dui.shape import Json, codings, object_, objects, text
from portal.core.models import HiddenFrom

_MEANS = {
    "INVISIBLE_PATIENT": HiddenFrom.PATIENT,
    "INVISIBLE_REPRESENTANTS_LEGAUX": HiddenFrom.REPRESENTATIVES,
}
_NOTHING = frozenset({"N", "NORMAL"})
"""« Normal » (v3-Confidentiality)."""


def labels_of(resource: Json) -> list[Json]:
    """The labels a resource carries, in its meta or, for a document, in ``securityLabel``."""
    return objects(object_(resource, "meta"), "security") + codings(*objects(resource, "securityLabel"))


def hidden_from(labels: Iterable[Json]) -> tuple[HiddenFrom, bool]:
    """(who must not see it, whether a label was unknown). An unknown label hides from every family.

    ``MASQUE_PS`` and its like are unknown here: nothing in the portal hides an item from health professionals alone.
    """
    hidden = HiddenFrom.NOBODY
    unknown = False
    for label in labels:
        code = text(label, "code").upper()
        if code in _NOTHING:
            continue
        means = _MEANS.get(code)
        unknown = unknown or means is None
        hidden = both(hidden, means or HiddenFrom.FAMILIES)
    return hidden, unknown


def both(one: HiddenFrom, other: HiddenFrom) -> HiddenFrom:
    """Hidden from whom either is."""
    if one == HiddenFrom.NOBODY or one == other:
        return other
    return one if other == HiddenFrom.NOBODY else HiddenFrom.FAMILIES
