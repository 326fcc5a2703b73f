"""The pages of what families say, put on an application."""

from __future__ import annotations

from flask import Flask

from portal.access.models import Post
from portal.liaison import absence_views, callback_views, prepare_views, staff_views, views
from portal.web.menu import Entry
from portal.web.words import _

AT_WORK = (Post.MANAGEMENT, Post.ADMINISTRATION, Post.CARE, Post.EDUCATION, Post.SOCIAL_WORK)


def init_app(app: Flask) -> None:
    app.extensions["beside_event"] = views.Beside()
    app.register_blueprint(views.bp)
    app.register_blueprint(staff_views.bp)
    app.register_blueprint(prepare_views.bp)
    app.register_blueprint(absence_views.bp)
    app.register_blueprint(callback_views.bp)


def entries() -> tuple[Entry, ...]:
    """Lines of the menu."""
    return (
        Entry("answers.everybody", "talk", "appointments", lambda: _("Réponses des familles"), AT_WORK),
        Entry("absences.first", "moon", "planning", lambda: _("Absences")),
        Entry("callbacks.first", "phone", "sharing", lambda: _("Rappels")),
    )
