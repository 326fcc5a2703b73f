"""« Échéances » : what ends within sixty days, when, why, and what to do."""

from __future__ import annotations

from flask import Blueprint, Response, g

from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.names import names_of
from portal.deadlines import queries
from portal.deadlines.expiries import WARNED, ends, of_whom
from portal.deadlines.views import today
from portal.web import people
from portal.web.guard import serves
from portal.web.page import page

bp = Blueprint("ends", __name__)


@bp.get("/echeances")
@serves(Category.IDENTITY)
def coming(viewer: Viewer) -> Response:
    """Never what is about one's own child: there, somebody who works here is family."""
    mine = queries.at_work_on(g.db, viewer, g.scope, WARNED)
    if not mine:
        raise NotFound
    places = {one.establishment_id for one in g.scope if one.dossier_id in mine}
    found = [one for one in ends(g.db, clock.now(), places) if one.dossier_id is None or one.dossier_id in mine]
    dossiers = {one.dossier_id for one in found if one.dossier_id is not None}
    cards = people.cards(viewer, dossiers)
    zone = next((card.zone for card in cards.values()), "Europe/Paris")
    return page(
        "deadlines/ends.html",
        about=dossiers,
        rows=[(one, cards.get(one.dossier_id) if one.dossier_id else None) for one in found],
        names=names_of(g.db, of_whom(found)),
        local=lambda at: clock.local(at, zone).date(),
        today=today(cards),
    )
