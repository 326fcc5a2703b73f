"""Management reads what is shared here, tries a change, sees what it would do, decides; and goes back to a version."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, redirect, request, url_for

from portal.access.models import Post
from portal.access.opening import cells_of as written
from portal.access.opening import decide_perimeter, in_force
from portal.access.perimeter import FAMILY, ROWS, STAFF_COLUMN, Column
from portal.access.sharing import Perimeter
from portal.access.words import Viewer
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.perimeter import forms, queries
from portal.web.forms import refuse
from portal.web.guard import for_staff
from portal.web.page import go, page

bp = Blueprint("perimeter", __name__, url_prefix="/perimetre")

management = for_staff(Post.MANAGEMENT, because="what an establishment shares concerns nobody in particular")


@bp.get("/")
@management
def first(_viewer: Viewer, establishments: Collection[UUID]) -> Response:
    """The only establishment, or the first one by name: the others are one tap away."""
    return redirect(url_for("perimeter.show", establishment_id=_sorted(establishments)[0]), 303)  # type: ignore[return-value]


@bp.get("/<uuid:establishment_id>")
@management
def show(_viewer: Viewer, establishments: Collection[UUID], establishment_id: UUID) -> Response:
    _refuse_others(establishments, establishment_id)
    current = in_force(g.db, establishment_id)
    chosen = request.args.get("version", type=int)
    versions = queries.history(g.db, establishment_id)
    shown = next((one for one, _ in versions if one.version == chosen), current)
    return page(
        "perimeter/show.html",
        **_common(establishments, establishment_id),
        current=current,
        shown=shown,
        versions=versions,
        ticked=forms.ticked_of(written(g.db, shown.id) if shown else {}),
    )


@bp.post("/<uuid:establishment_id>/effet")
@management
def effect(_viewer: Viewer, establishments: Collection[UUID], establishment_id: UUID) -> Response:
    """What these boxes would change, before anything is decided."""
    _refuse_others(establishments, establishment_id)
    return page("perimeter/effect.html", form=forms.Decision(), **_effect(establishments, establishment_id))


@bp.post("/<uuid:establishment_id>")
@management
def decide(viewer: Viewer, establishments: Collection[UUID], establishment_id: UUID) -> Response:
    _refuse_others(establishments, establishment_id)
    form = forms.Decision()
    context = _effect(establishments, establishment_id)
    if not form.validate():
        return refuse("perimeter/effect.html", form, **context)
    try:
        decide_perimeter(
            g.db,
            establishment_id,
            context["cells"],
            by=viewer.account_id,
            because=form.because.data or "",
            starts_at=_starts(form.starts_on.data, context["zone"]),
        )
    except BadInput as wrong:
        {"starts_at": form.starts_on}.get(wrong.field, form.because).errors = [wrong.code]
        return refuse("perimeter/effect.html", form, **context)
    return go(url_for("perimeter.show", establishment_id=establishment_id))


def _effect(establishments: Collection[UUID], establishment_id: UUID) -> dict[str, Any]:
    ticked = request.form.getlist("cell")
    cells = forms.cells_of(ticked)
    common = _common(establishments, establishment_id)
    return common | {
        "cells": cells,
        "ticked": ticked,
        "effects": queries.effects(g.db, establishment_id, cells, clock.now()),
        "same": cells == _now(establishment_id),
    }


def _now(establishment_id: UUID) -> dict[Any, bool]:
    current: Perimeter | None = in_force(g.db, establishment_id)
    return written(g.db, current.id) if current else {}


def _common(establishments: Collection[UUID], establishment_id: UUID) -> dict[str, Any]:
    name, zone = queries.establishment(g.db, establishment_id)
    return {
        "establishment_id": establishment_id,
        "others": [one for one in _sorted(establishments) if one != establishment_id],
        "name": name,
        "zone": zone,
        "rows": ROWS,
        "columns": [*(column.value for column in Column), STAFF_COLUMN],
        "family": FAMILY,
        "changeable": {forms.named(*cell) for cell in forms.changeable()},
        "named": forms.named,
        "today": clock.local_date(clock.now(), zone),
        "local": lambda instant: clock.local(instant, zone),
        "now": clock.now(),
    }


def _starts(day: date | None, zone: str) -> datetime | None:
    """00:00 of that day; today, or no day: now."""
    if day is None or day == clock.local_date(clock.now(), zone):
        return None
    return clock.midnight(day, zone)


def _sorted(establishments: Collection[UUID]) -> list[UUID]:
    return sorted(establishments)


def _refuse_others(establishments: Collection[UUID], establishment_id: UUID) -> None:
    if establishment_id not in establishments:
        raise NotFound
