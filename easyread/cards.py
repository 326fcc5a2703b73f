"""Picture mode: one word, one picture, one hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from easyread import dates, lexicon, pictures
from easyread.clock import Clock, clock
from easyread.events import kind, picture
from easyread.facts import Event, Ride, State, Stay, Voice
from easyread.phrases import book
from easyread.pictures import Picture
from easyread.speech import Speech, speech


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
    clock: Clock | None = None
    standing: Standing = Standing.TODO


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
    following = [event.starts for event in row[1:]] + [None]
    return tuple(card(event, voice, now, until) for event, until in zip(row, following, strict=True))


def card(event: Event, voice: Voice, now: datetime | None = None, until: datetime | None = None) -> Card:
    """An event as a card. With ``now``, it also says whether the event is done, going on or to come.

    ``until`` stands for an end that is not known; without either, what began goes on.
    """
    speaks = speech(voice)
    standing = _standing(event, now, event.ends or until)
    face = None if event.all_day else clock(event.starts)
    return Card(_word(speaks, event), _say(speaks, event, standing), picture(event), face, standing)


def _standing(event: Event, now: datetime | None, ends: datetime | None) -> Standing:
    if event.state is State.DONE:
        return Standing.DONE
    if now is None or now < event.starts:
        return Standing.TODO
    return Standing.DONE if ends is not None and ends <= now else Standing.NOW


def _say(speaks: Speech, event: Event, standing: Standing) -> str:
    if event.state is State.CANCELLED or (event.state is State.MOVED and not event.moved_from):
        return speaks.card(event.state)
    if standing is not Standing.TODO:
        return speaks.card(standing)
    return speaks.card("all_day") if event.all_day else dates.title(dates.hour(event.starts, speaks.voice.lang))


def _word(speaks: Speech, event: Event) -> str:
    return word(speaks, lexicon.concept(event.title)) or event.title.strip() or speaks.card(kind(event))


def word(speaks: Speech, concept: str | None) -> str | None:
    """The short label of a concept in the reader's language, if there is one."""
    said = speaks.book["words"].get(concept) or (lexicon.label(concept or "") if speaks.voice.lang == "fr" else None)
    return dates.title(said) if said else None


def stay_card(stay: Stay, voice: Voice) -> Card:
    """« Dormir », « Internat »: where the person is or sleeps. The unit's name takes the place when it is known."""
    speaks = speech(voice)
    place = stay.name.strip() or speaks.card(stay.where)
    if stay.night:
        return Card(speaks.card("sleep"), place, pictures.find("dormir"))
    return Card(speaks.card(stay.where), stay.name.strip(), pictures.find(stay.where))


def ride_card(ride: Ride, voice: Voice, now: datetime | None = None) -> Card:
    """« Bus », « 8 h 30 »."""
    speaks = speech(voice)
    concept = lexicon.concept(ride.means)
    said = word(speaks, concept) or ride.means.strip() or speaks.card("ride")
    as_event = Event(ride.means, ride.at, state=ride.state)
    standing = _standing(as_event, now, ride.at + _MINUTE)
    return Card(
        said, _say(speaks, as_event, standing), pictures.find(lexicon.pictured(ride.means)), clock(ride.at), standing
    )
