"""Rows of what takes place → days, for one reader. Pure, like ``telling``.

A moment that goes on over several days stands on each of them, and says when it began or ends. What was moved stands on
its new day, and on the former one as moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from easyread.render import Ride, State, Stay, Way, Where
from portal.connectors.dui.records import Where as At
from portal.core import clock
from portal.planning.happening import What
from portal.planning.models import BulletinKind, EventState
from portal.planning.moments import Bulletin, Day, Moment
from portal.planning.telling import STATES, Reader, Told, place_said, tell

FRESH = timedelta(days=1)
"""A change learnt since then is told at the head of the week."""
WAKING = time(9), time(17)
"""Away during all of it: one is there by day."""


def days(rows: Iterable[Any], reader: Reader, first: date, count: int, *, boarding: bool = False) -> list[Day]:
    """The days from ``first``, each with its moments in the order of the day. Rows of one dossier only."""
    by_what: dict[str, list[Any]] = {}
    for row in rows:
        by_what.setdefault(row.what, []).append(row)
    whole = [first + timedelta(days=number) for number in range(count)]
    found: dict[date, list[Moment]] = {day: [] for day in whole}
    for one in [*_events(by_what.get(What.EVENT, ()), reader), *_rides(by_what.get(What.RIDE, ()), reader)]:
        for day in _days_of(one, whole):
            found[day].append(replace(one, day=day))
    for row in by_what.get(What.PRESENCE, ()):
        for day in whole:
            found[day] += _stays(row, reader, day, boarding=boarding)
    said = [bulletin(row) for row in by_what.get(What.BULLETIN, ())]
    return [
        Day(day, tuple(sorted(found[day], key=_order)), tuple(b for b in said if b.first_day <= day <= b.last_day))
        for day in whole
    ]


def changes(days: Iterable[Day]) -> list[Moment]:
    """What changed of these days since yesterday, as far as it was learnt; each once, on its new day."""
    seen: dict[UUID, Moment] = {}
    for one in (moment for day in days for moment in day.moments):
        if one.told and one.changed_at and one.reader.now - one.changed_at <= FRESH:
            before = seen.get(one.told.id)
            if before is None or (before.away and not one.away):
                seen[one.told.id] = one
    return sorted(seen.values(), key=lambda one: (one.day, one.told.event.starts if one.told else one.day))


def _events(rows: Iterable[Any], reader: Reader) -> Iterable[Moment]:
    for _, group in groupby(sorted(rows, key=lambda row: (str(row.id), row.position or 0)), key=lambda row: row.id):
        same = list(group)
        told = tell(same, reader)
        event, learnt = told.event, same[0].changed_at
        yield Moment(
            What.EVENT, event.starts.date(), reader, event.starts, event.ends, event.all_day, told, changed_at=learnt
        )
        if told.state is EventState.MOVED and event.moved_from:
            was = Moment(What.EVENT, event.moved_from.date(), reader, event.moved_from, None, event.all_day, told)
            yield replace(was, away=True, changed_at=learnt)


def _rides(rows: Iterable[Any], reader: Reader) -> Iterable[Moment]:
    for row in rows:
        leaves, arrives = (clock.local(at, reader.zone) if at else None for at in (row.starts_at, row.ends_at))
        at = leaves or arrives
        if at is None:
            continue  # without an hour there is nothing to say of it
        state, means = STATES[EventState(row.state)], row.kind or ""
        origin, goal = place_said(row.place or "", ""), place_said(row.place_address or "", "")
        off = state in (State.CANCELLED, State.MISSED)
        if leaves and arrives and not off:
            ends: tuple[Ride, ...] = (
                Ride(leaves, Way.LEAVES, means, origin, "", state),
                Ride(arrives, Way.ARRIVES, "", "", goal, state),
            )
        else:
            ends = (Ride(at, Way.LEAVES if leaves else Way.ARRIVES, means, origin, goal, state),)
        yield Moment(What.RIDE, at.date(), reader, at, arrives if leaves else None, rides=ends)


def _days_of(one: Moment, whole: Sequence[date]) -> Iterable[date]:
    """The days a moment stands on: the first, and those its end reaches into."""
    assert one.starts is not None
    begins, last = one.starts.date(), one.starts.date()
    if one.ends and one.ends > one.starts and one.what is What.EVENT:
        last = (one.ends - timedelta(microseconds=1)).date()
    return (day for day in whole if begins <= day <= last)


def _stays(row: Any, reader: Reader, day: date, *, boarding: bool) -> Iterable[Moment]:
    """The night of this day, and the day itself when it is spent elsewhere than there."""
    where = _where(At(row.kind), boarding)
    starts, ends = clock.local(row.starts_at, reader.zone), clock.local(row.ends_at, reader.zone)
    if row.first_day is not None and row.first_day <= day <= row.last_day:
        yield Moment(What.PRESENCE, day, reader, stay=Stay(day, where, night=True))
    if At(row.kind) is At.UNIT:
        return
    wakes, rests = (datetime.combine(day, hour, starts.tzinfo) for hour in WAKING)
    if starts <= wakes and ends >= rests:
        yield Moment(What.PRESENCE, day, reader, stay=Stay(day, where))
    elif row.first_day is None and starts.date() == ends.date() == day:
        yield Moment(What.PRESENCE, day, reader, starts, ends, stay=Stay(day, where, starts=starts, ends=ends))


def _where(at: At, boarding: bool) -> Where:
    if at is At.UNIT:
        return Where.BOARDING if boarding else Where.ESTABLISHMENT
    return Where.HOME if at is At.HOME else Where.ELSEWHERE


def bulletin(row: Any) -> Bulletin:
    """What staff announce, from its row."""
    return Bulletin(row.id, BulletinKind(row.kind), row.first_day, row.last_day, row.title, row.note)


def _order(one: Moment) -> tuple[int, datetime, str]:
    """Whole days, then hours, then the night."""
    at = one.hour
    rank = 2 if one.night else 1 if at else 0
    instant = at.astimezone(UTC) if at else datetime.combine(one.day, time(), UTC)  # an hour may come twice in a night
    return rank, instant, str(one.told.id if one.told else "")


def by_dossier(rows: Iterable[Any]) -> Mapping[UUID, list[Any]]:
    """The rows of each dossier."""
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.dossier_id, []).append(row)
    return found


def coming(rows: Iterable[Any], reader: Reader) -> list[Told]:
    """The next rendez-vous of later days, soonest first."""
    found = [row for row in rows if row.what == What.COMING]
    return [tell([row], reader) for row in sorted(found, key=lambda row: row.starts_at)]


def week_of(day: date) -> date:
    """Its Monday."""
    return day - timedelta(days=day.weekday())
