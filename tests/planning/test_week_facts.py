"""No date, hour, name or place of a day is lost, changed or invented between the rows and the page, in three modes.

Weeks are generated; each page is read back as a reader does, independently of what wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from easyread.phrases import book
from portal.core import clock
from portal.planning import days, moments
from portal.planning.models import EventState
from portal.planning.telling import Reader
from tests.easyread.test_facts_kept import hours_of
from tests.planning.weeks import TODAY, here

ZONE = "Europe/Paris"
NOW = here(12).astimezone(UTC)
MODES = ("", "easy", "pictures")
TITLES = ("Piscine", "Classe", "Orthophonie", "Atelier Zig-Zag", "Chez Ganesh", "")
PLACES = ("", "Hôpital Sainte-Anne", "Salle Bleue", "Piscine des Rives")
NAMES = ("Paul Nguyen", "Docteure Saïd", "Mme Le Goff")
KINDS = ("planning", "appointments")
ROLES = ("", "Neurologue", "Éducateur spécialisé")
CHANGES = (date(2026, 3, 29), date(2026, 10, 25))
"""The days when the clock changes."""

quarters = st.integers(0, 95).map(lambda number: time(number // 4, number % 4 * 15))
around = st.sampled_from([TODAY, *CHANGES])


def instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, here(0).tzinfo).astimezone(UTC)


@st.composite
def events(draw: Any, day: date) -> list[SimpleNamespace]:
    """The rows of one event: one for each person at it."""
    all_day = draw(st.booleans()) and draw(st.booleans())
    starts = instant(day + timedelta(days=draw(st.integers(-1, 0))), time() if all_day else draw(quarters))
    length = draw(st.none() | st.integers(1, 200).map(lambda quarter: timedelta(minutes=15 * quarter)))
    ends = None if length is None else starts + length
    if all_day:
        ends = clock.midnight(clock.local_date(starts, ZONE) + timedelta(days=draw(st.integers(1, 3))), ZONE)
    state = draw(st.sampled_from(EventState))
    moved = instant(day + timedelta(days=draw(st.integers(-1, 1))), time() if all_day else draw(quarters))
    facts = {
        "what": "event", "id": UUID(int=draw(st.integers(1, 2**64))), "dossier_id": UUID(int=1), "starts_at": starts,
        "ends_at": ends, "all_day": all_day, "state": state, "category": draw(st.sampled_from(KINDS)),
        "nature": "social", "kind": "", "title": draw(st.sampled_from(TITLES)), "place": draw(st.sampled_from(PLACES)),
        "place_address": "", "bring": "", "note": "", "changed_at": None,
        "moved_from": moved if state is EventState.MOVED else None,
    }  # fmt: skip
    people = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(ROLES)), max_size=2, unique=True))
    kinds = ("professional", "escort")
    return [
        SimpleNamespace(**facts, position=place, person_kind=kinds[place], name=name, role=role)
        for place, (name, role) in enumerate(people)
    ] or [SimpleNamespace(**facts, position=None, person_kind=None, name=None, role=None)]


@st.composite
def ways(draw: Any, day: date) -> SimpleNamespace:
    leaves, arrives = sorted((draw(quarters), draw(quarters)))
    return SimpleNamespace(
        what="ride", id=UUID(int=2), dossier_id=UUID(int=1), starts_at=instant(day, leaves),
        ends_at=draw(st.none() | st.just(instant(day, arrives))), state=EventState.PLANNED,
        kind=draw(st.sampled_from(["Taxi", "Minibus", ""])), place="Maison Verte", place_address="Grand Portail",
    )  # fmt: skip


@st.composite
def worlds(draw: Any) -> tuple[date, list[Any]]:
    day = draw(around)
    rows = [
        row for group in draw(st.lists(events(day), max_size=4, unique_by=lambda group: group[0].id)) for row in group
    ]
    return day, rows + draw(st.lists(ways(day), max_size=1))


@pytest.fixture(scope="module")
def draw_day(tmp_path_factory) -> Callable[[Any, str], list[str]]:
    """Draws a day through the page's own templates."""
    from portal.app import create_app
    from tests.conftest import a_configuration

    app = create_app(a_configuration(vault_url=f"file://{tmp_path_factory.mktemp('vault')}"))
    template = (
        '{% from "planning/_moment.html" import moment %}'
        "{% for one in day.moments %}<article>{{ moment(one) }}</article>{% endfor %}"
    )

    def draw(day: Any, mode: str) -> list[str]:
        cookie = f"__Host-lecture={mode}....fr"
        with app.test_request_context("/", headers={"Cookie": cookie}):
            page = app.jinja_env.from_string(template).render(day=day)
        found = BeautifulSoup(page, "html.parser").select("article")
        return [re.sub(r"\s+", " ", one.get_text(" ").replace("\u00a0", " ")).strip() for one in found]

    return draw


