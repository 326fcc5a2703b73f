"""Add one rendez-vous to the calendar of a telephone."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g

from portal.access.words import Category, Viewer
from portal.agenda import queries
from portal.agenda.ics import calendar
from portal.core import clock
from portal.web.guard import serves
from portal.web.words import _

bp = Blueprint("agenda", __name__)


@bp.get("/rendez-vous/<uuid:event_id>/agenda.ics")
@serves(Category.APPOINTMENTS)
def one(viewer: Viewer, event_id: UUID) -> Response:
    dossier_id, hours = queries.one(g.db, viewer, event_id)
    g.about = (dossier_id,)
    answer = Response(calendar([hours], _("Rendez-vous"), clock.now()), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = "attachment; filename=rendez-vous.ics"
    answer.cache_control.no_store = True
    return answer
