"""Doing jobs: exactly one winner, whatever dies; failures wait longer and longer, and never speak of people."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from portal.core import clock
from portal.core import work as work_module
from portal.core.db import make_engine, make_sessions
from portal.core.jobs import GiveUp, Job, enqueue
from portal.core.models import Mark
from portal.core.work import LEASE, LONGEST_DELAY, MAX_ATTEMPTS, delay, run_once, work
from tests.core.job_process import count as count_job
from tests.core.processes import start

MONDAY = datetime(2025, 12, 1, 9, tzinfo=UTC)
Sessions = sessionmaker[Session]


Said = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def said() -> Iterator[Said]:
    """What the worker logged: each line's event and fields, and nothing else."""
    lines: list[dict[str, Any]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            assert record.exc_info is None
            lines.append({"event": record.getMessage(), **record.__dict__["portal"]})

    kept = Kept()
    logging.getLogger("portal.jobs").addHandler(kept)
    yield lambda: lines
    logging.getLogger("portal.jobs").removeHandler(kept)


def ask(sessions: Sessions, kind: str = "count", jobs: int = 1, **options: Any) -> None:
    with sessions.begin() as db:
        for n in range(jobs):
            enqueue(db, kind, {"n": n}, **options)


def done(sessions: Sessions) -> list[str]:
    """The numbers of the jobs whose rows are there, one for each time they were."""
    with sessions() as db:
        return sorted(db.scalars(select(Mark.value)), key=int)


def the_job(sessions: Sessions) -> Job | None:
    with sessions() as db:
        return db.scalars(select(Job)).one_or_none()


def jobs_left(sessions: Sessions) -> int:
    with sessions() as db:
        return db.scalar(select(func.count()).select_from(Job)) or 0


def fail(db: Session, args: dict[str, Any]) -> None:
    raise OSError("CANARI: the DUI said no to Léa")


def test_four_processes_do_each_job_exactly_once(sessions: Sessions, database_url: str, root: Path) -> None:
    ask(sessions, jobs=200)
    workers = [start(root, database_url, "drain") for _ in range(4)]
    for worker in workers:
        worker.expect("ready")
    for worker in workers:
        worker.say("go")
    assert [worker.end() for worker in workers] == [0, 0, 0, 0]
    assert done(sessions) == [str(n) for n in range(200)]
    assert jobs_left(sessions) == 0
    with sessions() as db:
        assert len({name.split(":")[0] for name in db.scalars(select(Mark.name))}) > 1, "one process did it all"


def test_the_job_of_a_killed_worker_comes_back_and_is_done_once(
    sessions: Sessions, database_url: str, root: Path
) -> None:
    ask(sessions)
    worker = start(root, database_url, "hang")
    worker.expect("held")
    worker.kill()
    handlers = {"count": count_job}
    assert done(sessions) == [], "what it wrote was not committed"
    assert not run_once(sessions, handlers), "its lease still runs"
    with clock.frozen(clock.now() + LEASE):
        assert run_once(sessions, handlers)
    assert done(sessions) == ["0"]
    assert not run_once(sessions, handlers)


def test_a_worker_that_lost_its_lease_cannot_finish(sessions: Sessions, said: Said) -> None:
    """It slept past its lease; another worker did the job meanwhile."""

    def slow(db: Session, args: dict[str, Any]) -> None:
        with clock.frozen(MONDAY + LEASE + timedelta(seconds=1)):
            assert run_once(sessions, {"count": count_job})
        count_job(db, args)

    ask(sessions, due=MONDAY)
    with clock.frozen(MONDAY):
        assert run_once(sessions, {"count": slow})
    assert done(sessions) == ["0"]
    assert jobs_left(sessions) == 0
    assert [line["event"] for line in said()] == ["job_lease_lost"]


def test_a_worker_that_lost_its_lease_does_not_disturb_the_next_one(sessions: Sessions) -> None:
    """It fails while another holds the job: the holder's lease and delay stay as they are."""
    during: list[Job | None] = []

    def fails_late(db: Session, args: dict[str, Any]) -> None:
        with clock.frozen(MONDAY + LEASE + timedelta(seconds=1)):
            assert run_once(sessions, {"count": holds})

    def holds(db: Session, args: dict[str, Any]) -> None:
        with clock.frozen(MONDAY):
            run_once(sessions, {"count": fail})
        during.append(the_job(sessions))
        db.rollback()
        raise OSError

    ask(sessions, due=MONDAY)
    with clock.frozen(MONDAY):
        assert run_once(sessions, {"count": fails_late})
    assert during[0] is not None
    assert during[0].lease is not None
    assert during[0].error == ""
    left = the_job(sessions)
    assert left is not None
    assert (left.attempts, left.error, left.lease) == (2, "OSError", None)


@pytest.mark.parametrize(("leases", "seconds"), [(None, LEASE.seconds), ({"count": timedelta(hours=2)}, 7200)])
def test_a_lease_lasts_as_long_as_its_kind_needs(
    sessions: Sessions, leases: dict[str, timedelta] | None, seconds: int
) -> None:
    ask(sessions, due=MONDAY)
    taken: list[bool] = []

    def check(db: Session, args: dict[str, Any]) -> None:
        for late in (-1, 0):
            with clock.frozen(MONDAY + timedelta(seconds=seconds + late)):
                taken.append(run_once(sessions, {"count": count_job}))

    with clock.frozen(MONDAY):
        run_once(sessions, {"count": check}, leases)
    assert taken == [False, True]


def test_the_rows_of_a_failed_attempt_are_gone(sessions: Sessions) -> None:
    def write_then_fail(db: Session, args: dict[str, Any]) -> None:
        count_job(db, args)
        raise OSError

    ask(sessions)
    assert run_once(sessions, {"count": write_then_fail})
    assert done(sessions) == []
    assert jobs_left(sessions) == 1


def test_a_handler_never_commits(sessions: Sessions) -> None:
    def commits(db: Session, args: dict[str, Any]) -> None:
        count_job(db, args)
        db.commit()

    ask(sessions)
    run_once(sessions, {"count": commits})
    left = the_job(sessions)
    assert done(sessions) == []
    assert left is not None
    assert left.error == "RuntimeError"


def test_a_handler_may_use_a_savepoint_and_let_go_of_the_database(sessions: Sessions) -> None:
    def careful(db: Session, args: dict[str, Any]) -> None:
        db.scalars(select(Mark)).all()
        db.rollback()
        with sessions.begin() as other:  # somebody else writes while this one waits for the outside
            other.add(Mark(name="other", value="99"))
        with db.begin_nested():
            count_job(db, args)

    ask(sessions)
    assert run_once(sessions, {"count": careful})
    assert done(sessions) == ["0", "99"]
    assert jobs_left(sessions) == 0


def test_failures_wait_longer_and_longer(sessions: Sessions) -> None:
    ask(sessions, due=MONDAY)
    at, waits = MONDAY, []
    for attempt in range(1, 12):
        with clock.frozen(at):
            assert run_once(sessions, {"count": fail})
            assert not run_once(sessions, {"count": fail})
        left = the_job(sessions)
        assert left is not None
        assert left.attempts == attempt
        waits.append((left.due - at).total_seconds())
        with clock.frozen(left.due - timedelta(seconds=1)):
            assert not run_once(sessions, {"count": fail})
        at = left.due
    for wait, plain in zip(waits, (30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600), strict=True):
        assert 0.75 * plain <= wait <= 1.25 * plain


def test_delays_are_spread_and_bounded() -> None:
    assert len({delay(3) for _ in range(50)}) > 10
    assert max(delay(10_000) for _ in range(200)) <= LONGEST_DELAY * 1.25
    assert sum((delay(n) * 0.8 for n in range(1, MAX_ATTEMPTS)), timedelta()) > timedelta(hours=40)


def test_a_poison_job_dies_and_stays_in_sight(sessions: Sessions) -> None:
    ask(sessions, due=MONDAY)
    at, runs = MONDAY, 0
    for _ in range(MAX_ATTEMPTS + 5):
        with clock.frozen(at):
            runs += run_once(sessions, {"count": fail})
        at += LONGEST_DELAY * 2
    left = the_job(sessions)
    assert runs == MAX_ATTEMPTS
    assert left is not None
    assert left.died_at is not None
    assert left.error == "OSError"


def test_a_job_that_kills_its_workers_dies_too(sessions: Sessions) -> None:
    """Nobody is left to count its failures, so the claims are counted."""
    ask(sessions, due=MONDAY)
    with sessions.begin() as db:
        db.execute(update(Job).values(attempts=MAX_ATTEMPTS, lease=uuid4()))
    with clock.frozen(MONDAY):
        assert run_once(sessions, {"count": count_job})
    left = the_job(sessions)
    assert left is not None
    assert (left.error, left.died_at) == ("GiveUp:worker_lost", MONDAY)
    assert done(sessions) == []


def test_giving_up_is_at_once(sessions: Sessions) -> None:
    def refused(db: Session, args: dict[str, Any]) -> None:
        raise GiveUp("refused")

    ask(sessions)
    run_once(sessions, {"count": refused})
    left = the_job(sessions)
    assert left is not None
    assert left.died_at is not None


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (OSError("CANARI"), "OSError"),
        (GiveUp("a_code"), "GiveUp:a_code"),
        (GiveUp("CANARI de Léa"), "GiveUp"),
        (KeyError("CANARI"), "KeyError"),
    ],
)
def test_a_failure_keeps_and_logs_codes_only(sessions: Sessions, said: Said, error: Exception, kept: str) -> None:
    def raises(db: Session, args: dict[str, Any]) -> None:
        raise error

    ask(sessions)
    run_once(sessions, {"count": raises})
    left = the_job(sessions)
    assert left is not None
    assert left.error == kept
    (line,) = said()
    assert (line["event"], line["kind"], line["error"]) == ("job_failed", "count", kept)
    assert line["line"].startswith("test_jobs_work.py:")
    assert "CANARI" not in str(line)


