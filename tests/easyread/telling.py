"""A rendez-vous to tell, and how to read what was told."""

from __future__ import annotations

from datetime import UTC, date, datetime

from easyread import render
from easyread.render import Address, Event, Part, Person, Voice

TODAY = date(2026, 12, 9)
INES = Voice("Inès")
TO_INES = Voice("Inès", Address.TU)


def at(hour: int, minute: int = 0, day: int = 10) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


SAID = Person("Docteure Amel Saïd", "Neurologue")
PAUL = Person("Paul Nguyen", "infirmier", Part.COMPANION)
RDV = Event(
    "Consultation Saïd",
    at(14, 30),
    appointment=True,
    nature="health",
    place="Hôpital Sainte-Anne, bâtiment C, 2e étage",
    people=(SAID, PAUL),
    bring="La carte Vitale et le cahier de crises",
)


def told(event: Event, voice: Voice = INES, today: date | None = None) -> list[str]:
    return [line.plain.replace("\u00a0", " ") for line in render.event_lines(event, voice, today)]


def first(event: Event, voice: Voice = INES, today: date | None = None) -> str:
    return render.headline(event, voice, today).plain.replace("\u00a0", " ")
