"""Doing jobs: a lease, one winner, and another attempt later.

A worker takes a job on lease. Its handler's rows and the job's end are one transaction, guarded by that lease: of two
workers, exactly one finishes. A worker that dies leaves a lease that ends, and the job comes back. What a handler does
outside the database therefore happens at least once.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, and_, case, delete, exists, literal, select, update
from sqlalchemy.event import listen, remove
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, sessionmaker

from portal.core import clock
from portal.core.db import Instant
from portal.core.errors import PortalError
from portal.core.jobs import GiveUp, Job

Handler = Callable[[Session, dict[str, Any]], None]
"""Does the work, and may be called again for the same job. Never commits: its rows and the job's end are one commit.

Before it waits for the outside (mail, DUI) it reads what it needs and calls ``db.rollback()``: the database is let go,
and no family's page waits for a slow server. It raises ``GiveUp`` when trying again cannot help.
"""

LEASE = timedelta(minutes=5)
"""How long a worker may be silent before its job goes to another; a kind that needs longer says so in ``leases``."""

FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=30), timedelta(hours=1)
MAX_ATTEMPTS = 80
"""About three days at the longest delay: a weekend's outage ends before a job is given up."""

LOOK_SECONDS = 60.0
"""How often an idle worker looks for kinds it does not know."""

_CODE = re.compile(r"[a-z0-9_.:-]{1,60}")
_log = logging.getLogger("portal.jobs")


@dataclass(frozen=True)
class Held:
    """A job on lease to this worker."""

    id: UUID
    lease: UUID
    kind: str
    args: dict[str, Any]
    attempts: int


class LostLease(PortalError):
    """Another worker has the job by now; this one's rows are rolled back."""


def run_once(
    sessions: sessionmaker[Session], handlers: Mapping[str, Handler], leases: Mapping[str, timedelta] | None = None
) -> bool:
    """Take one job that is due and of a known kind, and do it. False when there was none.

    A failure is noted on the job and never comes out; only the database's own failures do.
    """
    with sessions.begin() as db:
        held = _claim(db, handlers.keys(), leases or {})
    if held is None:
        return False
    try:
        if held.attempts > MAX_ATTEMPTS:  # its workers never came back to say why
            raise GiveUp("worker_lost")
        with sessions() as db:
            _do(db, handlers[held.kind], held)
    except LostLease:
        _say("job_lease_lost", kind=held.kind, attempt=held.attempts)
    except Exception as error:
        _say("job_failed", error, kind=held.kind, attempt=held.attempts)
        _put_back(sessions, held, error)
    return True


def work(
    sessions: sessionmaker[Session],
    handlers: Mapping[str, Handler],
    stop: Event,
    *,
    leases: Mapping[str, timedelta] | None = None,
    pause: float = 1.0,
) -> None:
    """Do jobs until ``stop`` is set; the job under way is finished first. Outlives an absent database."""
    told: set[str] = set()
    look_again = 0.0
    while not stop.is_set():
        try:
            busy = run_once(sessions, handlers, leases)
            if not busy and time.monotonic() >= look_again:
                look_again = time.monotonic() + LOOK_SECONDS
                _tell_unknown(sessions, handlers.keys(), told)
        except Exception as error:
            _say("jobs_stopped", error)
            busy = False
        if not busy:
            stop.wait(pause)


def described(error: Exception) -> str:
    """An exception as class and code: its message may quote a person."""
    code = getattr(error, "code", None) if isinstance(error, PortalError) else None
    known = isinstance(code, str) and _CODE.fullmatch(code)
    return f"{type(error).__name__}:{code}" if known else type(error).__name__


def _claim(db: Session, kinds: Collection[str], leases: Mapping[str, timedelta]) -> Held | None:
    now, lease = clock.now(), uuid4()
    ready = select(Job.id).where(Job.kind.in_(kinds), Job.died_at.is_(None), Job.due <= now)
    first = ready.order_by(Job.due, Job.id).limit(1).with_for_update(skip_locked=True)
    times = {kind: literal(now + long, Instant()) for kind, long in leases.items()}
    ends = literal(now + LEASE, Instant())
    row: Row[Any] | None = db.execute(
        update(Job)
        .where(Job.id == first.scalar_subquery())
        .values(lease=lease, attempts=Job.attempts + 1, due=case(times, value=Job.kind, else_=ends) if times else ends)
        .returning(Job.id, Job.kind, Job.args, Job.attempts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return Held(row.id, lease, row.kind, row.args, row.attempts) if row else None


def _do(db: Session, handler: Handler, held: Held) -> None:
    listen(db, "before_commit", _refuse_commit)
    handler(db, held.args)
    remove(db, "before_commit", _refuse_commit)
    if not _count(db, delete(Job).where(_mine(held))):
        raise LostLease
    db.commit()


def _refuse_commit(db: Session) -> None:
    if not db.in_nested_transaction():
        raise RuntimeError("a handler never commits: its rows and the job's end are one transaction")


def _mine(held: Held) -> Any:
    return and_(Job.id == held.id, Job.lease == held.lease)


def _count(db: Session, statement: Any) -> int:
    return int(db.execute(statement.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def _put_back(sessions: sessionmaker[Session], held: Held, error: Exception) -> None:
    """Free the job for another attempt, later; or bury it; or let go of it for a younger one with the same key."""
    failed = {"lease": None, "error": described(error)}
    if isinstance(error, GiveUp) or held.attempts >= MAX_ATTEMPTS:
        _bury(sessions, held, failed)
        return
    younger = aliased(Job)
    replaced = exists().where(
        younger.key == Job.key, younger.id != Job.id, younger.lease.is_(None), younger.died_at.is_(None)
    )
    for last in (False, True):
        try:
            with sessions.begin() as db:
                if not _count(db, delete(Job).where(_mine(held), replaced)):
                    again = clock.now() + delay(held.attempts)
                    _count(db, update(Job).where(_mine(held)).values(due=again, **failed))
            return
        except IntegrityError:  # the younger one was asked for between our two statements
            if last:
                raise


def _bury(sessions: sessionmaker[Session], held: Held, failed: dict[str, Any]) -> None:
    """Of the dead of one key, only the last is kept: the same refusal a hundred times is one thing to repair."""
    key = select(Job.key).where(Job.id == held.id).scalar_subquery()
    with sessions.begin() as db:
        if _count(db, update(Job).where(_mine(held)).values(died_at=clock.now(), **failed)):
            _count(db, delete(Job).where(Job.key == key, Job.id != held.id, Job.died_at.is_not(None)))


def delay(attempts: int) -> timedelta:
    """How long to wait after this many failures: doubling from 30 s to an hour, ± 25 % so that a crowd spreads out."""
    plain = min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY)
    spread: timedelta = plain * (0.75 + secrets.randbelow(1001) / 2000)
    return spread


def _tell_unknown(sessions: sessionmaker[Session], kinds: Collection[str], told: set[str]) -> None:
    """Kinds nobody here handles: left where they are, and said once."""
    with sessions() as db:
        strange = set(db.scalars(select(Job.kind).where(Job.kind.not_in(kinds), Job.died_at.is_(None)).distinct()))
    for kind in sorted(strange - told):
        _say("job_kind_unknown", kind=kind)
    told |= strange


def _say(event: str, error: Exception | None = None, **fields: object) -> None:
    """One line for the log: names, numbers and codes of ours, in the shape that ``web.logs`` writes."""
    if error is not None:
        fields |= {"error": described(error), "line": _where(error)}
    _log.warning(event, extra={"portal": fields})


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"
