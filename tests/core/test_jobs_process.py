"""The worker as a process: asked to stop, it finishes what it began and takes nothing more."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from portal.core.jobs import Job, enqueue
from portal.core.models import Mark
from tests.core.processes import start

Sessions = sessionmaker[Session]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_asked_to_stop_finishes_its_job(
    sessions: Sessions, database_url: str, root: Path, number: int
) -> None:
    with sessions.begin() as db:
        enqueue(db, "slow", {"n": 1})
        enqueue(db, "slow", {"n": 2})
    worker = start(root, database_url, module="tests.core.worker_process")
    worker.expect("begun")
    worker.process.send_signal(number)
    assert worker.end() == 0
    with sessions() as db:
        assert len(db.scalars(select(Mark)).all()) == 1
        assert [job.attempts for job in db.scalars(select(Job))] == [0]


def test_an_idle_worker_stops_at_once(database_url: str, root: Path, sessions: Sessions) -> None:
    with sessions.begin() as db:
        enqueue(db, "slow", {"n": 1})
    worker = start(root, database_url, module="tests.core.worker_process")
    until = time.monotonic() + 30
    left = 1
    while left and time.monotonic() < until:
        time.sleep(0.1)
        with sessions() as db:
            left = len(db.scalars(select(Job)).all())
    assert left == 0
    asked = time.monotonic()
    worker.process.terminate()
    assert worker.end() == 0
    assert time.monotonic() - asked < 10
