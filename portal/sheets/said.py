"""What a sheet says of a week: from days to lines of paper. Pure: no database, no web; words come from catalogues.

Easy to read, the sentences are ``easyread``'s. In standard reading they are the words of the screen, on paper.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from easyread import dates, pictures
from easyread.lines import Line
from easyread.pictures import Picture
from portal.planning.models import BulletinKind, EventState
from portal.planning.moments import Bulletin, Day, Moment
from portal.sheets.drawn import clock_face

Say = Callable[[str], str]
"""Words of the reader, by their French."""
OFF = frozenset({EventState.CANCELLED, EventState.MISSED})
LATE = frozenset({EventState.CANCELLED, EventState.MOVED})
"""States that change what a printed sheet says: that something is over changes nothing of it."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How a sheet speaks: ``easy`` with pictures or standard, in ``lang``, with the words of that reading."""

    easy: bool
    lang: str
    say: Say


def day(one: Day, voice: Voice, meals: Sequence[str] = ()) -> dict[str, Any]:
    """A day as the template draws it."""
    _ = voice.say
    return {
        "name": dates.title(dates.day(one.on, voice.lang)),
        "notes": [_bulletin(said, voice) for said in one.bulletins],
        "items": [_easy(moment) if voice.easy else _standard(moment, voice) for moment in one.moments],
        "meals": list(meals),
        "nothing": "" if one.moments or one.bulletins else _("Rien n’est noté."),
    }


def digests(days: Iterable[Day]) -> dict[str, str]:
    """Day → what tells its contents from others, whatever the language and the hour it is asked at."""
    return {one.on.isoformat(): _digest(one) for one in days}


def credits(days: Iterable[Day]) -> tuple[str, ...]:
    """Whose pictures an easy sheet shows."""
    return pictures.attributions(line.picture for one in days for moment in one.moments for line in moment.lines)


def _easy(one: Moment) -> dict[str, Any]:
    lines = [_drawn(line) for line in one.lines]
    address = one.told.address if one.told and not one.away else ""
    if address:
        lines.append({"svg": "", "alt": "", "rows": [[[address, False]]]})
    return {"lines": lines, "off": _off(one)}


def _drawn(line: Line) -> dict[str, Any]:
    return {
        "svg": _svg(line),
        "alt": line.text,
        "rows": [[list(piece) for piece in row] for row in line.rows],
    }


def _svg(line: Line) -> str:
    if line.picture is not None:
        return picture(line.picture)
    return clock_face(line.clock) if line.clock is not None else ""


def picture(one: Picture) -> str:
    return pictures.svg(one).decode()


def _standard(one: Moment, voice: Voice) -> dict[str, Any]:
    rows = _rides(one, voice) if one.rides else _event(one, voice) if one.told else []
    return {"at": when(one, voice), "name": _name(one, voice.say), "rows": rows, "off": _off(one)}


def when(one: Moment, voice: Voice) -> str:
    """« De 14 h 30 à 15 h 15 », « Toute la journée »."""
    _, lang = voice.say, voice.lang
    if one.night:
        return _("La nuit")
    if one.hours:
        return dates.title(one.hours)
    if one.began_before and not one.all_day and one.ends and one.ends.date() == one.day:
        return _("Jusqu’à %(hour)s") % {"hour": dates.hour(one.ends, lang)}
    return _("Toute la journée")


def _name(one: Moment, _: Say) -> str:
    if one.rides:
        return one.rides[0].means or _("Trajet")
    if one.told is None:
        return (one.card.say or one.card.word) if one.night else one.card.word
    return one.told.event.title or (_("Rendez-vous") if one.told.event.appointment else _("Activité"))


def _event(one: Moment, voice: Voice) -> list[str]:
    assert one.told is not None
    event, _ = one.told.event, voice.say
    rows = [*_bounds(one, voice), *_state(one, voice)]
    if event.place:
        rows.append(", ".join(filter(None, (event.place, one.told.address))))
    for person in event.people:
        word = _("Accompagne") if person.part == "companion" else _("Avec")
        who = ", ".join(filter(None, (person.name, person.role)))
        rows += [f"{word} {who}"] if who else []
    if event.bring and not one.away and one.state not in OFF:
        told = event.bring if isinstance(event.bring, str) else ", ".join(event.bring)
        rows.append(f"{_('À apporter :')} {told}")
    return [*rows, *([event.note] if event.note else [])]


