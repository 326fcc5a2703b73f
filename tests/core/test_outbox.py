"""Events that must leave: promised with the transaction, delivered at least once under one identifier."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from portal.core import clock, outbox
from portal.core.jobs import Job
from portal.core.work import run_once

Sessions = sessionmaker[Session]


def test_nothing_is_promised_when_the_transaction_is_undone(sessions: Sessions) -> None:
    with sessions() as db:
        outbox.add(db, "document", {"document": "1"})
        db.rollback()
        assert db.scalars(select(Job)).all() == []


def test_every_attempt_carries_the_same_identifier(sessions: Sessions) -> None:
    """The receiver answered too late: it is told again, and can tell."""
    received: list[dict[str, Any]] = []

    def deliver(db: Session, args: dict[str, Any]) -> None:
        received.append(args)
        if len(received) < 3:
            raise TimeoutError

    with sessions.begin() as db:
        event_id = outbox.add(db, "document", {"document": "1"})
    at = clock.now()
    for hours in range(4):
        with clock.frozen(at + timedelta(hours=hours)):
            run_once(sessions, {"deliver:document": deliver})
    assert received == [{"document": "1", "event": str(event_id)}] * 3


def test_two_events_have_two_identifiers(db: Session) -> None:
    ids = {outbox.add(db, "document", {"document": "1"}) for _ in range(2)}
    assert len(ids) == 2
    assert all(isinstance(event_id, UUID) for event_id in ids)


def test_an_event_never_carries_a_value(db: Session) -> None:
    with pytest.raises(ValueError, match="name"):
        outbox.add(db, "document", {"name": "Léa Martin"})
