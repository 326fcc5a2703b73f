"""Tell somebody something, and note that they have seen it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.access.models import Reach
from portal.access.words import Viewer
from portal.core import clock, scope
from portal.core.jobs import enqueue, refuse_values
from portal.core.models import Shared
from portal.inbox.models import Notice, NoticeKind
from portal.inbox.queries import unread

MAIL = "inbox.mail"
"""The kind of job that writes to somebody: ``{"account": id}``."""

SETTLE = timedelta(minutes=5)
"""Changes that come together are announced together."""

LABEL = (
    "dossier_id",
    "establishment_id",
    "category",
    "nature",
    "held_until",
    "hidden_from",
    "private_to",
    "published_to",
)
"""What decides who may see a row."""


def tell(
    db: Session,
    account_id: UUID,
    kind: NoticeKind,
    *,
    about: Any = None,
    params: Mapping[str, Any] | None = None,
) -> None:
    """Leave a notice, and ask for at most one mail, in the caller's transaction.

    ``about``: the row of a person it concerns (any ``Shared`` model); it lends its label, so the notice is seen by
    nobody who may not see the row. ``params``: identifiers and codes; ``ValueError`` otherwise. Telling the same kind
    of the same row (or of no row) again before it was read makes that one notice newer: a thousand refused messages
    are one line, and bury nothing. Tell several accounts in sorted order (see ``core.jobs.enqueue``). Whether the
    account may see the row at all is decided when it is read, not here.
    """
    refuse_values(params or {})
    said = {"params": dict(params or {}), **_label(about)}
    with scope.within(db, scope.everywhere("notice")):  # it is somebody else's
        if not _told_again(db, account_id, kind, said):
            db.add(Notice(account_id=account_id, kind=kind, **said))
    enqueue(db, MAIL, {"account": str(account_id)}, due=clock.now() + SETTLE, key=f"{MAIL}:{account_id}")


def mark_read(db: Session, viewer: Viewer, notice_ids: Collection[UUID] | None = None) -> None:
    """Note that the viewer has seen these notices (None: all that are open to them now).

    Those of others are left alone, and those this sign-in does not open: a weak one must not silence a cancellation
    that it never showed.
    """
    chosen = () if notice_ids is None else (Notice.id.in_(notice_ids),)
    _read(db, viewer, *chosen)


def seen(db: Session, viewer: Viewer, item_id: UUID) -> None:
    """Note that the viewer has opened the thing itself, which answers every notice about it."""
    _read(db, viewer, Notice.item_id == item_id)


def relabel(db: Session, model: Any, dossier_ids: Collection[UUID]) -> None:
    """Give the notices that wait about rows of ``model``, in these dossiers, the label those rows have now.

    What hides a row hides what was told of it. Call it in the transaction that changes labels.
    """
    now = {name: select(getattr(model, name)).where(model.id == Notice.item_id).scalar_subquery() for name in LABEL}
    theirs = Notice.item_id.in_(select(model.id).where(model.dossier_id.in_(dossier_ids)))
    waiting = update(Notice).where(Notice.read_at.is_(None), Notice.dossier_id.in_(dossier_ids), theirs)
    db.execute(waiting.values(now).execution_options(synchronize_session=False))


def forget(db: Session, items: Collection[UUID]) -> None:
    """These things are no longer there: nobody is told about them."""
    if items:
        db.execute(delete(Notice).where(Notice.item_id.in_(items)))


def forget_out_of_reach(db: Session, account_id: UUID) -> None:
    """A link of this account ended: notices about people it reaches nothing of any more go now, read or not."""
    at = clock.now()
    reached = select(Reach.dossier_id).where(Reach.account_id == account_id, Reach.starts_at <= at, Reach.ends_at > at)
    theirs = delete(Notice).where(Notice.account_id == account_id, Notice.dossier_id.is_not(None))
    with scope.within(db, scope.everywhere("notice")):  # the row-level security of the asker would hide them
        db.execute(theirs.where(Notice.dossier_id.not_in(reached)).execution_options(synchronize_session=False))


def _read(db: Session, viewer: Viewer, *which: Any) -> None:
    db.execute(update(Notice).where(*unread(viewer), *which).values(read_at=clock.now()))


def _told_again(db: Session, account_id: UUID, kind: NoticeKind, said: dict[str, Any]) -> bool:
    """Make the notice that waits already newer, under the label the row has now; it may then be mailed again."""
    item = Notice.item_id.is_not_distinct_from(said.get("item_id"))
    same = (Notice.account_id == account_id, Notice.kind == kind, item, Notice.read_at.is_(None))
    newer = update(Notice).where(*same).values(created_at=clock.now(), **said).returning(Notice.id)
    return db.execute(newer).first() is not None


def _label(about: Any) -> dict[str, Any]:
    if about is None:
        return {"dossier_id": None, "establishment_id": None, "category": ""}
    if not isinstance(about, Shared):
        raise TypeError("a notice is about a row that says who may see it")
    return {"item_id": about.id} | {name: getattr(about, name) for name in LABEL}  # type: ignore[attr-defined]
