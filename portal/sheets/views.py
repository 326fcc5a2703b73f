"""« Ma semaine sur papier » : a family, or the young person, prints for themselves, or asks for paper every week.

Staff print here what they see of one young person themselves.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.access.words import Viewer
from portal.core.errors import NotFound
from portal.planning.week_views import TIMES
from portal.sheets import paper, queries, services, weeks
from portal.sheets.forms import WishForm
from portal.sheets.gathering import SHOWN
from portal.sheets.weeks import pdf
from portal.web import configured, guard, logs, people, reading
from portal.web.forms import refuse
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("sheets", __name__, url_prefix="/feuille")


@bp.get("/<uuid:dossier_id>")
@serves(*SHOWN)
def choose(viewer: Viewer, dossier_id: UUID) -> Response:
    _refuse_without_times(dossier_id)
    card = people.cards(viewer, [dossier_id])[dossier_id]
    wish = None if guard.is_staff() else queries.mine(g.db, viewer, dossier_id)
    return page("sheets/choose.html", about=[dossier_id], **_shown(dossier_id, card, wish))


@bp.get("/<uuid:dossier_id>/semaine.pdf")
@serves(*SHOWN)
def own(viewer: Viewer, dossier_id: UUID) -> Response:
    """The week as whoever asks sees it, at this sign-in."""
    _refuse_without_times(dossier_id)
    if viewer.through is not None:  # by a mandate or through somebody's eyes, nothing is taken away
        raise NotFound
    card = people.cards(viewer, [dossier_id])[dossier_id]
    made = services.own(
        g.db,
        viewer,
        dossier_id,
        weeks.asked(card.zone),
        logs.reference(),
        own=people.is_own(dossier_id),
        easy=request.args.get("lecture", "") == "facile",
        lang=reading.current().lang,
        menus=bool(request.args.get("menus")),
    )
    g.about = (dossier_id,)
    return pdf(paper.pages([made], configured.settings().public_url), "semaine")


@bp.post("/<uuid:dossier_id>/papier")
@serves(*SHOWN)
def ask(viewer: Viewer, dossier_id: UUID) -> Response:
    """On paper every week from now on, or no longer. Staff say it for a family on their own page."""
    _refuse_without_times(dossier_id)
    if guard.is_staff():
        raise NotFound
    form = WishForm()
    if request.form.get("stop"):
        services.stop(g.db, viewer, dossier_id, viewer.account_id)
    elif form.validate():
        services.want(g.db, viewer, dossier_id, viewer.account_id, form.wish())
    else:
        card = people.cards(viewer, [dossier_id])[dossier_id]
        g.about = (dossier_id,)
        shown = _shown(dossier_id, card, queries.mine(g.db, viewer, dossier_id))
        del shown["form"]
        return refuse("sheets/choose.html", form, **shown)
    return go(url_for("sheets.choose", dossier_id=dossier_id))


def _refuse_without_times(dossier_id: UUID) -> None:
    """Whoever reads a name or the menus has no week to print. Raises ``NotFound``."""
    if dossier_id not in guard.dossiers(g.scope, TIMES):
        raise NotFound


def _shown(dossier_id: UUID, card: people.Card, wish: object) -> dict[str, Any]:
    return {
        "card": card,
        "dossier_id": dossier_id,
        "own": people.is_own(dossier_id),
        "staff": guard.is_staff(),
        "wish": wish,
        "monday": weeks.asked(card.zone),
        "form": WishForm(formdata=None, obj=wish),
    }
