"""The pages of this feature and their places in the menu."""

from __future__ import annotations

from flask import Flask

from portal.deadlines import creton_views, staff_views, views
from portal.deadlines.expiries import WARNED
from portal.deadlines.queries import SETTLES
from portal.deadlines.services import RECORDS
from portal.web import menu
from portal.web.words import _


def init_app(app: Flask) -> None:
    for one in (views.bp, creton_views.bp, staff_views.bp):
        app.register_blueprint(one)


def entries() -> tuple[menu.Entry, ...]:
    return (
        menu.Entry("ends.coming", "wait", "planning", lambda: _("Échéances"), WARNED),
        menu.Entry("majority.without", "identity", "identity", lambda: _("Majorités"), SETTLES, seldom=True),
        menu.Entry("creton.everybody", "file", "plan", lambda: _("Décisions Creton"), RECORDS, seldom=True),
    )
