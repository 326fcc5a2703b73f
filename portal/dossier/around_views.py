"""« Qui s’occupe de… » : names, roles, how to reach them; a young person's rights, and whom they may tell."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g

from portal.access.words import Category, Viewer
from portal.core import clock
from portal.dossier.around import around
from portal.web import people
from portal.web.contacts import Contact
from portal.web.guard import dossiers, serves
from portal.web.page import page

bp = Blueprint("around", __name__)


@bp.get("/qui-s-occupe-de/<uuid:dossier_id>")
@serves(Category.IDENTITY, previewable=True)
def one(viewer: Viewer, dossier_id: UUID) -> Response:
    cards = people.cards(viewer, [dossier_id])
    card = cards[dossier_id]
    found = around(g.db, viewer, [dossier_id], clock.local_date(clock.now(), card.zone))[dossier_id]
    return page(
        "dossier/around.html",
        about=[dossier_id],
        card=card,
        own=people.is_own(dossier_id),
        found=found,
        whole=bool(card.name),
        contact=Contact(found.establishment, found.phone) if found.phone else None,
        freshness=people.freshness([card]),
    )


@bp.get("/mes-droits")
@serves(Category.IDENTITY, previewable=True)
def rights(viewer: Viewer) -> Response:
    """What a young person may ask, and whom they may tell. Anybody may read it; names are those of one's own team."""
    mine = [one for one in dossiers(g.scope, (Category.IDENTITY,)) if people.is_own(one)]
    today = clock.local_date(clock.now(), "Europe/Paris")
    found = around(g.db, viewer, mine, today) if mine else {}
    helpers = [helper for one in found.values() for helper in one.helpers]
    phones = [Contact(one.establishment, one.phone) for one in found.values() if one.phone]
    return page("dossier/rights.html", about=mine, helpers=helpers, phones=phones)