def test_the_oldest_due_job_goes_first(sessions: Sessions) -> None:
    order: list[int] = []
    with sessions.begin() as db:
        for n, hours in enumerate((3, 1, 2)):
            enqueue(db, "count", {"n": n}, due=MONDAY + timedelta(hours=hours))
    with clock.frozen(MONDAY + timedelta(hours=4)):
        while run_once(sessions, {"count": lambda _, args: order.append(args["n"])}):
            pass
    assert order == [1, 2, 0]


def test_a_job_is_not_taken_before_it_is_due(sessions: Sessions) -> None:
    ask(sessions, due=MONDAY)
    with clock.frozen(MONDAY - timedelta(seconds=1)):
        assert not run_once(sessions, {"count": count_job})
    with clock.frozen(MONDAY):
        assert run_once(sessions, {"count": count_job})


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def test_a_kind_nobody_knows_stays_and_is_said_once(
    sessions: Sessions, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_module, "LOOK_SECONDS", 0.0)
    ask(sessions, kind="from_next_version", jobs=3)
    ask(sessions)
    stop = Event()
    working = Thread(target=work, args=(sessions, {"count": count_job}, stop), kwargs={"pause": 0.01})
    working.start()
    wait_for(lambda: bool(said()))
    time.sleep(0.3)  # time to look again, a dozen times
    stop.set()
    working.join(20)
    assert said() == [{"event": "job_kind_unknown", "kind": "from_next_version"}]
    assert done(sessions) == ["0"]
    assert jobs_left(sessions) == 3
    assert not run_once(sessions, {})


