"""Pages that belong to no feature."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.web.guard import public
from portal.web.page import page

bp = Blueprint("web", __name__)


@bp.get("/attributions")
@public(because="licences ask that authors be named to everybody")
def attributions() -> Response:
    return page("web/attributions.html")
