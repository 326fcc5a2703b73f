"""Own tablets, put on an application, and their place in the menu."""

from __future__ import annotations

from flask import Flask

from portal.tablets import reading_views, staff_views, views
from portal.web import menu
from portal.web.words import _


def init_app(app: Flask) -> None:
    app.register_blueprint(staff_views.bp)
    app.register_blueprint(reading_views.bp)
    app.register_blueprint(views.bp)


def entries() -> tuple[menu.Entry, ...]:
    label = lambda: _("Tablettes")  # noqa: E731 - in the reader's words
    return (menu.Entry("tablets.everybody", "mobile", "identity", label, staff_views.POSTS, seldom=True),)
