"""Four workers on one list of jobs: each job is done exactly once, workers killed on the way included."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy import Engine, insert, select

from portal.core import clock
from portal.core.db import make_sessions
from portal.core.jobs import Job
from portal.core.models import Mark
from portal.core.work import LEASE, run_once
from tests.bench.ground import ROOT, Ground
from tests.bench.table import Figure, at_most, written
from tests.core.job_process import count
from tests.core.processes import Started, start

JOBS, FEW, WORKERS = 400, 40, 4
SLOWER = 3.0
"""Four workers on two cores and one list may not need so many times what one needs."""


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres())):
        engine = ground.engine(url)
        alone, together = (_timed(engine, url, workers) for workers in (1, WORKERS))
        wrong = alone[1] + together[1]
        yield at_most(f"jobs not done exactly once, {name}", wrong, 0, cases=JOBS * 2)
        ratio = round(together[0] / alone[0], 2)
        shown = f"{written(ratio)} × ({JOBS / together[0]:.0f} jobs/s)"
        what = f"jobs, time of {WORKERS} workers / one, {name}"
        yield at_most(what, ratio, SLOWER, " ×", cases=JOBS, exact=False, shown=shown)


def _timed(engine: Engine, url: str, workers: int) -> tuple[float, int]:
    """(seconds, jobs not done exactly once)."""
    asked = ask(engine, JOBS)
    crew = [start(ROOT, url, "drain") for _ in range(workers)]
    try:
        for worker in crew:
            worker.expect("ready")
        began = time.monotonic()
        for worker in crew:
            worker.say("go")
        ends = [worker.end() for worker in crew]
        spent = time.monotonic() - began
    finally:
        dismiss(crew)
    if any(ends):
        raise RuntimeError(f"workers ended with {ends}")
    return spent, wrong(engine, asked)


def ask(engine: Engine, jobs: int) -> range:
    """Ask for jobs by number; forget those that were done before."""
    with make_sessions(engine).begin() as db:
        for table in (Mark, Job):
            db.execute(table.__table__.delete())
        due = clock.now()
        db.execute(insert(Job), [{"kind": "count", "args": {"n": number}, "due": due} for number in range(jobs)])
    return range(jobs)


def wrong(engine: Engine, asked: range) -> int:
    """Jobs lost, done twice, or still there."""
    with make_sessions(engine)() as db:
        done = Counter(db.scalars(select(Mark.value)))
        left = len(db.scalars(select(Job.id)).all())
    return left + sum(done[str(number)] != 1 for number in asked)


def killed_on_the_way(engine: Engine, url: str, jobs: int) -> int:
    """One race in which one worker dies with a job in its hands: jobs not done exactly once."""
    asked = ask(engine, jobs)
    crew = [start(ROOT, url, mode) for mode in ("hang", *["drain"] * (WORKERS - 1))]
    victim, *others = crew
    try:
        victim.expect("held")  # it wrote, and did not commit
        for worker in others:
            worker.expect("ready")
        victim.kill()
        for worker in others:
            worker.say("go")
        for worker in others:
            worker.end()
    finally:
        dismiss(crew)
    with clock.frozen(clock.now() + LEASE * 2):  # the victim's lease has ended
        while run_once(make_sessions(engine), {"count": count}):
            pass
    return wrong(engine, asked)


def dismiss(crew: list[Started]) -> None:
    """Nobody we started stays."""
    for worker in crew:
        if worker.process.poll() is None:
            worker.process.kill()
            with suppress(Exception):
                worker.process.wait(10)


def deaths(ground: Ground, seconds: float, _seed: int) -> Iterator[Counter[str]]:
    """Races with a death in each."""
    places = {"SQLite": ground.sqlite(), "PostgreSQL": ground.postgres()}
    engines = {name: ground.engine(url) for name, url in places.items()}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for name, url in places.items():
            lost = killed_on_the_way(engines[name], url, FEW)
            assert not lost, f"{lost} jobs not done exactly once on {name}"
            yield Counter({f"on {name}": 1})
