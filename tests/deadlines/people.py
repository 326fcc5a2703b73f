"""Young people about to come of age, and the days around it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import reminding
from portal.access.models import Post
from portal.core import clock
from portal.core.models import Dossier, Establishment
from portal.deadlines.models import CretonDecision, Reminder, Topic
from portal.deadlines.services import record
from portal.inbox.models import Notice, NoticeKind
from tests.factories import NOON, a_dossier, staff

DAY = timedelta(days=1)
BIRTHDAY = date(2027, 2, 18)
"""Three months after the day that tests live on."""


def nearly_adult(db: Session, place: Establishment | None = None, **changes: Any) -> Dossier:
    """Who turns eighteen on ``BIRTHDAY``."""
    return a_dossier(db, place, birth_date=BIRTHDAY.replace(year=BIRTHDAY.year - 18), **changes)


def an_adult(db: Session, place: Establishment | None = None, *, age: int = 20, **changes: Any) -> Dossier:
    return a_dossier(db, place, age=age, **changes)


def a_director(db: Session, dossier: Dossier, **facts: Any) -> Any:
    return staff(db, dossier, Post.MANAGEMENT, **facts)


def a_decision(db: Session, dossier: Dossier, by: UUID, **changes: Any) -> CretonDecision:
    facts = {"decided_on": date(2026, 1, 15), "ends_on": date(2027, 1, 14), "proof": "CDAPH 2026-118"} | changes
    return record(db, dossier, by=by, **facts)


def a_turn(db: Session, at: datetime = NOON) -> None:
    """The daily turn, at that instant."""
    with clock.frozen(at):
        reminding.remind(db, {})
    db.commit()


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def told(db: Session, topic: Topic | None = None) -> list[tuple[UUID, int]]:
    """(account, step) of everything told so far, in the order it was."""
    query = select(Reminder).order_by(Reminder.told_at, Reminder.private_to)
    return [(one.private_to, one.step) for one in db.scalars(query) if topic in (None, one.topic)]


def notices(db: Session, kind: NoticeKind) -> list[Notice]:
    return list(db.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.account_id)))
