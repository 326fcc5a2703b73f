"""Hours as an iCalendar file (RFC 5545). Calendars show on lock screens and go to clouds: nothing else is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event

from portal.core import clock
from portal.core.keys import derive, marked

ASKED_EVERY = timedelta(hours=4)
"""How often a calendar is asked to come back."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When something takes place. Whole days are local to ``zone``, the end being excluded."""

    id: UUID
    starts_at: datetime
    ends_at: datetime | None
    all_day: bool
    cancelled: bool
    zone: str


@dataclass(frozen=True, slots=True)
class Names:
    """What each entry is known by in somebody's calendars: always the same there, and nothing to anybody else."""

    secret_key: str
    account_id: UUID

    def of(self, hours: Hours) -> str:
        """32 signs under a key of the portal: the identifier of the rendez-vous is not found from them."""
        mark = marked(derive(self.secret_key, "calendar"), self.account_id.bytes, hours.id.bytes)
        return f"{mark[:16].hex()}@relie"


def calendar(those: Iterable[Hours], word: str, names: Names, made_at: datetime) -> bytes:
    """One file. ``word``: what each is called, in the reader's language. The same hours give the same bytes at
    ``made_at``; a calendar that knows an entry already changes it (``UID``)."""
    made = Calendar()
    made.add("prodid", "-//Relie//FR")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("refresh-interval", ASKED_EVERY, parameters={"VALUE": "DURATION"})
    for one in those:
        made.add_component(_entry(one, word, names.of(one), made_at))
    return bytes(made.to_ical())


def _entry(one: Hours, word: str, name: str, made_at: datetime) -> Event:
    entry = Event()
    entry.add("uid", name)
    entry.add("dtstamp", made_at)
    entry.add("summary", word)
    entry.add("dtstart", clock.local_date(one.starts_at, one.zone) if one.all_day else one.starts_at)
    if one.ends_at is not None:
        entry.add("dtend", clock.local_date(one.ends_at, one.zone) if one.all_day else one.ends_at)
    entry.add("class", "PRIVATE")
    entry.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    return entry
