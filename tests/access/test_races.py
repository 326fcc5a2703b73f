"""A withdrawal acts on whatever begins after it: on every channel there is, however it is withdrawn. 0 late answers."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from portal.core.db import make_sessions
from tests.access import races
from tests.access.races import CHANNELS, WITHDRAWALS, Course, Reader

RACES = 150
"""On each database; ``tests/bench/withdrawing.py`` runs ten thousand."""


@pytest.fixture
def course(app: Flask, sessions: sessionmaker[Session], engine: Engine) -> Iterator[Course]:
    quiet = logging.getLogger("portal")
    before = quiet.level
    quiet.setLevel(logging.ERROR)
    yield Course(app, sessions, make_sessions(engine))
    quiet.setLevel(before)


@pytest.mark.slow
def test_nothing_that_begins_after_a_withdrawal_shows_what_was_withdrawn(course: Course) -> None:
    found = races.races(course, RACES, Random(300))
    late = {pair: counted["late"] for pair, counted in found.items() if counted["late"]}
    assert not late, late
    whole = sum(found.values(), Counter())
    assert whole["races"] == RACES
    assert whole["after"] >= RACES, "each race asks once more after the withdrawal"
    assert whole["crossed"] > RACES / 10, f"too few requests were under way during a withdrawal: {whole}"
    for channel in CHANNELS:
        shown = sum(counted["shown"] for (name, _), counted in found.items() if name == channel.__name__)
        assert shown, f"{channel.__name__} never showed anything: nothing was tried"


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda one: one.__name__)
def test_a_channel_shows_the_thing_until_it_is_withdrawn(course: Course, channel: Any) -> None:
    """Without a race: of the ways to withdraw, every other one, so that neighbours try them all."""
    turn = CHANNELS.index(channel)
    for withdrawal, kind in [*WITHDRAWALS.items()][turn % 2 :: 2]:
        reader = course.reader(kind)
        assert channel(course, reader), withdrawal.__name__
        with course.hand.begin() as db:
            withdrawal(db, reader)
        assert not channel(course, reader), withdrawal.__name__


def test_a_withdrawal_that_forgets_to_lay_access_out_again_is_found(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_in_name(db: Session, reader: Reader) -> None:
        """Nothing is taken back."""

    monkeypatch.setitem(WITHDRAWALS, only_in_name, WITHDRAWALS[races.link_ended])
    counted = races.race(course, races.listed, only_in_name, Random(1))
    assert counted["late"] >= 1
