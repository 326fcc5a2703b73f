"""What is new for somebody, by what they may see at this moment: a withdrawal silences a notice too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.access.queries import visible
from portal.access.words import Viewer
from portal.inbox.models import Notice, NoticeKind

SHOWN = 50
"""Newest first; older ones wait behind them."""


@dataclass(frozen=True)
class Waiting:
    """A notice not read yet."""

    id: UUID
    kind: NoticeKind
    dossier_id: UUID | None
    item_id: UUID | None
    params: dict[str, Any]
    created_at: datetime


def unread(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """The notices of this viewer not read yet, and about things they may see now. Said here, and only here."""
    return (
        Notice.account_id == viewer.account_id,
        Notice.read_at.is_(None),
        or_(Notice.dossier_id.is_(None), Notice.id.in_(visible(Notice, viewer, Notice.id))),
    )


def waiting(db: Session, viewer: Viewer) -> list[Waiting]:
    """What to tell this viewer, newest first. One statement."""
    columns = (Notice.id, Notice.kind, Notice.dossier_id, Notice.item_id, Notice.params, Notice.created_at)
    newest = select(*columns).where(*unread(viewer)).order_by(Notice.created_at.desc(), Notice.id).limit(SHOWN)
    return [Waiting(*row) for row in db.execute(newest)]


def not_mailed(viewer: Viewer) -> Select[UUID]:
    """Of those, the ones no mail has announced since they were last told."""
    announced = and_(Notice.mailed_at.is_not(None), Notice.mailed_at >= Notice.created_at)
    return select(Notice.id).where(*unread(viewer), ~announced)


def last_mail(db: Session, account_id: UUID) -> datetime | None:
    """When this account was last written to."""
    return db.scalar(select(func.max(Notice.mailed_at)).where(Notice.account_id == account_id))