def _bounds(one: Moment, voice: Voice) -> list[str]:
    """When it began and when it ends, where that is another day."""
    _, rows = voice.say, list[str]()
    if one.began_before and not one.away and one.starts:
        rows.append(_("Début : %(when)s") % {"when": _moment(one.starts, one, voice)})
    if one.ends_later and one.ends:
        last = one.last_day if one.all_day else one.ends
        rows.append(_("Fin : %(when)s") % {"when": _moment(last or one.ends, one, voice)})
    return rows


def _state(one: Moment, voice: Voice) -> list[str]:
    assert one.told is not None
    event, _ = one.told.event, voice.say
    if one.away:
        return [_("Déplacé"), _("Maintenant : %(when)s") % {"when": _moment(event.starts, one, voice)}]
    words = {
        EventState.CANCELLED: _("Annulé"),
        EventState.MOVED: _("L’heure a changé"),
        EventState.MISSED: _("N’a pas eu lieu"),
    }
    rows = [words[one.state]] if one.state in words else []
    if event.moved_from:
        rows.append(_("Avant : %(when)s") % {"when": _moment(event.moved_from, one, voice)})
    return rows


def _moment(at: date, one: Moment, voice: Voice) -> str:
    """With its day; a whole day has no hour."""
    if isinstance(at, datetime) and not one.all_day:
        return dates.moment(at, voice.lang)
    return dates.day(at.date() if isinstance(at, datetime) else at, voice.lang)


def _rides(one: Moment, voice: Voice) -> list[str]:
    _, rows = voice.say, []
    if one.state in OFF:
        rows.append(_("Annulé") if one.state is EventState.CANCELLED else _("N’a pas eu lieu"))
    for number, ride in enumerate(one.rides):
        if ride.start:
            rows.append(_("Départ : %(place)s") % {"place": ride.start})
        if number:
            hour = _("Arrivée à %(hour)s") % {"hour": dates.hour(ride.at, voice.lang)}
            rows.append(hour + (_(" : %(place)s") % {"place": ride.end} if ride.end else ""))
        elif ride.end:
            rows.append(_("Arrivée : %(place)s") % {"place": ride.end})
    return rows


def _off(one: Moment) -> bool:
    return one.away or one.state in OFF


def _bulletin(one: Bulletin, voice: Voice) -> dict[str, str]:
    _ = voice.say
    words = {
        BulletinKind.CLOSURE: _("Fermé"),
        BulletinKind.SCHOOL_HOLIDAYS: _("Vacances scolaires"),
        BulletinKind.MESSAGE: _("Mot du jour"),
    }
    span = ""
    if one.first_day != one.last_day:
        days = {"first": dates.day(one.first_day, voice.lang), "last": dates.day(one.last_day, voice.lang)}
        span = _("Du %(first)s au %(last)s") % days
    return {"word": words[one.kind], "text": one.easy_text if voice.easy else one.text, "span": span}


def _digest(one: Day) -> str:
    facts = [*(_facts(moment) for moment in one.moments), *([str(said.id), said.text] for said in one.bulletins)]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, default=str).encode()).hexdigest()[:24]


def _facts(one: Moment) -> list[Any]:
    """What a sheet tells of it, and nothing that time alone changes."""
    facts: list[Any] = [one.what, one.starts, one.ends, one.all_day, one.away, one.state if one.state in LATE else ""]
    facts += [[ride.at, ride.means, ride.start, ride.end] for ride in one.rides]
    facts += [[one.stay.where, one.stay.name, one.stay.night]] if one.stay else []
    if one.told:
        event = one.told.event
        facts += [event.title, event.place, one.told.address, event.bring, event.note, event.moved_from]
        facts += [[person.name, person.role, person.part] for person in event.people]
    return facts
