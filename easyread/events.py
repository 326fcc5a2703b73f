"""An activity or a rendez-vous → its sentences."""

from __future__ import annotations

from datetime import date

from easyread import dates, lexicon, pictures
from easyread.clock import clock
from easyread.facts import Event, State, Voice
from easyread.lines import Line
from easyread.people import labels, people_lines
from easyread.pictures import Picture
from easyread.speech import Speech, speech
from easyread.things import begins_with_article, things


def kind(event: Event) -> str:
    """Which noun says it: ``meeting``, ``appointment`` or ``activity``."""
    if event.nature == "meeting":
        return "meeting"
    return "appointment" if event.appointment else "activity"


def deed(speech: Speech, event: Event) -> str | None:
    """« va à la piscine », when a phrase of the book says the whole title."""
    phrase = speech.book["events"].get(lexicon.concept(event.title))
    return speech.say(phrase) if phrase else None


def picture(event: Event) -> Picture | None:
    """The picture of what the title speaks of."""
    return pictures.find(lexicon.pictured(event.title))


def headline(event: Event, voice: Voice, today: date | None = None) -> Line:
    """The one line of a list: « À 9 h 15, Inès va en classe. ». With ``today``, the day is said too."""
    speaks = speech(voice)
    if event.state is State.CANCELLED:
        return _cancelled_headline(speaks, event, today)
    return _what(speaks, event, today)


def event_lines(event: Event, voice: Voice, today: date | None = None) -> tuple[Line, ...]:
    """Everything that is known of an event. With ``today``, the first lines say the day.

    A cancelled or past event no longer asks to bring anything; all else stays.
    """
    speaks = speech(voice)
    if event.state is State.CANCELLED:
        return tuple(_cancelled(speaks, event, today))
    lines = [*_moved(speaks, event, today), *_day(speaks, event, today), _what(speaks, event), *_end(speaks, event)]
    lines += people_lines(speaks, event.people, appointment=kind(event) != "activity")
    lines += _place(speaks, event.place)
    if event.state is not State.DONE:
        lines += bring_lines(speaks, event.bring)
    return (*lines, *_note(speaks, event.note))


def _what(speaks: Speech, event: Event, today: date | None = None) -> Line:
    does = deed(speaks, event)
    values = {"does": does or speaks.say(speaks.noun(kind(event))["one"])}
    quoted = () if does or not event.title.strip() else (speaks.quote(event.title.strip()),)
    shown = picture(event)
    face = None if shown or event.all_day else clock(event.starts)
    if today is not None:
        values["When"] = dates.title(dates.near(event.starts.date(), today, speaks.voice.lang))
    if event.all_day:
        return speaks.line("all_that_day" if today else "all_day", picture=shown, items=quoted, values=values)
    values["hour"] = dates.hour(event.starts, speaks.voice.lang)
    return speaks.line("at_day" if today else "at", picture=shown, clock=face, items=quoted, values=values)


def _day(speaks: Speech, event: Event, today: date | None) -> list[Line]:
    if today is None:
        return []
    on, lang = event.starts.date(), speaks.voice.lang
    past = event.state is State.DONE or on < today
    return [_on(speaks, "it_was" if past else "it_is", on, today, lang)]


def _on(speaks: Speech, key: str, on: date, today: date, lang: str) -> Line:
    full, near = dates.day(on, lang, today), dates.relative(on, today, lang)
    return speaks.line(f"{key}_near", {"near": near, "day": full}) if near else speaks.line(key, {"day": full})


def _end(speaks: Speech, event: Event) -> list[Line]:
    if event.ends is None:
        return []
    lang = speaks.voice.lang
    values = {"hour": dates.hour(event.ends, lang), "day": dates.day(event.ends.date(), lang, event.starts.date())}
    same = event.ends.date() == event.starts.date()
    if event.all_day:
        return [] if same else [speaks.line("ends_all_day", values=values)]
    return [speaks.line("ends" if same else "ends_day", clock=clock(event.ends), values=values)]


def _place(speaks: Speech, place: str) -> list[Line]:
    if not place.strip():
        return []
    parts = [part for part in place.strip().split(", ") if part]
    return [speaks.line("place", picture=pictures.find(lexicon.pictured(place)), items=parts)]


def bring_lines(speaks: Speech, bring: str | tuple[str, ...]) -> list[Line]:
    """« Apportez 2 choses : la carte Vitale et le cahier de crises. »."""
    listed = things(bring) if isinstance(bring, str) else bring
    bag = pictures.find("sac")
    if not listed:
        return []
    if len(listed) > 1:
        return [speaks.line("bring_many", {"count": str(len(listed))}, picture=bag, items=speaks.listed(listed))]
    if begins_with_article(listed[0]) and len(listed[0].split()) <= 9:
        return [speaks.line("bring_one", {"thing": listed[0].rstrip(".")}, picture=bag)]
    return [speaks.line("bring_this", picture=bag, items=(speaks.quote(listed[0]),))]


def _note(speaks: Speech, note: str) -> list[Line]:
    return [speaks.line("written", items=(speaks.quote(note.strip()),))] if note.strip() else []


def _moved(speaks: Speech, event: Event, today: date | None) -> list[Line]:
    if event.state is State.DONE and today is None:
        return [speaks.line("done")]
    if event.state is not State.MOVED:
        return []
    was, now = (event.moved_from, event.starts) if event.moved_from else (event.starts, event.moved_to)
    noun, lang = speaks.noun(kind(event)), speaks.voice.lang
    if now is None:
        return [speaks.line("moved", values=noun)]
    key = "moved_hour" if was.date() == now.date() else "moved_day"
    said = [dates.moment(moment, lang, today) for moment in (was, now)]
    return [speaks.line(key, values=noun), speaks.line("before", {"was": said[0]}), speaks.line("now", {"is": said[1]})]


def _cancelled_headline(speaks: Speech, event: Event, today: date | None) -> Line:
    lang, noun = speaks.voice.lang, speaks.noun(kind(event))
    values = {**noun, "hour": dates.hour(event.starts, lang)}
    items = (speaks.quote(event.title.strip()),) if event.title.strip() else ()
    if today is None:
        return speaks.line("cancelled" if event.all_day else "cancelled_at", items=items, values=values)
    values["When"] = dates.title(dates.near(event.starts.date(), today, lang))
    return speaks.line("cancelled_that_day" if event.all_day else "cancelled_at_day", items=items, values=values)


def _cancelled(speaks: Speech, event: Event, today: date | None) -> list[Line]:
    lang, noun = speaks.voice.lang, speaks.noun(kind(event))
    lines = [_cancelled_hours(speaks, event, noun, lang)]
    if today is not None:
        lines.append(_on(speaks, "the_day", event.starts.date(), today, lang))
    if event.ends and event.ends.date() != event.starts.date():
        lines.extend(_end(speaks, event))
    if event.title.strip():
        lines.append(speaks.line("cancelled_what", items=(speaks.quote(event.title.strip()),)))
    if who := labels(speaks, event.people):
        lines.append(speaks.line("was_with", items=who))
    return [*lines, *_place(speaks, event.place), *_note(speaks, event.note)]


def _cancelled_hours(speaks: Speech, event: Event, noun: dict[str, str], lang: str) -> Line:
    if event.all_day:
        return speaks.line("cancelled", values=noun)
    if event.ends and event.ends.date() == event.starts.date():
        return speaks.line("cancelled_span", noun | {"span": dates.span(event.starts, event.ends, lang)})
    return speaks.line("cancelled_hour", noun | {"hour": dates.hour(event.starts, lang)})
