"""Hours as an iCalendar file (RFC 5545). Calendars show on lock screens and go to clouds: nothing else is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from icalendar import Calendar, Event

from portal.core import clock


@dataclass(frozen=True, slots=True)
class Hours:
    """When something takes place. Whole days are local to ``zone``, the end being excluded."""

    id: UUID
    starts_at: datetime
    ends_at: datetime | None
    all_day: bool
    cancelled: bool
    zone: str


def calendar(those: Iterable[Hours], word: str, made_at: datetime) -> bytes:
    """One file. ``word``: what each is called, in the reader's language. The same hours give the same bytes at
    ``made_at``; a calendar that knows an entry already changes it (``UID``)."""
    made = Calendar()
    made.add("prodid", "-//Relie//FR")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for one in those:
        made.add_component(_entry(one, word, made_at))
    return bytes(made.to_ical())


def _entry(one: Hours, word: str, made_at: datetime) -> Event:
    entry = Event()
    entry.add("uid", f"{uuid5(NAMESPACE_URL, one.id.urn)}@relie")
    entry.add("dtstamp", made_at)
    entry.add("summary", word)
    entry.add("dtstart", clock.local_date(one.starts_at, one.zone) if one.all_day else one.starts_at)
    if one.ends_at is not None:
        entry.add("dtend", clock.local_date(one.ends_at, one.zone) if one.all_day else one.ends_at)
    entry.add("class", "PRIVATE")
    entry.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    return entry
