"""The log: who read which categories of which dossier. One row per dossier and request, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from portal.access.models import Kind, LogEntry, Means, Post, Relationship
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
) -> None:
    """Write that ``viewer`` read these dossiers: of each, what the page serves and the viewer reaches.

    One statement, whatever their number. In a preview (``viewer.previewer``) it is the previewer who read, at work, and
    the line says whose view it was.
    """
    by_dossier = sorted(shown, key=_place)
    if not by_dossier:
        return
    at = clock.now()
    said = {
        "at": at,
        "account_id": viewer.previewer or viewer.account_id,
        "seen_as": viewer.account_id if viewer.previewer else None,
        "action": action,
        "strength": int(viewer.strength),
        "endpoint": endpoint,
        "request_id": request_id,
        "means": means,
        "helper_id": viewer.helper,
    }
    lines = [said | _line(viewer, list(links)) for _, links in groupby(by_dossier, key=_place)]
    if viewer.previewer is None:
        db.execute(insert(LogEntry), lines)
    else:
        db.execute(insert(LogEntry).values([one | _as_staff(viewer.previewer, one, at) for one in lines]))


def _as_staff(account_id: UUID, line: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The previewer's own part in the line: links in the scope are those of the previewed."""
    post = select(Relationship.post).where(
        Relationship.account_id == account_id,
        Relationship.establishment_id == line["establishment_id"],
        Relationship.kind == Kind.STAFF,
        Relationship.starts_at <= at,
        or_(Relationship.ends_at.is_(None), Relationship.ends_at > at),
    )
    held = func.coalesce(post.order_by(Relationship.created_at).limit(1).scalar_subquery(), Post.NONE)
    return {"kind": Kind.STAFF, "post": held, "emergency": False, "id": uuid4()}


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
