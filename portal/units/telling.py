"""Rows → where each young person of a unit is, day by day, for one reader. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from easyread.render import Where
from portal.connectors.dui.records import Where as Dui
from portal.core import clock
from portal.planning import days
from portal.planning.happening import What
from portal.planning.models import EventState
from portal.planning.moments import Bulletin, Day, Moment
from portal.planning.telling import Reader
from portal.web.people import Card

OFF = (EventState.CANCELLED, EventState.MISSED)


class At(StrEnum):
    """Where somebody is by day, as far as it is known."""

    AWAY = "away"
    """Their family announced it."""
    HOME = "home"
    ELSEWHERE = "elsewhere"
    HERE = "here"
    """The DUI says so."""
    EXPECTED = "expected"
    """Something is planned for them."""
    UNKNOWN = "unknown"
    """Nothing says where: drawn as « ? », never as an absence."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One day of one young person."""

    on: date
    at: At
    late: datetime | None
    """Their family said that they come at that hour only."""
    moments: tuple[Moment, ...]
    """What takes place, rides included: neither nights nor whole days away, which ``at`` and ``night`` say."""
    night: Where | None

    @property
    def events(self) -> list[Moment]:
        return [one for one in self.moments if one.what is What.EVENT]

    @property
    def is_plain(self) -> bool:
        """Nothing is known of it, or that it is spent at home: what a weekend is."""
        plain = self.at in (At.UNKNOWN, At.HOME) and self.night in (None, Where.HOME)
        return plain and not self.events and self.late is None


@dataclass(frozen=True, slots=True)
class Person:
    """One young person and their days."""

    dossier_id: UUID
    card: Card
    days: tuple[Spell, ...]


def person(dossier_id: UUID, card: Card, rows: Sequence[Any], reader: Reader, first: date, count: int) -> Person:
    """Their days from ``first``. ``rows``: theirs alone."""
    told = days.days(rows, reader, first, count, boarding=card.boarding)
    return Person(dossier_id, card, tuple(_spell(day, rows, reader) for day in told))


def announced(rows: Iterable[Any]) -> list[Bulletin]:
    """What staff announce for these days, once each, by day."""
    found = {row.id: row for row in rows if row.what == What.BULLETIN}
    return sorted(map(days.bulletin, found.values()), key=lambda one: (one.first_day, one.last_day, str(one.id)))


def _spell(day: Day, rows: Sequence[Any], reader: Reader) -> Spell:
    absences = [row for row in rows if row.what == What.ABSENCE and row.first_day <= day.on <= row.last_day]
    back = [row.ends_at for row in absences if row.ends_at]
    away = len(back) < len(absences)
    stays = [one for one in day.moments if one.stay and not one.night and not one.starts]
    night = next((one.stay.where for one in day.moments if one.stay and one.night), None)
    rest = tuple(one for one in day.moments if not one.night and one not in stays)
    late = clock.local(max(back), reader.zone) if back and not away else None
    return Spell(day.on, At.AWAY if away else _at(stays, rest, day.on, rows, reader), late, rest, night)


def _at(stays: list[Moment], rest: Sequence[Moment], on: date, rows: Sequence[Any], reader: Reader) -> At:
    if stays and stays[0].stay:
        return At.HOME if stays[0].stay.where is Where.HOME else At.ELSEWHERE
    if any(_is_here(row, on, reader.zone) for row in rows):
        return At.HERE
    planned = any(one.told or one.rides for one in rest if one.state not in OFF and not one.away)
    return At.EXPECTED if planned else At.UNKNOWN


def _is_here(row: Any, on: date, zone: str) -> bool:
    """Whether the DUI has them in the unit during that day, be it for a part of it."""
    if row.what != What.PRESENCE or Dui(row.kind) is not Dui.UNIT:
        return False
    wakes, rests = (datetime.combine(on, hour, tzinfo=clock.local(row.starts_at, zone).tzinfo) for hour in days.WAKING)
    return bool(row.starts_at < rests and row.ends_at > wakes)


def shown(first: date, count: int, people: Iterable[Person], bulletins: Iterable[Bulletin]) -> list[date]:
    """The days worth a column: a weekend that everybody spends at home, or of which nothing is known, has none."""
    known = {spell.on for one in people for spell in one.days if not spell.is_plain}
    told = list(bulletins)
    each = [first + timedelta(days=number) for number in range(count)]
    return [
        day
        for day in each
        if day.weekday() < 5 or day in known or any(one.first_day <= day <= one.last_day for one in told)
    ]
