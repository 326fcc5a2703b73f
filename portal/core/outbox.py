"""What must leave the portal, written in the transaction of what it follows.

An event is a job (``core.jobs``) whose kind starts with ``deliver:``, so that lease, retries and the view staff have of
failures are said once. It adds only what a receiver needs: an identifier that stays the same at every attempt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal.core.jobs import enqueue


def add(db: Session, kind: str, ids: Mapping[str, Any]) -> UUID:
    """Promise to deliver an event at least once, if the caller's transaction commits.

    The handler of ``deliver:<kind>`` gets ``ids`` (identifiers and codes only) and, under ``event``, the identifier
    returned here: the idempotency key by which the receiver knows a second delivery.
    """
    event_id = uuid4()
    enqueue(db, f"deliver:{kind}", {**ids, "event": str(event_id)})
    return event_id
