"""« Vu par… » : staff choose through whose eyes they look, and read what families opened of what is shared."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.access.axes import NO_TIE, Link
from portal.access.preview import may_preview
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import NotFound
from portal.web import people
from portal.web.guard import serves
from portal.web.page import page
from portal.why import queries

bp = Blueprint("preview", __name__, url_prefix="/vu-par")


@bp.get("/<uuid:dossier_id>")
@serves(Category.IDENTITY)
def choose(viewer: Viewer, dossier_id: UUID) -> Response:
    if not may_preview(g.db, viewer, dossier_id):
        raise NotFound
    at = clock.now()
    known = queries.known(g.db, dossier_id, at)
    family = [case for case in known.cases if case.link_at(at) not in NO_TIE | {Link.STAFF}]
    opened = queries.opened(g.db, dossier_id, [case.relationship.account_id for case in family], at)
    return page(
        "why/preview.html",
        about=[dossier_id],
        card=people.cards(viewer, [dossier_id])[dossier_id],
        people=[
            (
                known.names[case.relationship.account_id],
                case.link_at(at),
                url_for("home.home", vu_par=case.relationship.id),
                sorted(opened.get(case.relationship.account_id, {}).items()),
            )
            for case in sorted(family, key=lambda one: (one.link_at(at) is not Link.SELF, one.relationship.created_at))
        ],
        today=clock.local_date(at, known.zone),
        local=lambda instant: clock.local(instant, known.zone),
    )
