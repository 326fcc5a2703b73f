"""The week, the day and what staff announce: their pages and their places in the menu."""

from __future__ import annotations

from flask import Flask

from portal.planning import week_views
from portal.web import menu
from portal.web.words import _


def init_app(app: Flask) -> None:
    app.register_blueprint(week_views.bp)


def entries() -> tuple[menu.Entry, ...]:
    return (menu.Entry("week.first", "planning", "planning", lambda: _("Semaine")),)
