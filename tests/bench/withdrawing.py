"""Ten thousand withdrawals against somebody who keeps reading: both databases, every channel, every way to withdraw."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from random import Random

from portal.core import scope
from portal.core.db import make_sessions
from tests.access.races import CHANNELS, WITHDRAWALS, Course, races
from tests.bench.ground import Ground
from tests.bench.pages import site
from tests.bench.table import Figure, at_least, at_most, written

RACES = 10_000
"""Five thousand on each database."""


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    yield from raced(ground, RACES, secrets.randbelow(2**32))


def raced(ground: Ground, many: int, seed: int) -> Iterator[Figure]:
    """Two lines: answers that came late, and requests that were under way while a withdrawal was committed."""
    whole: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for url in (ground.sqlite(), ground.postgres()):
        where = site(ground, url)
        course = Course(where.app, make_sessions(where.engine, scope.everywhere("bench")), where.sessions)
        for (channel, withdrawal), counted in races(course, many // 2, Random(seed)).items():
            whole += counted
            late[f"{channel} after {withdrawal}"] += counted["late"]
    found = ", ".join(f"{times} {pair}" for pair, times in late.items() if times)
    ways = f"{len(CHANNELS)} channels × {len(WITHDRAWALS)} ways to withdraw, {written(whole['after'])} asked after"
    what = f"answers that show what was withdrawn before they were asked for (seed {seed})"
    yield at_most(what, whole["late"], 0, cases=whole["races"], exact=False, shown=f"{whole['late']} ({found or ways})")
    crossed = round(100 * whole["crossed"] / max(whole["races"], 1))
    yield at_least("withdrawals with a request under way", crossed, 25, " %", cases=whole["races"], exact=False)
