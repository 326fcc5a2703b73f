"""« Mandats » : staff write one down after seeing its paper, or end it; whoever gave it takes it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, g, url_for
from flask_login import current_user

from portal.access.services import VERIFIED_BY
from portal.access.words import Category, Viewer
from portal.accounts.queries import SignedIn
from portal.beside import mandating, queries
from portal.beside.forms import LISTED, MandateForm
from portal.beside.mandating import Held
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.web import logs, people
from portal.web.forms import refuse
from portal.web.guard import for_oneself, serves
from portal.web.page import go, page

bp = Blueprint("mandates", __name__)
SHOWN = (Category.IDENTITY,)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.jinja_env.globals["my_mandates"] = my_mandates


@bp.get("/mandats/<uuid:dossier_id>")
@serves(*SHOWN)
def of(viewer: Viewer, dossier_id: UUID) -> Response:
    _refuse(viewer, dossier_id)
    return _page(viewer, dossier_id, MandateForm(formdata=None))


@bp.post("/mandats/<uuid:dossier_id>")
@serves(*SHOWN)
def record(viewer: Viewer, dossier_id: UUID) -> Response:
    _refuse(viewer, dossier_id)
    form = MandateForm().about(mandating.relatives(g.db, dossier_id))
    if form.validate():
        zone = people.cards(viewer, [dossier_id])[dossier_id].zone
        try:
            one = mandating.record(g.db, dossier_id, form.wanted(zone), by=viewer.account_id)
        except BadInput as error:
            form.refused(error)
        else:
            logs.event("mandate_recorded", mandate=one.id, account=one.account_id, by=viewer.account_id)
            g.about = (dossier_id,)
            return go(url_for("mandates.of", dossier_id=dossier_id))
    return _page(viewer, dossier_id, form)


@bp.post("/mandats/<uuid:dossier_id>/<uuid:mandate_id>/fin")
@serves(*SHOWN)
def end(viewer: Viewer, dossier_id: UUID, mandate_id: UUID) -> Response:
    _refuse(viewer, dossier_id)
    mandating.end(g.db, dossier_id, mandate_id, by=viewer.account_id)
    logs.event("mandate_ended", mandate=mandate_id, by=viewer.account_id)
    g.about = (dossier_id,)
    return go(url_for("mandates.of", dossier_id=dossier_id))


@bp.post("/mes-mandats/<uuid:mandate_id>/retirer")
@for_oneself(because="one takes back what one gave, whatever else one reaches")
def take_back(who: SignedIn, mandate_id: UUID) -> Response:
    mandating.take_back(g.db, mandate_id, by=who.account_id)
    logs.event("mandate_ended", mandate=mandate_id, by=who.account_id)
    return go("/ma-connexion")


def my_mandates() -> list[Held]:
    """Those the reader gave, on their own pages."""
    return mandating.given_by(g.db, current_user.account_id) if current_user.is_authenticated else []


def _refuse(viewer: Viewer, dossier_id: UUID) -> None:
    """For those who see papers: who verify links. Raises ``NeedsStrength``, ``NotFound``."""
    queries.refuse_unless_sits(g.db, viewer, dossier_id)
    if not any(one.dossier_id == dossier_id and one.post in VERIFIED_BY and not one.emergency for one in g.scope):
        raise NotFound


def _page(viewer: Viewer, dossier_id: UUID, form: MandateForm) -> Response:
    card, found = people.cards(viewer, [dossier_id])[dossier_id], mandating.relatives(g.db, dossier_id)
    today = clock.local_date(clock.now(), card.zone)
    if not form.errors:
        form.since.data = today
    context: dict[str, Any] = {
        "card": card,
        "dossier_id": dossier_id,
        "mandates": mandating.of_dossier(g.db, dossier_id),
        "relatives": found,
        "themes": LISTED,
        "today": today,
        "about": [dossier_id],
    }
    form.about(found)
    template = "beside/mandates.html"
    return refuse(template, form, **context) if form.errors else page(template, form=form, **context)
