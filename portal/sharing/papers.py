"""What is printed of sharing: words in the reader's way of reading, cells as the screen shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app, url_for
from markupsafe import Markup

from easyread import dates, pictures
from easyread.pictures import Picture
from portal.access.perimeter import ROWS, Row, row_name
from portal.connectors import paper
from portal.sharing import signing
from portal.sharing.chart import Chart, Shown, State
from portal.sharing.queries import Given, Known
from portal.web import configured, reading
from portal.web.pictures import category_picture
from portal.web.words import _

WORDS, RUBRICS = "sharing/_words.html", "components/category_name.html"
_KIND = {
    State.OPEN: "yes",
    State.AGREED: "yes",
    State.ASKED: "ask",
    State.CLOSED: "no",
    State.NEVER: "no",
}
NOTHING_DECIDED = 0
"""Version printed where management never changed what the portal comes with."""


def say(template: str, macro: str, *arguments: Any) -> str:
    """What a macro of ours says, as plain text."""
    said: Markup = getattr(current_app.jinja_env.get_template(template).module, macro)(*arguments)
    return said.striptags()


def rubric(row: Row) -> str:
    return say(RUBRICS, "category_name", row[0].value, row[1].value)


def chart(known: Known, card: Any, wall: Any, own: bool) -> bytes:
    """The chart on one A4 page, numbered and signed."""
    day = reading_day(wall, wall.now)
    version = known.perimeter.version if known.perimeter else NOTHING_DECIDED
    heading = _("Qui voit quoi de toi ?") if own else _("Qui voit quoi pour %(name)s ?", name=card.name or "…")
    return paper.compile(
        "chart",
        {
            "title": f"{_('Carte du partage')}, {day}",
            "author": "Relie",
            "lang": reading.current().lang,
            "heading": heading,
            "sub": _sub(version, day),
            "rubric": _("Rubrique"),
            "people": [
                say(WORDS, "who_word", replace(one, mine=False), known, card, False) for one in known.chart.people
            ],
            "rows": [_line(known.chart, row, wall) for row in ROWS],
            "notes": [_("Sur accord : il faut d’abord un oui. Un accord se retire à tout moment.")],
            "sign": _("Pour la direction, date et signature :"),
            **_signed(version, wall, content(known.chart)),
        },
    )


def content(drawn: Chart) -> dict[str, Any]:
    """What a chart says, for its digest: who, what, and until when."""
    return {
        "cells": [
            [row_name(row), key, cell.state.value, cell.until.isoformat() if cell.until else ""]
            for (row, key), cell in sorted(drawn.cells.items(), key=lambda one: (ROWS.index(one[0][0]), one[0][1]))
        ]
    }


def receipt(one: Any, card: Any, wall: Any) -> bytes:
    """The receipt of one accord, ``agreement_views.Told``: as its reader may know it."""
    given: Given = one.given
    told = _("%(who)s peut voir, pour %(name)s :", who=one.to, name=card.name or "…")
    facts = [
        (_("Accord de :"), " · ".join(filter(None, (one.by, _helped_by(one.helped))))),
        (_("Depuis le :"), reading_day(wall, given.since)),
        (_("Jusqu’au :"), _last(given, wall)),
    ]
    if given.withdrawn_at:
        facts.append((_("Retiré le :"), reading_day(wall, given.withdrawn_at)))
        facts += [(_("Retrait :"), _helped_by(one.taken_with))] if one.taken_with is not None else []
    return paper.compile(
        "receipt",
        {
            "title": _("Reçu d’un accord de partage"),
            "author": "Relie",
            "lang": reading.current().lang,
            "heading": _("Reçu d’un accord de partage"),
            "who": told,
            "lines": [_picture_line(row) for row in given.rows],
            "facts": [{"label": label, "value": value} for label, value in facts],
            "notes": [_("Vous pouvez retirer cet accord à tout moment. Le retrait agit tout de suite.")],
            "credits": pictures.attributions(_picture(row) for row in given.rows),
            **_signed(0, wall, {"receipt": str(given.receipt), "open": [row_name(row) for row in given.open_rows]}),
        },
    )


def _helped_by(helper: str | None) -> str:
    return say("components/helped_by.html", "helped_by", helper)


def answer(made: bytes, name: str) -> Response:
    """The PDF, to be opened or kept by whoever asked; our browsers' caches keep none."""
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.cache_control.no_store = True
    return response


def reading_day(wall: Any, instant: datetime) -> str:
    """With its year: a paper outlives it."""
    return f"{dates.day(wall.day(instant), reading.current().lang)}{dates.NBSP}{wall.day(instant).year}"


def file_name(dossier_id: UUID) -> str:
    """Names nobody: files are left on phones and seen over shoulders."""
    return f"partage-{signing.digest({'of': str(dossier_id)})[:4].lower()}"


def _sub(version: int, day: str) -> str:
    if version == NOTHING_DECIDED:
        return _("Carte du partage, imprimée le %(day)s.", day=day)
    return _("Carte du partage n° %(number)s, imprimée le %(day)s.", number=version, day=day)


def _line(drawn: Chart, row: Row, wall: Any) -> dict[str, Any]:
    return {"name": rubric(row), "cells": [_cell(shown, wall) for _person, shown in drawn.line(row)]}


def _cell(shown: Shown, wall: Any) -> dict[str, str]:
    dated = shown.state is State.AGREED and shown.until is not None
    until = _("jusqu’au %(day)s", day=f"{wall.last_day(shown.until):%d/%m/%Y}") if dated else ""
    return {"kind": _KIND.get(shown.state, "part"), "word": say(WORDS, "state_word", shown.state), "until": until}


def _last(given: Given, wall: Any) -> str:
    if given.until is None:
        return _("son retrait")
    return (
        f"{dates.day(wall.last_day(given.until), reading.current().lang)}{dates.NBSP}{wall.last_day(given.until).year}"
    )


def _picture(row: Row) -> Picture | None:
    return category_picture(row[0].value, row[1].value)


def _picture_line(row: Row) -> dict[str, str]:
    word, picture = rubric(row), _picture(row)
    return {"word": word, "alt": word, "svg": pictures.svg(picture).decode() if picture else ""}


def _signed(version: int, wall: Any, said: dict[str, Any]) -> dict[str, str]:
    secret = configured.secret_key()
    number = signing.number(secret, version, wall.today, signing.digest(said))
    return {"number": number, "check": _("À vérifier ici : %(url)s", url=url_for("sharing.verify", _external=True))}
