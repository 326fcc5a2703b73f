"""The log: who read which categories of which dossier. One row per dossier and request, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.access.models import LogEntry
from portal.access.queries import Reached
from portal.access.words import Action, Category, Viewer
from portal.core import clock


def record(
    db: Session,
    viewer: Viewer,
    shown: Iterable[Reached],
    *,
    action: Action,
    endpoint: str,
    request_id: str,
) -> None:
    """Write that ``viewer`` read these dossiers: of each, what the page serves and the viewer reaches.

    One statement, whatever their number.
    """
    read: dict[tuple[UUID, UUID], set[Category]] = {}
    for one in shown:
        read.setdefault((one.dossier_id, one.establishment_id), set()).update(one.categories & viewer.serving)
    if not read:
        return
    at = clock.now()
    db.execute(
        insert(LogEntry),
        [
            {
                "at": at,
                "account_id": viewer.account_id,
                "dossier_id": dossier_id,
                "establishment_id": establishment_id,
                "categories": " ".join(sorted(categories)),
                "action": action,
                "strength": int(viewer.strength),
                "endpoint": endpoint,
                "request_id": request_id,
            }
            for (dossier_id, establishment_id), categories in sorted(read.items())
        ],
    )
