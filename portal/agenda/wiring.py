"""Calendars, put on an application."""

from __future__ import annotations

from flask import Flask

from portal.agenda import own_views, views
from portal.web import errors


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
    app.register_blueprint(own_views.bp)
    errors.answer_in(app, "/agenda", views.refused)
