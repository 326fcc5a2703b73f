"""For staff: write down what was told otherwise than by a page; for management: show held lines, and names or not."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.access.models import Kind, Means, Post
from portal.access.perimeter import ROWS, Row, row_name
from portal.access.words import Category, Strength, Viewer
from portal.core import clock
from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.core.names import names_of
from portal.lookers import queries, readers, services
from portal.lookers.forms import TellForm, options
from portal.lookers.readers import Eye
from portal.lookers.services import NotOpen
from portal.lookers.views import ANY, NAMED
from portal.web import forms, logs, people
from portal.web.guard import for_staff, serves
from portal.web.page import go, page

NEVER_ASKED = frozenset({Category.MENUS, Category.INTIMATE_CARE})
"""What is everybody's, and what is nobody's but care's."""

bp = Blueprint("telling", __name__, url_prefix="/qui-a-regarde")


@bp.get("/<uuid:dossier_id>/communication")
@serves(NAMED, via=ANY)
def ask(viewer: Viewer, dossier_id: UUID) -> Response:
    form = _form(viewer, dossier_id)
    if not form.told_on.data:
        form.told_on.data = clock.local_date(clock.now(), _card(viewer, dossier_id).zone)
    return page("lookers/tell.html", about=[dossier_id], form=form, **_asked(viewer, dossier_id))


@bp.post("/<uuid:dossier_id>/communication")
@serves(NAMED, via=ANY)
def tell(viewer: Viewer, dossier_id: UUID) -> Response:
    form = _form(viewer, dossier_id)
    closed: tuple[Row, ...] = ()
    if form.validate():
        try:
            services.tell(
                g.db,
                viewer,
                dossier_id,
                to=form.to_whom(),
                rows=form.wanted(),
                means=Means(form.means.data),
                told_at=form.told_at(_card(viewer, dossier_id).zone),
                request_id=logs.reference(),
            )
            return go(url_for("telling.ask", dossier_id=dossier_id, note=1))
        except BadInput as refused:
            form.refused(refused)
            closed = refused.rows if isinstance(refused, NotOpen) else ()
    g.about = (dossier_id,)
    return forms.refuse("lookers/tell.html", form, **_asked(viewer, dossier_id) | {"closed": closed})


@bp.post("/<uuid:dossier_id>/montrer")
@serves(NAMED, via=ANY)
def release(viewer: Viewer, dossier_id: UUID) -> Response:
    reader = readers.reader(viewer, g.scope, dossier_id)
    if reader.eye is not Eye.MANAGEMENT:
        raise NotFound
    services.release(g.db, viewer, dossier_id, reader.establishment_id)
    return go(url_for("lookers.dossier", dossier_id=dossier_id))


@bp.get("/noms")
@for_staff(Post.MANAGEMENT, because="whether families read names of staff concerns no young person in particular")
def names(_viewer: Viewer, establishments: Collection[UUID]) -> Response:
    return page("lookers/names.html", places=queries.namings(g.db, list(establishments)))


@bp.post("/noms")
@for_staff(Post.MANAGEMENT, because="whether families read names of staff concerns no young person in particular")
def decide_names(viewer: Viewer, establishments: Collection[UUID]) -> Response:
    place = next((one for one in establishments if str(one) == request.form.get("establishment")), None)
    said = request.form.get("named")
    if place is None:
        raise NotFound
    if said not in ("yes", "no"):
        raise BadInput("named", "choice")
    services.name_staff(g.db, viewer, place, named=said == "yes")
    return go(url_for("telling.names"))


def _form(viewer: Viewer, dossier_id: UUID) -> TellForm:
    """Only staff of this young person may fill it in. Raises ``NotFound``, ``NeedsStrength``."""
    links = [one for one in g.scope if one.dossier_id == dossier_id]
    if not links or any(one.kind is not Kind.STAFF for one in links):
        raise NotFound
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    g.listeners = services.listeners(g.db, dossier_id)
    form = TellForm()
    form.to.choices = options(*(str(one.relationship.id) for one in g.listeners))
    return form


def _card(viewer: Viewer, dossier_id: UUID) -> Any:
    return people.cards(viewer, [dossier_id])[dossier_id]


def _asked(viewer: Viewer, dossier_id: UUID) -> dict[str, Any]:
    names = names_of(g.db, [one.relationship.account_id for one in g.listeners])
    mine = frozenset(category for one in g.scope if one.dossier_id == dossier_id for category in one.categories)
    return {
        "card": _card(viewer, dossier_id),
        "dossier_id": dossier_id,
        "listeners": [
            (one.relationship.id, names.get(one.relationship.account_id, ""), one.relationship.kind)
            for one in g.listeners
        ],
        "choices": [row for row in ROWS if row[0] in mine - NEVER_ASKED],
        "row_name": row_name,
        "closed": (),
        "noted": "note" in request.args,
    }
