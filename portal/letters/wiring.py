"""The pages of letters, and their place in the menu."""

from __future__ import annotations

from flask import Flask

from portal.letters import staff_views, views
from portal.web import menu
from portal.web.words import _


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
    app.register_blueprint(staff_views.bp)


def entries() -> tuple[menu.Entry, ...]:
    return (menu.Entry("letters.listed", "letter", "identity", lambda: _("Lettres"), staff_views.POSTS),)
