"""« Vu par… » in addresses: ``?vu_par=<link>`` on a page that allows it, kept in every link of that page.

It only reads: any other method, and any page that does not allow it, answers as a page that does not exist.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, request

from portal.access.preview import Previewed, previewed
from portal.access.words import Strength, Viewer
from portal.core import scope
from portal.core.errors import NotFound

PARAM = "vu_par"


def init_app(app: Flask) -> None:
    app.url_defaults(_keep)
    app.jinja_env.globals["preview"] = current


def current() -> Previewed | None:
    """Through whom this page is read; None: with one's own eyes."""
    found: Previewed | None = g.get("preview")
    return found


def allowed(endpoint: str) -> bool:
    """Whether that page may be read through somebody else."""
    return getattr(current_app.view_functions.get(endpoint), "previewable", False)


def looking(viewer: Viewer, allowed_here: bool) -> Viewer:
    """The viewer of this request: oneself, or oneself through somebody else.

    Raises ``NotFound`` and ``NeedsStrength`` as ``access.preview.previewed`` does, and ``NotFound`` where nobody may.
    """
    asked = request.args.get(PARAM)
    if asked is None:
        return viewer
    if not allowed_here or request.method not in ("GET", "HEAD"):
        raise NotFound
    g.preview = previewed(g.db, viewer, _identifier(asked))
    scope.enter(g.db, scope.account(g.preview.account_id, viewer.account_id))
    return replace(viewer, account_id=g.preview.account_id, through=viewer.account_id, strength=Strength.SUBSTANTIAL)


def _identifier(asked: str) -> UUID:
    try:
        return UUID(asked)
    except ValueError:
        raise NotFound from None


def _keep(endpoint: str, values: dict[str, Any]) -> None:
    if (one := current()) is not None and allowed(endpoint):
        values.setdefault(PARAM, one.relationship_id)
