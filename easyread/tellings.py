"""Sentences that several kinds of telling share: the day, the place, the DUI's own words."""

from __future__ import annotations

from datetime import date, datetime, time

from easyread import dates, lexicon
from easyread.facts import Event
from easyread.lines import Line
from easyread.pictures import find
from easyread.speech import Speech


def day_line(speaks: Speech, key: str, on: date, today: date) -> Line:
    """« C’est demain, jeudi 10 décembre. »: the near name of a day is said beside its date, never instead."""
    lang = speaks.voice.lang
    full, near = dates.day(on, lang, today), dates.relative(on, today, lang)
    return speaks.line(f"{key}_near", {"near": near, "day": full}) if near else speaks.line(key, {"day": full})


def whole_moment(speaks: Speech, event: Event, at: datetime, today: date | None) -> str:
    """« jeudi 10 décembre à 14 h 30 »; of a whole day, whose midnight is no hour, the day alone."""
    if event.all_day and at.time() == time():
        return dates.day(at.date(), speaks.voice.lang, today)
    return dates.moment(at, speaks.voice.lang, today)


def place_lines(speaks: Speech, place: str) -> list[Line]:
    """« Le lieu : », then the place as the DUI says it, a row for each part."""
    parts = [part for part in place.strip().split(", ") if part]
    return [speaks.line("place", picture=find(lexicon.pictured(place.strip())), items=parts)] if parts else []


def title_items(speaks: Speech, event: Event) -> tuple[str, ...]:
    """The title between quotation marks, when there is one."""
    return (speaks.quote(event.title.strip()),) if event.title.strip() else ()


def note_lines(speaks: Speech, note: str) -> list[Line]:
    """« C’est écrit : », then the note, untouched."""
    return [speaks.line("written", items=(speaks.quote(note.strip()),))] if note.strip() else []
