"""What is new for somebody, by what they may see at this moment: a withdrawal silences a notice too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.access.queries import visible
from portal.access.words import Viewer
from portal.core import clock
from portal.core.models import Establishment
from portal.inbox.models import Notice, NoticeKind

SHOWN = 50
"""Newest first; older ones wait behind them."""
KEPT = timedelta(days=30)
"""How long what was seen stays on the page."""
JUST = timedelta(hours=24)
CHANGES = frozenset({NoticeKind.APPOINTMENT_CHANGED, NoticeKind.APPOINTMENT_CANCELLED, NoticeKind.ABSENCE_WITHDRAWN})
"""What was otherwise before: somebody may have counted on it."""
ZONE = "Europe/Paris"
"""Where what is about no establishment takes place."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice, as a page says it."""

    id: UUID
    kind: NoticeKind
    dossier_id: UUID | None
    item_id: UUID | None
    params: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    category: str
    zone: str

    @property
    def changed(self) -> str:
        """Something known before changed within 24 hours: « today » or « yesterday », where it takes place; else ""."""
        now = clock.now()
        if self.kind not in CHANGES or self.created_at <= now - JUST:
            return ""
        same = clock.local_date(self.created_at, self.zone) == clock.local_date(now, self.zone)
        return "today" if same else "yesterday"


def readable(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """The notices of this viewer, about things they may see now. Said here, and only here."""
    return (
        Notice.account_id == viewer.account_id,
        or_(Notice.dossier_id.is_(None), Notice.id.in_(visible(Notice, viewer, Notice.id))),
    )


def unread(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Of those, the ones not read yet."""
    return (*readable(viewer), Notice.read_at.is_(None))


def waiting(db: Session, viewer: Viewer) -> list[Waiting]:
    """What to tell this viewer, newest first. One statement."""
    return _said(db, *unread(viewer))


def recent(db: Session, viewer: Viewer) -> list[Waiting]:
    """What waits, then what was read lately, each newest first. One statement."""
    return _said(db, *readable(viewer), or_(Notice.read_at.is_(None), Notice.created_at > clock.now() - KEPT))


def _said(db: Session, *which: ColumnElement[bool]) -> list[Waiting]:
    columns = (Notice.id, Notice.kind, Notice.dossier_id, Notice.item_id, Notice.params, Notice.created_at)
    more = (Notice.read_at, Notice.category, func.coalesce(Establishment.time_zone, ZONE))
    found = select(*columns, *more).outerjoin(Establishment, Establishment.id == Notice.establishment_id).where(*which)
    order = (Notice.read_at.is_not(None), Notice.created_at.desc(), Notice.id)
    return [Waiting(*row) for row in db.execute(found.order_by(*order).limit(SHOWN))]


def not_mailed(viewer: Viewer) -> Select[UUID, datetime]:
    """Of those that wait, the ones nothing outside has announced since they were last told, and when that was."""
    announced = and_(Notice.mailed_at.is_not(None), Notice.mailed_at >= Notice.created_at)
    return select(Notice.id, Notice.created_at).where(*unread(viewer), ~announced)


def last_mail(db: Session, account_id: UUID) -> datetime | None:
    """When this account was last written to."""
    return db.scalar(select(func.max(Notice.mailed_at)).where(Notice.account_id == account_id))
