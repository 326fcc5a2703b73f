"""« Accompagner » : staff choose beside whom they sit, give the device over, and close what they opened."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, request, session, url_for
from flask_login import current_user, logout_user

from portal.access.words import Category, Viewer
from portal.accounts.services import end_session
from portal.beside import queries, services
from portal.core import clock
from portal.core.errors import NotFound
from portal.web import logs, people
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("beside", __name__, url_prefix="/accompagner")
HELD = "given over"
"""Where the cookie of a device keeps what it waits for."""
SHOWN = (Category.IDENTITY, Category.PLANNING)


@bp.get("")
@serves(*SHOWN)
def everybody(viewer: Viewer) -> Response:
    """Beside whom one may sit."""
    mine = queries.young_people(g.scope, viewer)
    cards = people.cards(viewer, mine)
    return page("beside/everybody.html", about=mine, cards=sorted(cards.items(), key=lambda one: (one[1].name, one[0])))


@bp.get("/<uuid:dossier_id>")
@serves(*SHOWN)
def one(viewer: Viewer, dossier_id: UUID) -> Response:
    """What opening this space does, and what is open now."""
    card = people.cards(viewer, [dossier_id])[dossier_id]
    return page(
        "beside/one.html",
        about=[dossier_id],
        card=card,
        space=queries.space(g.db, viewer, dossier_id),
        dossier_id=dossier_id,
        local=lambda at: clock.local(at, card.zone),
    )


@bp.post("/<uuid:dossier_id>/ouvrir")
@serves(*SHOWN)
def give_over(viewer: Viewer, dossier_id: UUID) -> Response:
    """The helper's session ends here, then the young person says that it is them: nobody finds it on this device."""
    space = queries.space(g.db, viewer, dossier_id)
    if space is None:
        raise NotFound
    g.about = (dossier_id,)
    token = services.give_over(g.db, space, by=viewer.account_id, anew=request.form.get("anew") == "yes")
    end_session(g.db, current_user.get_id())
    logout_user()
    session.clear()
    session[HELD] = token
    logs.event("given_over", account=space.account_id, helper=viewer.account_id)
    return go(url_for("given.show"))


@bp.post("/<uuid:dossier_id>/fermer")
@serves(*SHOWN)
def close(viewer: Viewer, dossier_id: UUID) -> Response:
    """It ends wherever it is open."""
    space = queries.space(g.db, viewer, dossier_id)
    if space is not None:
        g.about = (dossier_id,)
        services.close(g.db, space.account_id)
        logs.event("space_closed", account=space.account_id, helper=viewer.account_id)
    return go(url_for("beside.one", dossier_id=dossier_id))
