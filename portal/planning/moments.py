"""What a screen says of one thing of one day, to one reader. Pure, like ``telling``; ``days`` makes them from rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from easyread import dates, lexicon, render
from easyread.render import Card, Line, Person, Ride, Stay, Where
from portal.core import clock
from portal.planning.happening import What
from portal.planning.models import BulletinKind, EventState
from portal.planning.telling import STATES, Reader, Told

ONE = timedelta(days=1)


ICONS = {
    **{"class": "school", "classe": "school", "speech_therapy": "talk", "orthophonie": "talk", "therapy": "care"},
    **{"piscine": "swim", "natation": "swim", "équitation": "horse", "musique": "music", "chant": "music"},
    **{"peinture": "brush", "dessin": "brush", "arts plastiques": "brush", "repas": "menus"},
}
"""Word of ours, or concept of a title → icon."""


class Standing(StrEnum):
    DONE = "done"
    NOW = "now"
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing of one day. ``starts`` and ``ends`` are on the wall clock; None: no hour is known, or all the day."""

    what: What
    day: date
    reader: Reader
    starts: datetime | None = None
    ends: datetime | None = None
    all_day: bool = False
    told: Told | None = None
    rides: tuple[Ride, ...] = ()
    """A way as its ends: where it leaves, then where it arrives; one of them when only one hour is known."""
    stay: Stay | None = None
    away: bool = False
    """It was moved away from this day: it takes place ``told.event.starts``."""
    changed_at: datetime | None = None

    @property
    def began_before(self) -> bool:
        return self.starts is not None and self.starts.date() < self.day

    @property
    def night(self) -> bool:
        return self.stay is not None and self.stay.night

    @property
    def hour(self) -> datetime | None:
        """Where the moment stands in its day; None: before any hour, or at its end for a night."""
        return None if self.all_day or self.began_before or (self.stay and not self.stay.starts) else self.starts

    @property
    def state(self) -> EventState:
        """As families read it; of a moment that was moved away, ``moved``."""
        if self.told:
            return self.told.state
        return _BACK[self.rides[0].state] if self.rides else EventState.PLANNED

    @property
    def standing(self) -> Standing:
        """Where it stands now, for the reader of its own day."""
        now = self.reader.now
        if self.told and self.told.state is EventState.DONE:
            return Standing.DONE
        if self.starts is None or now < self.starts:
            return Standing.TODO
        ends = self.ends or (self.starts if self.what is What.RIDE else None)
        off = self.away or self.state in (EventState.CANCELLED, EventState.MISSED)
        return Standing.DONE if off or (ends is not None and ends <= now) else Standing.NOW

    @property
    def hours(self) -> str:
        """« de 14 h 30 à 15 h 15 », or the hour that is known; "" for whole days and what began before."""
        if self.starts is None or self.all_day or self.began_before:
            return ""
        whole = self.ends and self.ends.date() == self.starts.date() and not self.away and self.what is not What.RIDE
        lang = self.reader.lang
        return dates.span(self.starts, self.ends, lang) if self.ends and whole else dates.hour(self.starts, lang)

    @property
    def ends_later(self) -> bool:
        """Its end stands on another day than the first: it must be said with its day."""
        last = self.last_day
        return last is not None and self.starts is not None and last > self.starts.date()

    @property
    def last_day(self) -> date | None:
        if self.ends is None or self.away:
            return None
        return (self.ends - ONE if self.all_day else self.ends).date()

    @property
    def left(self) -> render.Countdown | None:
        """How long what goes on still lasts."""
        if self.standing is not Standing.NOW or self.starts is None or self.ends is None:
            return None
        return render.countdown(self.starts, self.ends, self.reader.now, self.reader.lang)

    @property
    def icon(self) -> str:
        """Its icon of our own sheet, beside its word."""
        if self.rides:
            return "bus"
        if self.stay:
            return "home" if self.stay.where is Where.HOME else "bed" if self.night else "planning"
        assert self.told is not None
        event = self.told.event
        default = "appointments" if event.appointment else "planning"
        return ICONS.get(event.kind) or ICONS.get(lexicon.concept(event.title) or "") or default

    @property
    def people(self) -> Sequence[Person]:
        return self.told.event.people if self.told else ()

    @property
    def card(self) -> Card:
        """Its word and its picture. The hour stands beside: see ``moments`` in templates."""
        voice, now = self.reader.voice, clock.local(self.reader.now, self.reader.zone)
        if self.told:
            return render.card(self._event, voice, now)
        if self.rides:
            return render.ride_card(self.rides[0], voice, now)
        assert self.stay is not None
        return render.stay_card(self.stay, voice)

    @property
    def lines(self) -> Sequence[Line]:
        """Everything that is known, as sentences."""
        voice = self.reader.voice
        if self.told:
            later = self.began_before and not self.away
            return (render.later_lines if later else render.event_lines)(self._event, voice)
        if self.stay:
            return render.stay_lines(self.stay, voice)
        return [line for ride in self.rides for line in render.ride_lines(ride, voice)]

    @property
    def _event(self) -> render.Event:
        assert self.told is not None
        event = self.told.event
        if not self.away:
            return event
        return replace(event, starts=self.starts or event.starts, ends=None, moved_from=None, moved_to=event.starts)


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What staff announce, for everybody there."""

    id: UUID
    kind: BulletinKind
    first_day: date
    last_day: date
    text: str
    easy_text: str


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    moments: tuple[Moment, ...]
    bulletins: tuple[Bulletin, ...]

    @property
    def events(self) -> list[Moment]:
        return [one for one in self.moments if one.what is What.EVENT]

    @property
    def left(self) -> list[Moment]:
        """What is not over: what goes on, what comes, the night."""
        return [one for one in self.moments if one.standing is not Standing.DONE]

    @property
    def now(self) -> list[Moment]:
        """What goes on; a whole day is no « now »."""
        return [one for one in self.moments if one.hour and one.standing is Standing.NOW]

    @property
    def next(self) -> Moment | None:
        """What comes after, and takes place."""
        return next((one for one in self.moments if _comes(one)), None)


_BACK = {state: ours for ours, state in STATES.items()}


def _comes(one: Moment) -> bool:
    off = one.away or one.state in (EventState.CANCELLED, EventState.MISSED)
    return bool(one.hour) and not off and one.standing is Standing.TODO


def by_part(day: Day) -> list[tuple[str, list[Moment]]]:
    """« morning », « afternoon »… with what they hold. Before them ``all_day``, and ``begun`` for what ends."""
    return [(part, list(those)) for part, those in groupby(day.moments, key=_part)]


def _part(one: Moment) -> str:
    if one.night:
        return dates.PartOfDay.NIGHT.value
    if one.hour:
        return dates.part_of_day(one.hour).value
    ends_today = one.began_before and one.last_day == one.day and not one.all_day
    return "begun" if ends_today else "all_day"
