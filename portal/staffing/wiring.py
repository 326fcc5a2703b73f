"""The pages of this feature, their place in the menu, and who answers what it does not know."""

from __future__ import annotations

from flask import Flask

from portal.staffing import staff_views
from portal.staffing import writing_views as _writing  # noqa: F401 - more pages of the blueprint
from portal.staffing.joints import Joints
from portal.staffing.queries import MANAGES
from portal.web import menu
from portal.web.words import _


def init_app(app: Flask, answers: Joints) -> None:
    """``answers``: what other rooms know (``portal.enlisting``)."""
    app.extensions["staffing"] = answers
    app.register_blueprint(staff_views.bp)


def entries() -> tuple[menu.Entry, ...]:
    return (menu.Entry("team.everybody", "team", "identity", lambda: _("Équipe"), MANAGES, seldom=True),)
