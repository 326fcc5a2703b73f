"""Sealing happens by itself, every quarter of an hour, and its heads go where the database cannot reach them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.access.seal import seal
from portal.access.seals import Head
from portal.core import clock
from portal.core.jobs import enqueue

SEAL = "access.seal"
EVERY = timedelta(minutes=15)
"""How long a line may wait to be sealed, while a worker runs."""

_log = logging.getLogger("portal.access")


def seal_log(db: Session, _args: dict[str, Any]) -> None:
    """One turn of sealing, then ask for the next: at once while lines are waiting."""
    done = seal(db)
    if done.heads:
        event.listen(db, "after_commit", lambda _db: _say(done.heads), once=True)
    ask_to_seal(db, soon=done.more)


def ask_to_seal(db: Session, *, soon: bool = False) -> None:
    """One turn waits at a time, however many workers start."""
    enqueue(db, SEAL, {}, due=clock.now() if soon else clock.now() + EVERY, key=SEAL)


def _say(heads: Sequence[Head]) -> None:
    """A line for the process's log, once the head is committed: whoever keeps that log keeps heads outside."""
    for head in heads:
        fields = {"establishment": head.establishment_id, "number": head.number, "digest": head.digest.hex()}
        _log.info("log_sealed", extra={"portal": fields})
