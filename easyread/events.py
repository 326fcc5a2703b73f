"""An activity or a rendez-vous → its sentences. What no longer takes place is said in ``off``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from easyread import dates, off
from easyread.clock import clock
from easyread.facts import Event, State, Voice
from easyread.lines import Line
from easyread.people import people_lines
from easyread.pictures import find
from easyread.speech import Speech, speech
from easyread.subject import deed, kind, picture, seen_by_job
from easyread.tellings import day_line, note_lines, place_lines, title_items, whole_moment
from easyread.things import begins_with_article, things

_LONGEST_THING = 9
"""Words a single thing to bring may have and still stand inside the sentence."""

_WHEN = {(False, False): "at", (False, True): "at_day", (True, False): "all_day", (True, True): "all_that_day"}
"""The sentence for (all day, with its day)."""


def headline(event: Event, voice: Voice, today: date | None = None) -> Line:
    """The one line of a list: « À 9 h 15, Inès va en classe. ». With ``today``, the day is said too."""
    speaks = speech(voice)
    return off.headline(speaks, event, today) if off.is_off(event) else _what(speaks, event, today)


def event_lines(event: Event, voice: Voice, today: date | None = None) -> tuple[Line, ...]:
    """Everything that is known of an event. With ``today``, a line says the day.

    What is cancelled or over no longer asks to bring anything; all else stays.
    """
    speaks = speech(voice)
    if off.is_off(event):
        lines = off.lines(speaks, event, today)
    else:
        what = _what(speaks, replace(event, title="") if seen_by_job(event) else event)
        lines = [*_state(speaks, event, today), *_day(speaks, event, today), what]
        lines += ends_lines(speaks, event)
        lines += people_lines(speaks, event.people, appointment=kind(event) != "activity")
    lines += place_lines(speaks, event.place)
    if event.state in (State.PLANNED, State.MOVED):
        lines += bring_lines(speaks, event.bring)
    return (*lines, *note_lines(speaks, event.note))


def later_lines(event: Event, voice: Voice) -> tuple[Line, ...]:
    """The same on a later day than the first, when it goes on: no « À 22 h », but when it began.

    What does not take place is said as on its first day, which is named.
    """
    speaks, lang = speech(voice), voice.lang
    said = {"day": dates.day(event.starts.date(), lang), "hour": dates.hour(event.starts, lang)}
    began = speaks.line("began_all_day" if event.all_day else "began", said)
    if off.is_off(event):
        first, *rest = event_lines(event, voice)
        return (first, began, *rest)
    does, noun = deed(speaks, event), speaks.noun(kind(event))
    values = {"does": does or speaks.say(noun["one"])}
    items = () if does else title_items(speaks, event)
    shown = picture(event, voice)
    first = speaks.line("goes_on" if does or speaks.named else "goes_on_there", values, picture=shown, items=items)
    state = _state(speaks, event, None)
    return (*state, first, began, *event_lines(event, voice)[len(state) + 1 :])


def _what(speaks: Speech, event: Event, today: date | None = None) -> Line:
    does, noun = deed(speaks, event), speaks.noun(kind(event))
    values = {"does": does or speaks.say(noun["one"]), "there": noun["there"]}
    shown = picture(event, speaks.voice)
    if today is not None:
        values["When"] = dates.title(dates.near(event.starts.date(), today, speaks.voice.lang))
    if not event.all_day:
        values["hour"] = dates.hour(event.starts, speaks.voice.lang)
    face = None if shown or event.all_day else clock(event.starts)
    key = _WHEN[event.all_day, today is not None] + ("" if does or speaks.named else "_there")
    return speaks.line(key, values, picture=shown, clock=face, items=() if does else title_items(speaks, event))


def _day(speaks: Speech, event: Event, today: date | None) -> list[Line]:
    if today is None:
        return []
    past = event.state is State.DONE or event.starts.date() < today
    return [day_line(speaks, "it_was" if past else "it_is", event.starts.date(), today)]


def ends_lines(speaks: Speech, event: Event) -> list[Line]:
    """« Cela finit à 15 h 15. »; nothing when the end is not known, or goes without saying."""
    if event.ends is None:
        return []
    last = (event.ends - timedelta(days=1) if event.all_day else event.ends).date()
    values = {"hour": dates.hour(event.ends, speaks.voice.lang)}
    values["day"] = dates.day(last, speaks.voice.lang, event.starts.date())
    if event.all_day:
        return [] if last <= event.starts.date() else [speaks.line("ends_all_day", values)]
    key = "ends" if last == event.starts.date() else "ends_day"
    return [speaks.line(key, values, clock=clock(event.ends))]


def bring_lines(speaks: Speech, bring: str | tuple[str, ...]) -> list[Line]:
    """« Apportez 2 choses : la carte Vitale et le cahier de crises. »."""
    listed = things(bring) if isinstance(bring, str) else bring
    bag = find("sac")
    if not listed:
        return []
    if len(listed) > 1:
        return [speaks.line("bring_many", {"count": str(len(listed))}, picture=bag, items=speaks.listed(listed))]
    if begins_with_article(listed[0]) and len(listed[0].split()) <= _LONGEST_THING:
        return [speaks.line("bring_one", {"thing": listed[0].rstrip(".")}, picture=bag)]
    return [speaks.line("bring_this", picture=bag, items=(speaks.quote(listed[0]),))]


def _state(speaks: Speech, event: Event, today: date | None) -> list[Line]:
    if event.state is State.DONE and today is None:
        return [speaks.line("done")]
    if event.state is not State.MOVED:
        return []
    noun = speaks.noun(kind(event))
    if event.moved_from is None:
        return [speaks.line("off", noun | {"off": noun["moved"]})]
    same_day = event.moved_from.date() == event.starts.date()
    was, now = (whole_moment(speaks, event, at, today) for at in (event.moved_from, event.starts))
    first = speaks.line("moved_hour" if same_day else "moved_day", noun)
    return [first, speaks.line("before", {"was": was}), speaks.line("now", {"is": now})]
