"""Rendez-vous, the week, the day and what staff announce: their pages and their places in the menu."""

from __future__ import annotations

from flask import Flask

from portal.planning import staff_views, views, week_views
from portal.planning.bulletins import PUBLISH
from portal.web import menu
from portal.web.words import _


def init_app(app: Flask) -> None:
    for one in (views.bp, week_views.bp, staff_views.bp):
        app.register_blueprint(one)


def entries() -> tuple[menu.Entry, ...]:
    return (
        menu.Entry("week.first", "planning", "planning", lambda: _("Semaine")),
        menu.Entry("bulletins.all_of_them", "talk", "planning", lambda: _("Annonces"), PUBLISH),
    )
