"""Messages of the DUI spoilt in every way, through the real door: each is taken or refused, nothing else comes out."""

from __future__ import annotations

import copy
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, cycle
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from portal.connectors.dui.intake import Intake, Sender
from portal.connectors.dui.records import State
from portal.connectors.vault import make_vault
from portal.core import scope
from portal.core.db import Base, make_sessions
from portal.dossier.models import DuiMessage
from portal.dossier.services import open_establishment
from portal.reception import make_intake
from tests.bench.ground import Ground
from tests.connectors.dui.test_mutations import PLACES, WHOLE, mutated
from tests.connectors.dui.writing import FINESS

BATCH = 30
TOLD = {"dui_message", "notice", "job", "outbox"}
"""What a refusal may write: its line, and the word to staff."""
POISON = ("\x00", "\ud800", "\udfff\ud800", "\u202e", "\uffff", "\x1b", "'", "%s", "\n" * 40, "é" * 4000)
"""What one parser or one database accepts in a text and the next one does not."""
NUMBERS = ("1e400", "-0", "9" * 400, "NaN", "0001-01-01", "9999-12-31T23:59:59+14:00", "2026-11-19T24:00:00Z")
TOLD = {"dui_message", "notice", "job", "outbox"}
"""What a refusal may write: its line, and the word to staff."""


def at(message: Any, path: Sequence[Any]) -> Any:
    """What stands at this place of a message."""
    for name in path:
        message = message[name]
    return message


def mutants(ground: Ground, seconds: float, first: int) -> Iterator[Counter[str]]:
    """On both databases in turn."""
    doors = [_door(ground, url) for url in (ground.sqlite(), ground.postgres())]
    until = time.monotonic() + seconds
    for batch, door in zip(count(first), cycle(doors), strict=False):
        if time.monotonic() >= until:
            return
        yield _answered(*door, batch)


def _door(ground: Ground, url: str) -> tuple[Intake, Sender, sessionmaker[Session]]:
    sessions = make_sessions(ground.engine(url), scope.everywhere("bench"))
    with sessions.begin() as db:
        place = open_establishment(db, finess=FINESS, name="IME", organisation="Association des Tilleuls")
    configured = ground.settings(url)
    return make_intake(configured, sessions, make_vault(configured)), Sender("DUI", {FINESS: place}), sessions


TEXTS = [path for path in PLACES if isinstance(at(WHOLE, path), str)]


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A message with one text poisoned, most often; or mutated all over; or cut short."""
    how = draw(st.integers(0, 9))
    if how > 3:
        message = copy.deepcopy(WHOLE)
        *parents, last = draw(st.sampled_from(TEXTS))
        text = at(message, (*parents, last))
        place = draw(st.integers(0, len(text)))
        poison = draw(st.sampled_from(POISON))
        spoilt_text = draw(st.sampled_from(NUMBERS)) if how > 7 else f"{text[:place]}{poison}{text[place:]}"
        at(message, parents)[last] = spoilt_text
        return json.dumps(message).encode()
    raw = json.dumps(draw(mutated())).encode()
    return raw if how else raw[: draw(st.integers(0, len(raw)))]


def _answered(intake: Intake, sender: Sender, sessions: sessionmaker[Session], batch: int) -> Counter[str]:
    tried: Counter[str] = Counter()

    @seed(batch)
    @settings(
        max_examples=BATCH,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(spoilt())
    def every_message_is_answered(raw: bytes) -> None:
        tried[check(intake, sender, sessions, raw)] += 1

    every_message_is_answered()
    return tried


def check(intake: Intake, sender: Sender, sessions: sessionmaker[Session], raw: bytes) -> str:
    """What became of it. One line more in the log; of a refused message, nothing but it and what staff are told."""
    before = _counted(sessions)
    try:
        outcome = intake.take_in(raw, sender)
    except Exception as error:
        raise AssertionError(f"{type(error).__name__} came out: {error}") from error
    after = _counted(sessions)
    assert after[DuiMessage.__tablename__] == before[DuiMessage.__tablename__] + 1
    if outcome.state is State.REFUSED:
        assert outcome.issues
        assert {name for name in after if after[name] != before[name]} <= TOLD
    return outcome.state.value


def _counted(sessions: sessionmaker[Session]) -> dict[str, Any]:
    with sessions() as db:
        return {table.name: db.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables}
