"""Picture mode: one word, one picture, one hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import zip_longest
from math import ceil

from easyread import dates, lexicon, off, pictures
from easyread.clock import Clock, clock
from easyread.facts import Event, Ride, State, Stay, Voice
from easyread.moves import stay_picture
from easyread.phrases import book
from easyread.pictures import Picture
from easyread.speech import Speech, speech
from easyread.subject import kind, names, picture


class Standing(StrEnum):
    """Where a card stands on the thread of the day."""

    DONE = "done"
    NOW = "now"
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class Card:
    """``word`` is the label, ``say`` the text under it: an hour, « Fini », « Maintenant » or « Annulé »."""

    word: str
    say: str
    picture: Picture | None
    """None too for what does not take place: nobody is shown a swimming pool on a day without one."""
    clock: Clock | None = None
    standing: Standing = Standing.TODO
    off: bool = False
    """It does not take place, or not then."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """Time left: always in words, and as quarter hours (True: still to come)."""

    text: str
    quarters: tuple[bool, ...]


_MINUTE, _QUARTER = timedelta(minutes=1), timedelta(minutes=15)


def countdown(starts: datetime, ends: datetime, now: datetime, lang: str = "fr") -> Countdown:
    """« Encore 45 minutes », and three quarters of an hour out of four. A minute begun is a minute left."""
    whole = max(ends - starts, timedelta())
    left = min(max(ends - now, timedelta()), whole)
    said = dates.lasting(ceil(left / _MINUTE) * _MINUTE, lang)
    quarters, kept = ceil(whole / _QUARTER), ceil(left / _QUARTER)
    return Countdown(book(lang)["cards"]["left"].format(length=said), (True,) * kept + (False,) * (quarters - kept))


def day_cards(events: Sequence[Event], voice: Voice, now: datetime | None = None) -> tuple[Card, ...]:
    """The cards of one day, in order. An event without an end lasts, for its standing, until the next one begins."""
    row = sorted(events, key=lambda event: event.starts)
    following = (event.starts for event in row[1:])
    return tuple(card(event, voice, now, until) for event, until in zip_longest(row, following))


def card(event: Event, voice: Voice, now: datetime | None = None, until: datetime | None = None) -> Card:
    """An event as a card. With ``now``, it also says whether the event is done, going on or to come.

    ``until`` stands for an end that is not known; without either, what began goes on.
    """
    speaks = speech(voice)
    standing = _standing(event, now, event.ends or until)
    face = None if event.all_day else clock(event.starts)
    label = word(speaks, event.title, names(event, voice)) or speaks.card(kind(event))
    shown = None if off.is_off(event) else picture(event, voice)
    return Card(label, _say(speaks, event, standing), shown, face, standing, off.is_off(event))


def _standing(event: Event, now: datetime | None, ends: datetime | None) -> Standing:
    if event.state is State.DONE:
        return Standing.DONE
    if now is None or now < event.starts:
        return Standing.TODO
    if off.is_off(event):
        return Standing.DONE
    return Standing.DONE if ends is not None and ends <= now else Standing.NOW


def _say(speaks: Speech, event: Event, standing: Standing) -> str:
    if off.is_off(event):
        return speaks.card(event.state)
    if standing is not Standing.TODO:
        return speaks.card(standing)
    return speaks.card("all_day") if event.all_day else dates.title(dates.hour(event.starts, speaks.voice.lang))


def word(speaks: Speech, text: str, names: tuple[str, ...] = ()) -> str:
    """The short label of a text: « Piscine » for « séance de piscine », or the text itself."""
    unit = lexicon.whole(text, names)
    said = speaks.book["words"].get(unit.concept) if unit else None
    return str(said) if said else dates.title(unit.surface if unit and speaks.voice.lang == "fr" else text.strip())


def stay_card(stay: Stay, voice: Voice) -> Card:
    """« Dormir », « Internat »: where the person is or sleeps. The unit's name takes the place when it is known."""
    speaks = speech(voice)
    place = speaks.card(stay.where)
    if stay.night:
        return Card(speaks.card("sleep"), stay.name.strip() or place, pictures.find("dormir"))
    return Card(place, stay.name.strip(), stay_picture(stay))


def ride_card(ride: Ride, voice: Voice, now: datetime | None = None) -> Card:
    """« Bus », « 8 h 30 »."""
    speaks = speech(voice)
    said = word(speaks, ride.means) or speaks.card("ride")
    gone = ride.state in (State.CANCELLED, State.MISSED)
    as_event = Event(ride.means, ride.at, state=State.PLANNED if ride.state is State.MOVED else ride.state)
    standing = _standing(as_event, now, ride.at + _MINUTE)
    shown = None if gone else pictures.find(lexicon.pictured(ride.means))
    return Card(said, _say(speaks, as_event, standing), shown, clock(ride.at), standing, gone)
