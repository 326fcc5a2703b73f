"""The pages of this feature, their places in the menu, and who answers what it does not know."""

from __future__ import annotations

from flask import Flask

from portal.access.models import Post
from portal.ties import glass_views, limit_views, own_views, staff_views
from portal.ties import writing_views as _writing  # noqa: F401 - more pages of the blueprint of staff
from portal.ties.joints import Joints
from portal.web import menu
from portal.web.words import _


def init_app(app: Flask, answers: Joints) -> None:
    """``answers``: what other features know (``portal.joining``)."""
    app.extensions["joints"] = answers
    for one in (staff_views.bp, own_views.bp, limit_views.bp, glass_views.bp):
        app.register_blueprint(one)
    app.jinja_env.globals["glass_banner"] = glass_views.banner


def entries() -> tuple[menu.Entry, ...]:
    return (
        menu.Entry("ties.links", "team", "identity", lambda: _("Liens"), staff_views.POSTS),
        menu.Entry("glass.find", "key", "sharing", lambda: _("Accès d’urgence"), glass_views.POSTS),
        menu.Entry("limits.everyone", "closed", "off", lambda: _("Restrictions"), limit_views.POSTS, seldom=True),
        menu.Entry("own.mine", "team", "identity", lambda: _("Mes liens"), (Post.NONE,)),
    )
