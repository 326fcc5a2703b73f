"""Pages that belong to no feature, and the pictures of easy reading."""

from __future__ import annotations

import hashlib
from functools import cache

from flask import Blueprint, Response, request

from easyread import pictures
from easyread.pictures import Picture
from portal.core.errors import NotFound
from portal.web.guard import public
from portal.web.headers import DRAWING
from portal.web.page import page

bp = Blueprint("web", __name__)

FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/attributions")
@public(because="licences ask that authors be named to everybody")
def attributions() -> Response:
    return page("web/attributions.html", sets=pictures.sets().values())


@bp.get("/pictures/<family>/<code>.svg")
@public(because="the same drawings for everybody: they say nothing about anyone")
def picture(family: str, code: str) -> Response:
    """One drawing, kept for ever: its address changes with its content."""
    found = pictures.known(family, code)
    if found is None:
        raise NotFound
    packed = request.accept_encodings["gzip"] > 0
    response = Response(pictures.svg_gzip(found) if packed else pictures.svg(found), mimetype="image/svg+xml")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers |= {"Cache-Control": FOR_EVER, "Content-Security-Policy": DRAWING, "Vary": "Accept-Encoding"}
    return response


@bp.app_template_global()
def picture_url(shown: Picture) -> str:
    """Where a picture is served from, with a mark of its content."""
    return f"/pictures/{shown.key}.svg?{_mark(shown)}"


@cache
def _mark(shown: Picture) -> str:
    return hashlib.sha256(pictures.svg(shown)).hexdigest()[:6]
