"""The pages of paper, and their places in the menu."""

from __future__ import annotations

from flask import Flask

from portal.sheets import coupon_views, reached_views, staff_views, views
from portal.web import menu
from portal.web.words import _


def init_app(app: Flask) -> None:
    for one in (views.bp, staff_views.bp, coupon_views.bp, reached_views.bp):
        app.register_blueprint(one)


def entries() -> tuple[menu.Entry, ...]:
    return (
        menu.Entry("desk.queue", "documents", "planning", lambda: _("Feuilles à imprimer"), staff_views.POSTS),
        menu.Entry("coupons.first", "check", "planning", lambda: _("Talons"), staff_views.POSTS),
        menu.Entry("reached.everybody", "phone", "sharing", lambda: _("Familles à joindre"), reached_views.POSTS),
    )
