"""Days and hours in templates, in the reader's language. The words themselves are ``easyread.dates``'s."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, request

from easyread import dates
from portal.core import clock
from portal.core.errors import BadInput
from portal.web import reading
from portal.web.long_words import breakable

YEARS = range(2000, 2101)
"""Of which a day may be asked for."""


def asked_day(zone: str) -> date:
    """The day that the address asks for (``le=2026-11-18``), else today. Raises ``BadInput`` for what is no day."""
    said = request.args.get("le")
    if not said:
        return clock.local_date(clock.now(), zone)
    try:
        asked = date.fromisoformat(said)
    except ValueError:
        raise BadInput("le", "unreadable") from None
    if asked.year not in YEARS:
        raise BadInput("le", "unreadable")
    return asked


def day_said(day: date, today: date) -> str:
    """« demain, jeudi 10 décembre »: near days by their name, with the date beside."""
    lang = reading.current().lang
    return dates.day_beside(day, today, lang)


def day_near(day: date, today: date) -> str:
    """« Demain », « Jeudi 10 décembre »."""
    return dates.title(dates.near(day, today, reading.current().lang))


def day_in_full(day: date, today: date) -> str:
    return dates.day(day, reading.current().lang, today)


def weekday_short(day: date) -> str:
    """« jeu. », for the date that is drawn."""
    return dates.weekday_short(day, reading.current().lang)


def hour_said(moment: datetime) -> str:
    return dates.hour(moment, reading.current().lang)


def hours_said(event: Any) -> str:
    """« de 14 h 30 à 15 h 15 », or the one hour that is known."""
    lang = reading.current().lang
    if event.ends is None or event.ends.date() != event.starts.date():
        return dates.hour(event.starts, lang)
    return dates.span(event.starts, event.ends, lang)


def moment_said(moment: datetime, today: date) -> str:
    return dates.moment(moment, reading.current().lang, today)


def moment_or_day(at: date, whole: bool, today: date) -> str:
    """« jeudi 10 décembre à 14 h 30 »; the day alone of a ``whole`` one."""
    return moment_said(at, today) if isinstance(at, datetime) and not whole else day_in_full(_day(at), today)


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


def weekday_said(day: date) -> str:
    """« Jeudi »: the way to the day before or after."""
    return dates.title(dates.weekday(day, reading.current().lang))


def week_letters() -> list[str]:
    """« L M M J V S D »: the seven beads of a week."""
    monday = date(2024, 1, 1)
    return [dates.letter(monday + timedelta(days=number), reading.current().lang) for number in range(7)]


def when(one: Any, said: bool) -> str:
    """The hour of a line, with its day when nothing above it says it."""
    lang, event = reading.current().lang, one.event
    if event.all_day:
        return dates.title(dates.near(one.day, one.reader.today, lang))
    return dates.title(dates.near_moment(event.starts, one.reader.today, lang)) if said else hours_said(event)


def init_app(app: Flask) -> None:
    said = (day_said, day_near, day_in_full, weekday_short, weekday_said, week_letters)
    for function in (*said, hour_said, hours_said, moment_said, moment_or_day, when):
        app.jinja_env.globals[function.__name__] = function
    app.jinja_env.filters["capitalize_first"] = dates.title
    app.jinja_env.filters["breakable"] = breakable
    app.jinja_env.filters["lower_first"] = lambda text: text[:1].lower() + text[1:]
