"""The sheet of a rendez-vous on A4, as its reader reads: what is known, what to ask, what to bring, room to write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from easyread import dates, pictures, render
from easyread.lines import Line
from portal.connectors import paper
from portal.liaison.models import Part
from portal.planning.telling import Told
from portal.web import reading
from portal.web.words import _

ROOM = 7
"""Lines to write on."""


def sheet(one: Told, prepared: Mapping[Part, str]) -> bytes:
    """The PDF. ``one`` and ``prepared`` hold what its reader may read, and nothing else. Raises ``PaperRefused``."""
    lines, voice = list(render.event_lines(one.event, one.reader.voice)), one.reader.voice  # never « demain » on paper
    lines += [line for ride in one.rides for line in render.ride_lines(ride, voice)]
    drawn = [line.picture for line in lines if line.picture] if reading.current().mode else []
    name, reader, lang = one.event.title or _("Rendez-vous"), one.reader, reading.current().lang
    return paper.compile(
        "visit",
        {
            "title": _("Fiche de rendez-vous"),
            "author": "Relie",
            "lang": lang,
            "heading": name if reader.own or not reader.name else f"{reader.name}{_(' :')} {name}",
            "when": f"{dates.day(one.day, lang)}{dates.NBSP}{one.day.year}",
            "lines": [_line(line, pictured=bool(drawn)) for line in lines],
            "parts": [
                {"heading": word, "lines": prepared[part].splitlines()}
                for part, word in words(own=reader.own).items()
                if prepared[part]
            ],
            "mine": _("Mes questions, mes notes"),
            "room": ROOM,
            "printed": _(
                "Imprimé le %(day)s. L’heure peut changer : Relie montre la dernière.",
                day=f"{dates.day(reader.today, lang)}{dates.NBSP}{reader.today.year}",
            ),
            "credits": list(pictures.attributions(drawn)),
        },
    )


def words(*, own: bool) -> dict[Part, str]:
    """Each part, as its reader is told of it."""
    return {
        Part.QUESTIONS: _("Ce que tu peux demander ou dire") if own else _("À demander, à dire"),
        Part.DOCUMENTS: _("Papiers à apporter"),
    }


def answer(made: bytes) -> Response:
    """The PDF, to be opened or kept by whoever asked; browsers' caches keep none. Its name says nothing of anybody."""
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="rendez-vous.pdf"'
    response.cache_control.no_store = True
    return response


def _line(line: Line, *, pictured: bool) -> dict[str, Any]:
    if not pictured or line.picture is None:
        return {"svg": "", "alt": "", "rows": line.rows}
    return {"svg": pictures.svg(line.picture).decode(), "alt": line.picture.concept, "rows": line.rows}
