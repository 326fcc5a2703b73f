"""Public pages: « Vos données », « Vos droits », « Accessibilité », « Conditions ». They read nothing about anybody."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Flask, Response, g

from portal.about import queries
from portal.access.words import Category
from portal.core.config import Settings
from portal.web import configured, logs
from portal.web.contacts import contacts
from portal.web.guard import public
from portal.web.page import page

bp = Blueprint("about", __name__)
BECAUSE = "the law wants it read by everybody, before signing in too; it is about nobody"


def init_app(app: Flask) -> None:
    """Register the pages; say in the log which settings they lack, names only."""
    app.register_blueprint(bp)
    settings: Settings = app.extensions["settings"]
    if not settings.demo:
        for variable in queries.missing(settings):
            logs.event("about_incomplete", logging.WARNING, setting=variable)


@bp.get("/vos-donnees")
@public(because=BECAUSE)
def data() -> Response:
    return _page("data", categories=list(Category), kept=queries.kept_after_leaving(), months=queries.durations())


@bp.get("/vos-droits")
@public(because=BECAUSE)
def rights() -> Response:
    return _page("rights")


@bp.get("/accessibilite")
@public(because=BECAUSE)
def accessibility() -> Response:
    return _page("accessibility")


@bp.get("/conditions")
@public(because=BECAUSE)
def terms() -> Response:
    return _page("terms")


def _page(name: str, **context: Any) -> Response:
    settings = configured.settings()
    who = queries.responsible(settings)
    return page(f"about/{name}.html", who=who, demo=settings.demo, contacts=contacts(g.db), **context)
