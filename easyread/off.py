"""What does not take place, or not then: cancelled, moved elsewhere, or over without the young person.

No picture of the activity and no order to bring anything: a picture or an order would say that it takes place.
"""

from __future__ import annotations

from datetime import date, timedelta

from easyread import dates
from easyread.facts import Event, State
from easyread.lines import Line
from easyread.people import labels
from easyread.speech import Speech
from easyread.subject import kind
from easyread.tellings import day_line, title_items, whole_moment


def is_off(event: Event) -> bool:
    """Whether nothing happens at ``starts``: cancelled, missed, or moved away from there."""
    if event.state is State.MOVED:
        return event.moved_to is not None
    return event.state in (State.CANCELLED, State.MISSED)


def headline(speaks: Speech, event: Event, today: date | None) -> Line:
    """« À 14 h 30, le rendez-vous est annulé. »."""
    values = _words(speaks, event)
    items = title_items(speaks, event)
    if today is None:
        return speaks.line("off" if event.all_day else "off_at", values, items=items)
    values["When"] = dates.title(dates.near(event.starts.date(), today, speaks.voice.lang))
    return speaks.line("off_that_day" if event.all_day else "off_at_day", values, items=items)


def lines(speaks: Speech, event: Event, today: date | None) -> list[Line]:
    """What was planned, as plain facts: the hours, the day, the title, the people."""
    told = [_hours(speaks, event)]
    if today is not None:
        told.append(day_line(speaks, "the_day", event.starts.date(), today))
    told += _last_day(speaks, event)
    if event.moved_to is not None:
        told.append(speaks.line("now", {"is": whole_moment(speaks, event, event.moved_to, today)}))
    if items := title_items(speaks, event):
        told.append(speaks.line(f"{event.state}_what", items=items))
    if who := labels(speaks, event.people):
        told.append(speaks.line("was_with", items=who))
    return told


def _words(speaks: Speech, event: Event) -> dict[str, str]:
    noun = speaks.noun(kind(event))
    return noun | {"off": noun[event.state], "hour": dates.hour(event.starts, speaks.voice.lang)}


def _hours(speaks: Speech, event: Event) -> Line:
    words = _words(speaks, event)
    if event.all_day:
        return speaks.line("off", words)
    if event.ends and event.ends.date() == event.starts.date():
        return speaks.line("off_span", words | {"span": dates.span(event.starts, event.ends, speaks.voice.lang)})
    return speaks.line("off_hour", words)


def _last_day(speaks: Speech, event: Event) -> list[Line]:
    """An end on another day is a fact too."""
    if event.ends is None:
        return []
    last = (event.ends - timedelta(days=1) if event.all_day else event.ends).date()
    if last <= event.starts.date():
        return []
    lang = speaks.voice.lang
    said = {"day": dates.day(last, lang, event.starts.date()), "hour": dates.hour(event.ends, lang)}
    return [speaks.line("off_ends_all_day" if event.all_day else "off_ends_day", said)]
