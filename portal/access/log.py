"""The log: who read which categories of which dossier. One row per dossier and request, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.access.models import Kind, LogEntry, Means, Post
from portal.access.queries import Reached
from portal.access.words import Action, Viewer
from portal.core import clock


def record(
    db: Session,
    viewer: Viewer,
    shown: Iterable[Reached],
    *,
    action: Action,
    endpoint: str,
    request_id: str,
    means: Means = Means.PAGE,
    previewing: Post = Post.NONE,
) -> None:
    """Write that ``viewer`` read these dossiers: of each, what the page serves and the viewer reaches.

    One statement, whatever their number. In a preview (``viewer.through``) it is the previewer who read, in the post
    ``previewing``, and the line says whose view it was.
    """
    by_dossier = sorted(shown, key=_place)
    if not by_dossier:
        return
    said = {
        "at": clock.now(),
        "account_id": viewer.through or viewer.account_id,
        "seen_as": viewer.account_id if viewer.through else None,
        "action": action,
        "strength": int(viewer.strength),
        "endpoint": endpoint,
        "request_id": request_id,
        "means": means,
    }
    as_staff = {"kind": Kind.STAFF, "post": previewing, "emergency": False}
    lines = [
        said | _line(viewer, list(links)) | (as_staff if viewer.through else {})
        for _, links in groupby(by_dossier, key=_place)
    ]
    db.execute(insert(LogEntry), lines)


def _place(one: Reached) -> tuple[UUID, UUID]:
    return one.dossier_id, one.establishment_id


def _line(viewer: Viewer, links: list[Reached]) -> dict[str, Any]:
    """One line for several links to the same dossier: it says the family's when there is one, as access does."""
    first = min(links, key=lambda one: (one.kind is Kind.STAFF, one.emergency, one.kind, one.post))
    categories = frozenset().union(*(one.categories for one in links)) & viewer.serving
    return {
        "dossier_id": first.dossier_id,
        "establishment_id": first.establishment_id,
        "categories": " ".join(sorted(categories)),
        "kind": first.kind,
        "post": first.post,
        "emergency": any(one.emergency for one in links),
    }