def test_the_job_under_way_is_finished_before_stopping(sessions: Sessions) -> None:
    begun, stop = Event(), Event()

    def slow(db: Session, args: dict[str, Any]) -> None:
        begun.set()
        assert stop.wait(20)
        count_job(db, args)

    ask(sessions, jobs=2)
    working = Thread(target=work, args=(sessions, {"count": slow}, stop), kwargs={"pause": 0.01})
    working.start()
    assert begun.wait(20)
    stop.set()
    working.join(20)
    assert not working.is_alive()
    assert len(done(sessions)) == jobs_left(sessions) == 1


def test_a_worker_outlives_an_absent_database(sessions: Sessions, tmp_path: Path, said: Said) -> None:
    """The database is not there, then it is."""
    calls = 0

    class Flaky:
        def begin(self) -> Any:
            nonlocal calls
            calls += 1
            if calls <= 3:
                raise OperationalError("SELECT CANARI", {}, Exception("CANARI"))
            return sessions.begin()

        def __call__(self) -> Session:
            return sessions()

    ask(sessions)
    stop = Event()
    working = Thread(target=work, args=(Flaky(), {"count": count_job}, stop), kwargs={"pause": 0.01})
    working.start()
    wait_for(lambda: jobs_left(sessions) == 0)
    stop.set()
    working.join(20)
    assert done(sessions) == ["0"]
    assert [(line["event"], line["error"]) for line in said()] == [("jobs_stopped", "OperationalError")] * 3
    assert "CANARI" not in str(said())


def test_a_lost_connection_is_replaced(sessions: Sessions, database_url: str) -> None:
    """The server forgets our connections, as it does when it restarts."""
    own = make_sessions(make_engine(database_url))
    ask(own)
    with own() as db:
        if db.get_bind().dialect.name == "postgresql":
            number = db.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
            db.rollback()
            with sessions() as other:
                other.connection().exec_driver_sql(f"SELECT pg_terminate_backend({number})")
    stop = Event()
    working = Thread(target=work, args=(own, {"count": count_job}, stop), kwargs={"pause": 0.01})
    working.start()
    wait_for(lambda: jobs_left(sessions) == 0)
    stop.set()
    working.join(20)
    assert done(sessions) == ["0"]
    own.kw["bind"].dispose()
