"""Asking for work: with the transaction or not at all, once per key, identifiers only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from portal.core import clock
from portal.core import work as work_module
from portal.core.errors import NotFound
from portal.core.jobs import GiveUp, Job, enqueue, revive, troubled
from portal.core.work import run_once
from tests.core.processes import start

MONDAY = datetime(2025, 12, 1, 9, tzinfo=UTC)
Sessions = sessionmaker[Session]


def waiting(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Job)) or 0


def give_up(db: Session, args: dict[str, Any]) -> None:
    raise GiveUp("no_such_thing")


def fail(db: Session, args: dict[str, Any]) -> None:
    raise OSError("CANARI: the DUI said no to Léa")


def nothing(db: Session, args: dict[str, Any]) -> None:
    """Done at once."""


def test_a_job_is_kept_with_the_transaction_that_asks(sessions: Sessions) -> None:
    with sessions() as db:
        enqueue(db, "scan", {"document": str(uuid4())})
        db.rollback()
    with sessions() as db:
        assert waiting(db) == 0
    with sessions.begin() as db:
        enqueue(db, "scan", {"document": str(uuid4())})
    with sessions() as db:
        assert waiting(db) == 1


def test_a_failure_after_asking_leaves_no_job(sessions: Sessions) -> None:
    def ask_then_fail() -> None:
        with sessions.begin() as db:
            enqueue(db, "scan", {}, key="scan:1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_then_fail()
    assert not run_once(sessions, {"scan": nothing})


@pytest.mark.parametrize(
    "value",
    ["Léa Martin", "lea@example.org", "12 rue des Lilas", "é", "a\nb", "x" * 81, 1.5, {"a": 1}, b"x", ["ok", "not ok"]],
)
def test_a_job_never_carries_a_value(db: Session, value: Any) -> None:
    with pytest.raises(ValueError, match=r"^who: only identifiers") as caught:
        enqueue(db, "scan", {"who": value})
    assert str(value) not in str(caught.value)
    assert waiting(db) == 0


@pytest.mark.parametrize(
    "value", [str(UUID(int=7)), "3+750000000/local-1", "2025-12-01T09:00:00+00:00", "", 12, True, None, ["a", 1]]
)
def test_a_job_carries_identifiers(sessions: Sessions, value: Any) -> None:
    seen: list[dict[str, Any]] = []
    with sessions.begin() as db:
        enqueue(db, "scan", {"what": value})
    assert run_once(sessions, {"scan": lambda _, args: seen.append(args)})
    assert seen == [{"what": value}]


def test_asking_twice_with_a_key_is_asking_once(sessions: Sessions) -> None:
    for _ in range(2):
        with sessions.begin() as db:
            enqueue(db, "mail", {}, key="mail:1")
            enqueue(db, "mail", {}, key="mail:1")
    with sessions.begin() as db:
        enqueue(db, "mail", {}, key="mail:2")
        enqueue(db, "mail", {})
        enqueue(db, "mail", {})
        assert waiting(db) == 4


def test_asking_again_brings_the_waiting_job_forward_and_never_back(db: Session) -> None:
    for hours, expected in ((5, 5), (2, 2), (9, 2)):
        enqueue(db, "mail", {}, key="k", due=MONDAY + timedelta(hours=hours))
        assert db.scalars(select(Job.due)).all() == [MONDAY + timedelta(hours=expected)]


def test_asking_again_does_not_shorten_the_delay_of_a_failure(sessions: Sessions) -> None:
    with clock.frozen(MONDAY):
        with sessions.begin() as db:
            enqueue(db, "mail", {}, key="k")
        run_once(sessions, {"mail": fail})
        with sessions.begin() as db:
            enqueue(db, "mail", {}, key="k")
        assert not run_once(sessions, {"mail": nothing})
    with clock.frozen(MONDAY + timedelta(minutes=1)):
        assert run_once(sessions, {"mail": nothing})
        assert not run_once(sessions, {"mail": nothing})


def test_asking_while_the_job_runs_asks_for_another(sessions: Sessions) -> None:
    """It may have read the older state already."""

    def ask_again(db: Session, args: dict[str, Any]) -> None:
        enqueue(db, "mail", {"round": args["round"] + 1}, key="k")

    with sessions.begin() as db:
        enqueue(db, "mail", {"round": 1}, key="k")
    assert run_once(sessions, {"mail": ask_again})
    with sessions() as db:
        assert db.scalars(select(Job.args)).all() == [{"round": 2}]


def test_a_failed_job_gives_way_to_a_younger_one_of_its_key(sessions: Sessions) -> None:
    def ask_then_fail(db: Session, args: dict[str, Any]) -> None:
        with sessions.begin() as other:
            enqueue(other, "mail", {"round": 2}, key="k")
        raise OSError

    with sessions.begin() as db:
        enqueue(db, "mail", {"round": 1}, key="k")
    assert run_once(sessions, {"mail": ask_then_fail})
    with sessions() as db:
        assert [(job.args, job.attempts) for job in db.scalars(select(Job))] == [({"round": 2}, 0)]


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_failed_job_gives_way_even_at_the_last_moment(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """The younger one is asked for between looking for it and freeing the failed one."""
    real, asked = work_module._count, False

    def count(db: Session, statement: Any) -> int:
        nonlocal asked
        if statement.is_update and not asked:
            asked = True
            with sessions.begin() as other:
                enqueue(other, "mail", {"round": 2}, key="k")
        return real(db, statement)

    monkeypatch.setattr(work_module, "_count", count)
    with sessions.begin() as db:
        enqueue(db, "mail", {"round": 1}, key="k")
    assert run_once(sessions, {"mail": fail})
    with sessions() as db:
        assert [job.args for job in db.scalars(select(Job))] == [{"round": 2}]


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_waiting_job_asked_for_again_is_not_taken_before_that_is_committed(sessions: Sessions) -> None:
    """Taken earlier, it would not see what the second transaction wrote, and nobody would come back for it."""
    with sessions.begin() as db:
        enqueue(db, "mail", {}, key="k")
    with sessions() as asking:
        enqueue(asking, "mail", {}, key="k")
        assert not run_once(sessions, {"mail": nothing})
        asking.commit()
    assert run_once(sessions, {"mail": nothing})


def test_two_schedulers_ask_for_one_job(sessions: Sessions, database_url: str, root: Path) -> None:
    schedulers = [start(root, database_url, "schedule") for _ in range(2)]
    for scheduler in schedulers:
        scheduler.expect("ready")
    for scheduler in schedulers:
        scheduler.say("go")
    for scheduler in schedulers:
        assert scheduler.end() == 0
    with sessions() as db:
        assert waiting(db) == 1


def test_staff_see_dead_failing_and_forgotten_jobs(sessions: Sessions) -> None:
    with clock.frozen(MONDAY):
        with sessions.begin() as db:
            for kind in ("dead", "failing", "fine", "nobody"):
                enqueue(db, kind, {})
        run_once(sessions, {"dead": give_up})
    for minutes in (1, 5, 20):
        with clock.frozen(MONDAY + timedelta(minutes=minutes)), sessions() as db:
            run_once(sessions, {"failing": fail})
            run_once(sessions, {"fine": nothing})
            seen = [(trouble.kind, trouble.error, trouble.died_at) for trouble in troubled(db)]
            assert ("dead", "GiveUp:no_such_thing", MONDAY) in seen
            assert (("failing", "OSError", None) in seen) is (minutes == 20)
    with clock.frozen(MONDAY + timedelta(hours=1, seconds=1)), sessions() as db:
        assert {trouble.kind for trouble in troubled(db)} == {"dead", "failing", "nobody"}


def test_staff_ask_for_a_dead_job_again(sessions: Sessions) -> None:
    with sessions.begin() as db:
        enqueue(db, "mail", {"n": 1}, key="k")
    run_once(sessions, {"mail": give_up})
    assert not run_once(sessions, {"mail": nothing})
    with sessions.begin() as db:
        (dead,) = troubled(db)
        revive(db, dead.id)
    seen: list[dict[str, Any]] = []
    assert run_once(sessions, {"mail": lambda _, args: seen.append(args)})
    assert seen == [{"n": 1}]


def test_a_dead_job_asked_for_twice_is_asked_for_once(sessions: Sessions) -> None:
    with sessions.begin() as db:
        enqueue(db, "mail", {}, key="k")
    run_once(sessions, {"mail": give_up})
    with sessions.begin() as db:
        enqueue(db, "mail", {}, key="k")
        (dead,) = troubled(db)
        revive(db, dead.id)
        assert waiting(db) == 1
        with pytest.raises(NotFound):
            revive(db, dead.id)


def test_of_the_dead_of_one_key_the_last_is_kept(sessions: Sessions) -> None:
    for n, key in enumerate(("k", "other", None, None, "k")):
        with sessions.begin() as db:
            enqueue(db, "mail", {"n": n}, key=key)
        run_once(sessions, {"mail": give_up})
    with sessions() as db:
        assert sorted(job.args["n"] for job in db.scalars(select(Job))) == [1, 2, 3, 4]


def test_only_a_dead_job_is_revived(sessions: Sessions) -> None:
    with sessions.begin() as db:
        enqueue(db, "mail", {})
        alive = db.scalars(select(Job.id)).one()
        for job_id in (alive, uuid4()):
            with pytest.raises(NotFound):
                revive(db, job_id)


def test_asking_costs_one_statement(sessions: Sessions, engine: Engine, count: Callable[[], int]) -> None:
    with sessions.begin() as db:
        before = count()
        enqueue(db, "mail", {}, key="k")
        enqueue(db, "mail", {})
        assert count() - before == 2