def said_dates(text: str) -> set[tuple[int, int]]:
    months = book("fr")["dates"]["months"]
    return {(int(m[1]), months.index(m[2]) + 1) for m in re.finditer(rf"\b(\d+)(?:er)? ({'|'.join(months)})", text)}


def expected(one: moments.Moment) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """The hours and the other days that a moment must say, read from its facts and from nothing else."""
    hours: set[datetime] = set()
    other: set[date] = set()
    if one.rides:
        return {(ride.at.hour, ride.at.minute) for ride in one.rides}, set()
    event = one.told.event
    if one.away:
        hours, other = {one.starts, event.starts}, {event.starts.date()}
        if event.all_day:
            hours = set()
    else:
        hours = set() if event.all_day else {event.starts, event.ends} - {None}
        last = event.ends and (event.ends - timedelta(days=1) if event.all_day else event.ends).date()
        other = {day for day in (event.starts.date(), last) if day and day != one.day}
        if last and last == one.day != event.starts.date():
            other.discard(last)
        if event.moved_from:
            hours |= set() if event.all_day else {event.moved_from}
            other |= {event.moved_from.date()}
    return {(at.hour, at.minute) for at in hours}, {(day.day, day.month) for day in other}


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_the_page_of_a_day_tells_what_the_rows_hold_and_nothing_else(draw_day, world):
    on, rows = world
    reader = Reader("Inès", ZONE, False, "fr", NOW)
    with clock.frozen(NOW):
        (day,) = days.days(rows, reader, on, 1)
        pages = {mode: draw_day(day, mode) for mode in MODES}
    begun = {row.id for row in rows if row.what == "event" and _overlaps(row, on)}
    assert {one.told.id for one in day.moments if one.told} == begun
    for mode, texts in pages.items():
        assert len(texts) == len(day.moments)
        for one, text in zip(day.moments, texts, strict=True):
            _compare(one, text, mode)


def _overlaps(row: Any, on: date) -> bool:
    first, last = clock.day_bounds(on, ZONE)
    moved = row.moved_from is not None and first <= row.moved_from < last
    return moved or first <= row.starts_at < last or (row.starts_at < first and (row.ends_at or row.starts_at) > first)


def _compare(one: moments.Moment, text: str, mode: str) -> None:
    hours, other = expected(one)
    bare = text.replace("Midi", "midi").replace("Minuit", "minuit")
    assert hours_of(bare, "fr") == hours, (mode, text)
    assert other <= said_dates(text), (mode, text)
    mine = {(one.day.day, one.day.month)}
    assert said_dates(text) <= other | mine | _starts(one), (mode, text)
    if one.told:
        for said in (one.told.event.place, *(person.name.split(" ", 1)[1] for person in one.people)):
            assert said in text or (mode == "easy" and one.away), (mode, said, text)
    for ride in one.rides:
        assert ride.start in text
        assert ride.end in text
    known = {one.told.event.place, *(person.name for person in one.people)} if one.told else set()
    for name in (*PLACES[1:], *NAMES):
        if name not in known:
            assert name not in text.replace("Piscine des Rives", "") or name in known, (mode, text)


def _starts(one: moments.Moment) -> set[tuple[int, int]]:
    event = one.told.event if one.told else None
    return {(event.starts.day, event.starts.month)} if event else set()
