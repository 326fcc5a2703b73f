"""One worker in a process of its own: ``python -m tests.core.job_process URL MODE``.

``drain`` does "count" jobs until none is left; ``hang`` takes one, writes without committing and waits to be killed;
``schedule`` asks for the same job again and again.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from portal.core.db import make_engine, make_sessions
from portal.core.jobs import enqueue
from portal.core.models import Mark
from portal.core.work import run_once


def count(db: Session, args: dict[str, Any]) -> None:
    """One row per run: two rows with the same value would be two winners."""
    db.add(Mark(name=f"{os.getpid()}:{uuid4()}", value=str(args["n"])))
    db.flush()


def hang(db: Session, args: dict[str, Any]) -> None:
    count(db, args)
    print("held", flush=True)
    time.sleep(60)


def main(url: str, mode: str) -> None:
    sessions = make_sessions(make_engine(url))
    if mode == "drain":
        print("ready", flush=True)
        sys.stdin.readline()
        while run_once(sessions, {"count": count}):
            pass
    elif mode == "hang":
        run_once(sessions, {"count": hang})
    elif mode == "schedule":
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(40):
            with sessions.begin() as db:
                enqueue(db, "purge", {}, key="purge")


if __name__ == "__main__":
    main(*sys.argv[1:])
