"""The pages of being told, put on an application."""

from __future__ import annotations

from flask import Flask

from portal.alerts import staff_views, views
from portal.connectors.push import make_pusher
from portal.connectors.sms import make_texter
from portal.web.menu import Entry
from portal.web.words import _


def init_app(app: Flask) -> None:
    settings = app.extensions["settings"]
    app.extensions["texter"], app.extensions["pusher"] = make_texter(settings), make_pusher(settings)
    app.register_blueprint(views.bp)
    app.register_blueprint(staff_views.bp)
    views.init_app(app)


def entries() -> tuple[Entry, ...]:
    """Lines of the menu."""
    return (
        Entry("alerts.mine", "letter", "sharing", lambda: _("Me prévenir"), seldom=True),
        Entry("addresses.listed", "letter", "identity", lambda: _("Adresses qui ne répondent pas"), staff_views.POSTS),
    )
