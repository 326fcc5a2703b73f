"""The log: who read which categories of which dossier. One row per dossier and request, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.access.models import LogEntry
from portal.access.words import Action, Category, Viewer
from portal.core import clock


def record(
    db: Session,
    viewer: Viewer,
    shown: Mapping[UUID, UUID],
    categories: frozenset[Category],
    *,
    action: Action,
    endpoint: str,
    request_id: str,
) -> None:
    """Write that ``viewer`` read these dossiers (dossier → its establishment). One statement, whatever their number."""
    if not shown:
        return
    at = clock.now()
    words = " ".join(sorted(categories))
    db.execute(
        insert(LogEntry),
        [
            {
                "at": at,
                "account_id": viewer.account_id,
                "dossier_id": dossier_id,
                "establishment_id": establishment_id,
                "categories": words,
                "action": action,
                "strength": int(viewer.strength),
                "endpoint": endpoint,
                "request_id": request_id,
            }
            for dossier_id, establishment_id in sorted(shown.items())
        ],
    )
