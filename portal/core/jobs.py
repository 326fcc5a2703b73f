"""Work to do later, kept in the same database as what asks for it: both are committed, or neither.

Here a job is asked for, and staff see what does not go through; ``core.work`` does it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Text, and_, case, insert, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.errors import NotFound, PortalError

TROUBLED_AFTER = 3
"""Failures after which staff are told: two in a row are everyday, and heal."""

LATE = timedelta(hours=1)
"""A job so long overdue has no worker, or no worker that knows its kind."""

WAITING = text("lease IS NULL AND died_at IS NULL")

_IDENTIFIER = re.compile(r"[A-Za-z0-9_:.+/-]{0,80}")


class GiveUp(PortalError):
    """This job will never succeed; ``code`` says why. It is kept, dead, for staff to see."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Job(WithId, Base):
    """Something to do. Gone once done."""

    __tablename__ = "job"
    __table_args__ = (
        Index(None, "due"),
        Index(None, "key", unique=True, sqlite_where=WAITING, postgresql_where=WAITING),
    )
    kind: Mapped[str] = mapped_column(Text)
    args: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Identifiers and codes only."""
    key: Mapped[str | None] = mapped_column(Text)
    due: Mapped[datetime]
    """Not before then; while leased, when the lease ends."""
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[UUID | None]
    error: Mapped[str] = mapped_column(Text, default="")
    """Class and code of the last failure, never a value."""
    died_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


def enqueue(
    db: Session, kind: str, args: Mapping[str, Any], *, due: datetime | None = None, key: str | None = None
) -> None:
    """Ask for a job, in the caller's transaction.

    ``args``: identifiers and codes only; ``ValueError`` for anything that could be a name, an address or a text.
    ``key``: at most one job of that key waits. Asking again leaves the waiting one, brought forward to ``due`` unless
    it is in the delay of a failure; a job that has begun does not count, since it may have read the older state. Ask
    for several keys in sorted order, so that two transactions cannot wait for each other.
    """
    refuse_values(args)
    row = {"kind": kind, "args": dict(args), "key": key, "due": due or clock.now()}
    if key is None:
        db.execute(insert(Job).values(row))
        return
    dialect = postgresql if db.get_bind().dialect.name == "postgresql" else sqlite
    asked = dialect.insert(Job).values(row)
    sooner = and_(Job.attempts == 0, asked.excluded.due < Job.due)
    # An update, even of nothing: it keeps a worker from taking the waiting job until our own change is committed.
    db.execute(
        asked.on_conflict_do_update(
            index_elements=["key"], index_where=WAITING, set_={"due": case((sooner, asked.excluded.due), else_=Job.due)}
        )
    )


@dataclass(frozen=True)
class Trouble:
    """A job staff should know about: dead, failing, or that nobody takes."""

    id: UUID
    kind: str
    attempts: int
    error: str
    created_at: datetime
    due: datetime
    died_at: datetime | None


def troubled(db: Session) -> list[Trouble]:
    """Jobs given up, failing for the third time, or overdue by an hour (no worker, or no handler), oldest first."""
    rows = db.execute(
        select(Job.id, Job.kind, Job.attempts, Job.error, Job.created_at, Job.due, Job.died_at)
        .where(or_(Job.died_at.is_not(None), Job.attempts >= TROUBLED_AFTER, Job.due < clock.now() - LATE))
        .order_by(Job.created_at, Job.id)
    )
    return [Trouble(*row) for row in rows]


def revive(db: Session, job_id: UUID) -> None:
    """Staff ask for a dead job again, now. Raises ``NotFound`` when no dead job has this identifier."""
    dead = db.scalars(select(Job).where(Job.id == job_id, Job.died_at.is_not(None)).with_for_update()).one_or_none()
    if dead is None:
        raise NotFound
    kind, args, key = dead.kind, dead.args, dead.key
    db.delete(dead)
    db.flush()
    enqueue(db, kind, args, key=key)


def refuse_values(args: Mapping[str, Any]) -> None:
    """Only identifiers and codes: text, numbers, none, or lists of them. ``ValueError`` names the argument at fault."""
    for name, value in args.items():
        for item in value if isinstance(value, list) else [value]:
            if not (item is None or isinstance(item, int) or (isinstance(item, str) and _IDENTIFIER.fullmatch(item))):
                raise ValueError(f"{name}: only identifiers and codes may be kept")
