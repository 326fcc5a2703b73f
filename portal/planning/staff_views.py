"""For staff: the week of a unit, and what is announced to families."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.access.words import Viewer
from portal.core import clock
from portal.core.errors import BadInput
from portal.planning import bulletins
from portal.planning.bulletins import PUBLISH
from portal.planning.forms import BulletinForm, options
from portal.planning.models import BulletinKind
from portal.web import forms
from portal.web.guard import for_staff
from portal.web.page import go, page

bp = Blueprint("bulletins", __name__, url_prefix="/annonces")

BECAUSE = "what an establishment announces concerns nobody in particular"
ZONE = "Europe/Paris"


@bp.get("/")
@for_staff(*PUBLISH, because=BECAUSE)
def all_of_them(_viewer: Viewer, establishments: Collection[UUID]) -> Response:
    form = _form(establishments)
    form.first_day.data = form.first_day.data or _today()
    return page("planning/bulletins.html", **_shown(form, establishments))


@bp.post("/")
@for_staff(*PUBLISH, because=BECAUSE)
def publish(viewer: Viewer, establishments: Collection[UUID]) -> Response:
    form = _form(establishments)
    if form.validate():
        first: date = form.first_day.data  # type: ignore[assignment]  # asked after validate()
        try:
            bulletins.publish(
                g.db,
                viewer,
                establishments,
                where=form.where.data,
                kind=BulletinKind(form.kind.data),
                first=first,
                last=form.last_day.data or first,
                text=form.text.data or "",
                easy_text=form.easy_text.data or "",
            )
            return go(url_for("bulletins.all_of_them"))
        except BadInput as refused:
            form.refused(refused)
    return forms.refuse("planning/bulletins.html", **_shown(form, establishments))


@bp.post("/<uuid:bulletin_id>/retirer")
@for_staff(*PUBLISH, because=BECAUSE)
def withdraw(_viewer: Viewer, establishments: Collection[UUID], bulletin_id: UUID) -> Response:
    bulletins.withdraw(g.db, establishments, bulletin_id)
    return go(url_for("bulletins.all_of_them"))


def _form(establishments: Collection[UUID]) -> BulletinForm:
    form = BulletinForm()
    g.places = bulletins.places(g.db, establishments)
    form.where.choices = options(*(value for value, *_names in g.places))
    return form


def _shown(form: BulletinForm, establishments: Collection[UUID]) -> dict[str, Any]:
    today = _today()
    return {
        "form": form,
        "places": g.places,
        "today": today,
        "published": bulletins.published(g.db, establishments, today),
    }


def _today() -> date:
    return clock.local_date(clock.now(), ZONE)
