"""What a person says they have seen. The notices themselves stand on the home page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, request

from portal.access.words import Category, Viewer
from portal.inbox import services
from portal.web.guard import serves
from portal.web.page import go

bp = Blueprint("inbox", __name__)


@bp.post("/nouveau")
@serves(*Category)
def seen(viewer: Viewer) -> Response:
    """What the page showed was seen (``shown``: its notices), and not what came since nor what waited behind.

    A button and not the visit itself: looking at a page changes nothing.
    """
    services.mark_read(g.db, viewer, request.form.getlist("shown", type=UUID))
    return go("/")
