"""Sheets on A4, one PDF for all of them: each in the reading and the language of whom it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from easyread import dates
from portal.connectors import paper
from portal.core import clock
from portal.menus.words import Meal
from portal.sheets import said
from portal.sheets.drawn import square
from portal.sheets.models import About
from portal.sheets.said import Say, Voice
from portal.sheets.week import Talon, Week
from portal.web.contacts import Contact
from portal.web.words import translations

LETTERS = 4
"""Signs of a code that stand together."""


def pages(weeks: Sequence[Week], public_url: str) -> bytes:
    """The PDF of these weeks. Raises ``PaperRefused``."""
    drawn = [_sheet(one, public_url) for one in weeks]
    _ = translations(weeks[0].lang, False).gettext
    title = drawn[0]["foot"] if len(drawn) == 1 else _("Feuilles de la semaine")
    return paper.compile("week", {"title": title, "author": "Relie", "lang": weeks[0].lang, "sheets": drawn})


def _sheet(one: Week, public_url: str) -> dict[str, Any]:
    _ = translations(one.lang, one.easy).gettext
    voice = Voice(one.easy, one.lang, _)
    first, last = one.days[0].on, one.days[-1].on
    span = {"first": dates.day(first, one.lang), "last": f"{dates.day(last, one.lang)}{dates.NBSP}{last.year}"}
    heading = _("Ta semaine") if one.own else _("%(name)s : la semaine") % {"name": one.name or "…"}
    return {
        "lang": one.lang,
        "easy": one.easy,
        "from": one.place,
        "to": _("Pour %(name)s") % {"name": one.to} if one.to else "",
        "heading": heading,
        "span": _("Du %(first)s au %(last)s") % span,
        "days": [said.day(day, voice, _meals(one, day.on, _)) for day in one.days],
        "coupons": list(map(partial(_coupon, one=one, voice=voice, public_url=public_url), one.talons)),
        "tear": {
            "heading": _("À découper et à rendre"),
            "how": _("Cochez, découpez, rendez le talon à l’équipe. Le code ne dit rien à qui le trouve."),
        },
        "notes": _notes(one, _),
        "help": _help(Contact(one.place, one.phone), _),
        "credits": list(said.credits(one.days)) if one.easy else [],
        "foot": f"{heading}{dates.NBSP}– {dates.day(first, one.lang)}{dates.NBSP}{first.year}",
    }


def _notes(one: Week, _: Say) -> list[str]:
    now = clock.local(clock.now(), one.zone)
    printed = _("Imprimé le %(day)s à %(hour)s.") % _when(now, one.lang)
    notes = [printed]
    if one.received_at:
        at = _when(clock.local(one.received_at, one.zone), one.lang)
        notes.append(_("Les nouvelles datent du %(day)s à %(hour)s.") % at)
    notes.append(_("Ce qui change ensuite n’est pas sur cette feuille."))
    if one.tables:
        notes.append(_("Les allergènes ne sont pas écrits ici : demandez à l’équipe."))
    if one.private:
        notes.append(_("Ce qui est privé n’apparaît jamais sur une feuille."))
    return notes


def _when(at: datetime, lang: str) -> dict[str, str]:
    return {"day": f"{dates.day(at.date(), lang)}{dates.NBSP}{at.year}", "hour": dates.hour(at, lang)}


def _help(place: Contact, _: Say) -> str:
    if not place.phone:
        return _("Une question ? Appelez le secrétariat.")
    return _("Une question ? Appelez le %(phone)s.") % {"phone": place.number}


def _meals(one: Week, on: date, _: Say) -> list[str]:
    words = {
        Meal.BREAKFAST: _("Petit-déjeuner"),
        Meal.COLLATION: _("Collation du matin"),
        Meal.LUNCH: _("Midi"),
        Meal.PICNIC: _("Pique-nique"),
        Meal.SNACK: _("Goûter"),
        Meal.DINNER: _("Soir"),
    }
    lines = []
    for table in (table for table in one.tables if table.day == on):
        whom = ", ".join(filter(None, (words.get(table.meal, _("Autre repas")), table.restaurant, table.guests)))
        lines.append(f"{whom}{_(' :')} {', '.join(plate.name for plate in table.plates)}")
    return lines


def _coupon(talon: Talon, *, one: Week, voice: Voice, public_url: str) -> dict[str, Any]:
    _ = voice.say
    shown = _answers(talon, one, voice) if talon.about is About.EVENT else _TOLD[talon.about](_, one)
    code = dates.NBSP.join(talon.code[at : at + LETTERS] for at in range(0, len(talon.code), LETTERS))
    return {
        **shown,
        "code": code,
        "qr": square(f"{public_url}/talons?code={talon.code}"),
        "alt": _("Carré à scanner. Le code écrit dessous sert aussi."),
    }


def _answers(talon: Talon, one: Week, voice: Voice) -> dict[str, Any]:
    _ = voice.say
    moment = next(m for day in one.days for m in day.moments if m.told and m.told.id == talon.event_id and not m.away)
    assert moment.told is not None
    event = moment.told.event
    day = dates.title(dates.day(event.starts.date(), one.lang))
    facts = [day if event.all_day else f"{day}, {dates.hour(event.starts, one.lang)}"]
    if one.own:
        boxes = [_("Je viens"), _("Je ne peux pas"), _("Un autre moment, s’il vous plaît")]
    else:
        boxes = [_("Nous venons"), _("Nous ne pouvons pas"), _("Un autre moment, s’il vous plaît")]
    title = event.title or _("Rendez-vous")
    return {
        "title": title if one.own or not one.name else f"{one.name}{_(' :')} {title}",
        "facts": facts,
        "boxes": boxes,
        "lines": [_("Un mot :")],
    }


def _absence(_: Say, one: Week) -> dict[str, Any]:
    title = _("Mon absence") if one.own else _("Absence de %(name)s") % {"name": one.name or "…"}
    return {"title": title, "facts": [], "boxes": [], "lines": [_("Du :"), _("Au :"), _("Un mot :")]}


def _call(_: Say, _one: Week) -> dict[str, Any]:
    boxes = [_("Le matin"), _("Le midi"), _("L’après-midi"), _("Le soir")]
    return {"title": _("Rappelez-moi"), "facts": [], "boxes": boxes, "lines": [_("Numéro :"), _("À propos de :")]}


_TOLD: Mapping[About, Any] = {About.ABSENCE: _absence, About.CALL: _call}
