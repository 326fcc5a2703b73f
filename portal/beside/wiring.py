"""Sitting beside somebody, put on an application, and its place in the menu."""

from __future__ import annotations

from flask import Flask

from portal.beside import family_views, mandate_views, queries, staff_views, views
from portal.web import menu
from portal.web.words import _


def init_app(app: Flask) -> None:
    app.register_blueprint(staff_views.bp)
    views.init_app(app)
    family_views.init_app(app)
    mandate_views.init_app(app)


def entries() -> tuple[menu.Entry, ...]:
    return (menu.Entry("beside.everybody", "team", "identity", lambda: _("Accompagner"), queries.POSTS),)
