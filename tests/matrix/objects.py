"""What each parameter of an address may name, and what each form says: one line for each.

An object is taken from a ``Family``; a foreign one from a foreign family, an absent one by writing other identifiers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.factories import NOON
from tests.matrix.things import Family

Object = Callable[[Family], Any]
Fields = Callable[[Family], dict[str, Any]]


def row(table: str, category: str) -> Object:
    """The identifier of that family's row."""
    return lambda family: family.rows[table, category].id


def colleague(family: Family) -> Any:
    """The account of somebody who works for that family's young person."""
    return family.colleague.account_id


def reader_on_paper(family: Family) -> Any:
    """The link of whoever reads the week of that family's young person on paper."""
    reader_id = family.rows["on_paper", "planning"].reader_id
    return next(link.id for link in family.links.values() if link.account_id == reader_id)


OBJECTS: dict[str, Object] = {
    "dossier_id": lambda family: family.dossier.id,
    "event_id": row("event", "appointments"),
    "relationship_id": lambda family: family.links["relative"].id,
    "account_id": lambda family: family.links["relative"].account_id,
    "agreement_id": lambda family: family.agreement.id,
    "receipt": lambda family: family.agreement.receipt,
    "request_id": lambda family: family.request.id,
    "absence_id": row("absence", "planning"),
    "feed_id": lambda family: family.feed.id,
    "callback_id": row("callback", "planning"),
    "restriction_id": lambda family: family.restriction.id,
    "perimeter_id": lambda family: family.perimeter.id,
    "establishment_id": lambda family: family.place.id,
    "unit_id": lambda family: family.unit.id,
    "link_id": lambda family: family.links["relative"].id,
    "way_id": lambda family: family.passkey.id,
    "ways.remove_service.way_id": lambda family: family.service.id,
    "sign_in_id": lambda family: family.device.id,
    "ties.verify.link_id": lambda family: family.waiting.id,
    "correction_id": lambda family: family.correction.id,
    "mandate_id": lambda family: family.mandate.id,
    **{f"team.{one}.account_id": colleague for one in ("person", "assign", "end", "leave", "letter", "unletter")},
    "team.end.link_id": lambda family: family.colleague.id,
}
"""By name of the parameter in the address; for one endpoint alone, ``endpoint.parameter``. Of people tied to a family,
the one who reads on agreement is meant."""

NOBODYS: dict[str, Any] = {
    "family": "openmoji",
    "code": "1F98A",
    "row": "planning",
    "sharing.take.row": "identity",
    "sharing.end.row": "identity",
    "source": "court_order",
    "bulletin_id": "00000000-0000-4000-8000-000000000001",
    "device_id": "00000000-0000-4000-8000-000000000002",
    "provider": "nobody",
    "token": "A" * 43,
    "written": "easy....fr",
}
"""Parameters that name nothing about anybody: a value that answers."""
SEEN = {"proof": "Livret de famille", "proof_on": "2026-11-02"}

FORMS: dict[str, Fields] = {
    "absences.announce": lambda family: {
        "child": family.dossier.id,
        "first_day": "2026-11-19",
        "how": "day",
        "why": "family",
        "form_key": uuid4(),
    },
    "callbacks.ask": lambda family: {
        "child": family.dossier.id,
        "to_whom": "unit",
        "suits": "any",
        "form_key": uuid4(),
    },
    "callbacks.say": lambda _: {"state": "taken"},
    "accounts.choose": lambda _: {"mode": "easy"},
    "alerts.choose": lambda _: {
        "means": "mail",
        "pace": "daily",
        "hour": "18",
        "weekday": "4",
        "quiet_from": "21",
        "quiet_to": "7",
    },
    "acts.ask": lambda _: {"act": "outing", "what": "La mer", "can_say": "yes"},
    "agreements.answer": lambda _: {"said": "yes"},
    "agreements.say": lambda _: {"said": "no"},
    "bulletins.publish": lambda family: {
        "kind": "closure",
        "where": f"e:{family.place.id}",
        "first_day": "2026-12-24",
        "text": "Fermé pour Noël",
        "easy_text": "L’IME est fermé",
    },
    "creton.cancel": lambda family: {"decision": row("creton_decision", "identity")(family)},
    "creton.record": lambda _: {"decided_on": "2026-11-02", "ends_on": "2027-11-01", "proof": "CDAPH, 2 novembre"},
    "feeds.make": lambda _: {"name": "Mon téléphone"},
    "preparing.write": lambda _: {"questions": "", "questions_to": "staff", "documents": "", "documents_to": "parents"},
    "desk.make": lambda family: {"people": reader_on_paper(family)},
    "desk.mark": lambda family: {"reader": family.links["relative"].id, "act": "want", "handing": "handed"},
    "inbox.seen": lambda family: {"shown": row("notice", "appointments")(family)},
    "letters.make": lambda family: {"people": family.links["relative"].account_id, "given": "posted"},
    "liaison.answer": lambda _: {"coming": "comes", "seen": (NOON + timedelta(days=1)).isoformat()},
    "limits.lift": lambda _: SEEN,
    "limits.new": lambda family: SEEN | {"whom": family.links["relative"].account_id, "rows": "plan", "lu": "1"},
    "mandates.record": lambda family: {
        "account": family.links["relative"].account_id,
        "themes": "menus",
        "since": "2026-11-18",
        "until": "2026-12-18",
        "paper": "form",
        "paper_on": "2026-11-16",
    },
    "own.correct": lambda _: {"words": "Ce n’est plus vrai."},
    "perimeter.decide": lambda _: {"because": "Avis du conseil de la vie sociale", "starts_on": "2026-12-01"},
    "sharing.end": lambda _: {"until": "2026-12-24"},
    "team.assign": lambda family: {"post": "education", "where": f"u:{family.unit.id}"},
    "team.end": lambda _: {"because": "left"},
    "team.invite": lambda family: {"name": "Quelqu’un de nouveau", "post": "care", "where": f"e:{family.place.id}"},
    "team.leave": lambda _: {"because": "left"},
    "team.review": lambda family: {"links": family.colleague.id},
    "telling.decide_names": lambda family: {"establishment": family.place.id, "named": "yes"},
    "telling.tell": lambda family: {
        "to": family.links["relative"].id,
        "means": "paper",
        "rows": "identity",
        "told_on": "2026-11-18",
    },
    "ties.answer": lambda _: {"accepted": "no", "words": "Le jugement dit autre chose."},
    "ties.closed": lambda family: {"dossier": family.dossier.id},
    "ties.end": lambda _: {"because": "Jugement du 2 novembre"},
    "ties.new": lambda _: SEEN | {"name": "Quelqu’un de nouveau", "link": "relative", "starts": "2026-11-18"},
    "ties.standing": lambda _: {"state": "left_readable", "unit": "", "because": "Parti en octobre"},
    "ties.verify": lambda _: SEEN,
}
"""By endpoint: what its form says. Without a line, it is sent empty."""

QUERIES: dict[str, Fields] = {
    "ties.new": lambda family: {"comme": family.links["relative"].id},
    "why.one": lambda family: {"rubriques": "appointments", "chose": f"event.{row('event', 'appointments')(family)}"},
    "planning.appointments": lambda family: {
        "apres": f"{NOON.isoformat()}_{row('event', 'appointments')(family)}",
    },
}
"""By endpoint: what may stand behind its address and names an object."""
