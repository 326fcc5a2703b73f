"""What each parameter of an address may name, and what each form says: one line for each.

An object is taken from a ``Family``; a foreign one from a foreign family, an absent one by writing other identifiers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.factories import NOON
from tests.matrix.things import Family

Object = Callable[[Family], Any]
Fields = Callable[[Family], dict[str, Any]]


def row(table: str, category: str) -> Object:
    """The identifier of that family's row."""
    return lambda family: family.rows[table, category].id


OBJECTS: dict[str, Object] = {
    "dossier_id": lambda family: family.dossier.id,
    "event_id": row("event", "appointments"),
    "relationship_id": lambda family: family.links["relative"].id,
    "account_id": lambda family: family.links["relative"].account_id,
    "agreement_id": lambda family: family.agreement.id,
    "receipt": lambda family: family.agreement.receipt,
    "restriction_id": lambda family: family.restriction.id,
    "perimeter_id": lambda family: family.perimeter.id,
    "establishment_id": lambda family: family.place.id,
    "unit_id": lambda family: family.unit.id,
}
"""By name of the parameter in the address. Of people tied to the family, the one who reads on agreement is meant."""

NOBODYS: dict[str, Any] = {
    "family": "openmoji",
    "code": "1F98A",
    "row": "planning",
}
"""Parameters that name nothing about anybody: a value that answers. For one endpoint alone: ``endpoint.parameter``."""

FORMS: dict[str, Fields] = {
    "accounts.choose": lambda _: {"mode": "easy"},
    "inbox.seen": lambda family: {"shown": row("notice", "appointments")(family)},
}
"""By endpoint: what its form says. Without a line, it is sent empty."""

QUERIES: dict[str, Fields] = {
    "why.one": lambda family: {"rubriques": "appointments", "chose": f"event.{row('event', 'appointments')(family)}"},
    "planning.appointments": lambda family: {
        "apres": f"{NOON.isoformat()}_{row('event', 'appointments')(family)}",
    },
}
"""By endpoint: what may stand behind its address and names an object."""
