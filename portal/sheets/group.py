"""The week of a group on paper, for the team: each young person's moments, as whoever prints them may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from easyread import dates
from portal.access.models import Kind
from portal.access.queries import at_work
from portal.access.words import Viewer
from portal.connectors import paper
from portal.core import clock
from portal.core.models import Dossier
from portal.planning import days as telling
from portal.planning import happening
from portal.planning.moments import Day
from portal.planning.telling import Reader
from portal.sheets import said, services
from portal.sheets.gathering import told
from portal.sheets.said import Voice
from portal.sheets.week import SEVEN, written
from portal.web import reading
from portal.web.people import Card
from portal.web.words import translations

Theirs = Sequence[tuple[str, Sequence[Day]]]
"""(first name and family name, the seven days), by name."""


def week(db: Session, viewer: Viewer, cards: Mapping[UUID, Card], monday: date, request_id: str) -> Theirs:
    """The week of each, in one statement, written in the log as paper. ``cards``: of dossiers the viewer works with."""
    zone = next(iter(cards.values())).zone
    rows = telling.by_dossier(
        happening.between(db, viewer, list(cards), monday, monday + timedelta(days=SEVEN - 1), zone)
    )
    lang, found = written(reading.current().lang), []
    for dossier_id, card in cards.items():
        reader = Reader(card.name, zone, False, lang, clock.now())
        days = telling.days(rows.get(dossier_id, ()), reader, monday, SEVEN, boarding=card.boarding)
        found.append((f"{card.name} {card.family_name}".strip() or "…", days))
    places: dict[UUID, dict[UUID, Any]] = {}
    for dossier_id, place in db.execute(select(Dossier.id, Dossier.establishment_id).where(Dossier.id.in_(cards))):
        named = bool(cards[dossier_id].name)
        places.setdefault(place, {})[dossier_id] = told(rows.get(dossier_id, ()), named=named, menus=False)
    for place, those in places.items():
        post = at_work(db, viewer.account_id, place)
        services.note(db, viewer, place, those, request_id, kind=Kind.STAFF, post=post)
    return sorted(found, key=lambda one: one[0].casefold())


def pages(those: Theirs, unit: str, monday: date) -> bytes:
    """The PDF: a part for each day, in it each young person with something."""
    lang = written(reading.current().lang)
    _ = translations(lang, False).gettext
    voice = Voice(False, lang, _)
    first, last = monday, monday + timedelta(days=SEVEN - 1)
    heading = f"{unit}{_(' :')} {_('la semaine')}"
    return paper.compile(
        "group",
        {
            "title": f"{heading}{dates.NBSP}– {dates.day(first, lang)}{dates.NBSP}{first.year}",
            "author": "Relie",
            "lang": lang,
            "heading": heading,
            "span": _("Du %(first)s au %(last)s")
            % {"first": dates.day(first, lang), "last": f"{dates.day(last, lang)}{dates.NBSP}{last.year}"},
            "who": _("Qui"),
            "when": _("Quand"),
            "what": _("Quoi"),
            "days": [_day(number, those, monday + timedelta(days=number), voice) for number in range(SEVEN)],
            "note": _("Pour l’équipe. Ne pas afficher, ne pas laisser sur une table. À détruire après la semaine."),
        },
    )


def _day(number: int, those: Theirs, on: date, voice: Voice) -> dict[str, Any]:
    _ = voice.say
    drawn = [(name, said.day(days[number], voice)) for name, days in those]
    notes = {(one["word"], one["text"]): one for _name, day in drawn for one in day["notes"]}
    return {
        "name": dates.title(dates.day(on, voice.lang)),
        "notes": list(notes.values()),
        "young": [{"name": name, "items": day["items"]} for name, day in drawn if day["items"]],
        "nothing": "" if any(day["items"] for _name, day in drawn) else _("Rien n’est noté."),
    }
