"""Generated worlds in which ``visible()`` must list exactly what ``decide()`` allows: the tests' property, led on."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from itertools import count, cycle
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from sqlalchemy.orm import Session

from portal.core import scope
from portal.core.db import make_sessions
from tests.access import test_reach
from tests.bench.ground import Ground

BATCH = 20


def agreement(ground: Ground, seconds: float, first: int) -> Iterator[Counter[str]]:
    """On both databases in turn."""
    places = {"SQLite": ground.sqlite(), "PostgreSQL": ground.postgres()}
    sessions = {name: make_sessions(ground.engine(url), scope.everywhere("bench")) for name, url in places.items()}
    until = time.monotonic() + seconds
    for batch, name in zip(count(first), cycle(places), strict=False):
        if time.monotonic() >= until:
            return
        with sessions[name]() as db:
            yield Counter({f"on {name}": _agreed(db, batch)})


def _agreed(db: Session, batch: int) -> int:
    tried = 0
    property_: Any = test_reach.test_every_item_is_listed_if_and_only_if_it_is_allowed

    @seed(batch)
    @settings(
        max_examples=BATCH,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(test_reach.worlds)
    def every_item_agrees(world: dict[str, Any]) -> None:
        nonlocal tried
        tried += 1
        property_.hypothesis.inner_test(db, world)

    every_item_agrees()
    return tried
