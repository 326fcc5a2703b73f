"""« Qui s’occupe de… » : names, roles, how to reach them; a young person's rights, and whom they may tell."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g

from portal.access.words import Category, Viewer
from portal.core import clock
from portal.dossier.around import around
from portal.web import guard, people
from portal.web.contacts import Contact, contacts
from portal.web.guard import dossiers, serves
from portal.web.page import page

bp = Blueprint("around", __name__)


@bp.get("/qui-s-occupe-de/<uuid:dossier_id>")
@serves(Category.IDENTITY, previewable=True)
def one(viewer: Viewer, dossier_id: UUID) -> Response:
    cards = people.cards(viewer, [dossier_id])
    card = cards[dossier_id]
    own, today = people.is_own(dossier_id), clock.local_date(clock.now(), card.zone)
    tells = own or guard.works_with(dossier_id)  # whom somebody trusts is theirs to say
    found = around(g.db, viewer, [dossier_id], today, _named, trusted=tells)[dossier_id]
    return page(
        "dossier/around.html",
        about=[dossier_id],
        card=card,
        own=own,
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
    found = around(g.db, viewer, mine, today, _named, trusted=True) if mine else {}
    places = {one.establishment_id for one in g.scope if people.is_own(one.dossier_id)}
    return page(
        "dossier/rights.html",
        about=mine,
        helpers=[helper for one in found.values() for helper in one.helpers],
        trusted=[name for one in found.values() for name in one.trusted],
        phones=contacts(g.db, places),  # also beside a helper, where no name is open: somebody can be called
    )


def _named(establishment_id: Any) -> Any:
    """Whether management shows the names of staff there; ``app`` puts the answer of another feature here."""
    return current_app.extensions["staff named"](establishment_id)
