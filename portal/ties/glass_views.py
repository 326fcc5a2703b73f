"""« Accès d’urgence » : find, say why, read for four hours; and for management, the list of those who did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g, request, url_for
from flask_login import current_user

from portal.access.glass import break_glass
from portal.access.models import Kind, Post
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.ties import emergency, forms, queries
from portal.ties.joints import Found, joints
from portal.web import logs, people
from portal.web.forms import refuse
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("glass", __name__, url_prefix="/bris-de-glace")

POSTS = emergency.POSTS
NAMED = (Category.IDENTITY,)


@bp.route("", methods=["GET", "POST"])
@serves(*NAMED)
def find(viewer: Viewer) -> Response:
    """What one already knows of the young person, and why: nothing is listed before that."""
    posts = emergency.posts_of(g.db, viewer)
    units = queries.units(g.db, posts)
    form = forms.Emergency()
    form.unit.choices = forms.named(units)
    found: list[Found] | None = None
    if request.method == "POST" and form.validate():
        found = _found(form, posts)
        emergency.noted(g.db, viewer, [one.dossier for one in found], posts, logs.reference())
    open_now, others = _broken(viewer)
    context: dict[str, Any] = {"units": units, "found": found, "mine": open_now, "others": others}
    context |= {
        "names": _names(viewer, [*open_now, *others]),
        "about": _about([*open_now, *others]),
        "local": clock.local,
    }
    return refuse("ties/glass.html", form, **context) if form.errors else page("ties/glass.html", form=form, **context)


@bp.post("/ouvrir")
@serves(*NAMED)
def open_(viewer: Viewer) -> Response:
    """Four hours, told at once. The form says again what was asked: it is looked up again, no identifier is trusted."""
    posts = emergency.posts_of(g.db, viewer)
    form = forms.Emergency()
    form.unit.choices = forms.named(queries.units(g.db, posts))
    chosen = request.form.get("dossier", type=UUID)
    if not form.validate():
        raise BadInput("dossier", "missing")
    for one in _found(form, posts):
        if one.dossier.id == chosen:
            link = break_glass(g.db, one.dossier, by=viewer.account_id, reason=form.words.data or "")
            joints().broken(g.db, link)
            return go(url_for("glass.find"))
    raise NotFound


def banner() -> tuple[str, str] | None:
    """(instant, hour) until which the reader's emergency access stands; None: they have none. Asked on every page."""
    if g.get("failing") or not any(one.emergency for one in g.get("scope", ())):
        return None
    found = emergency.until(g.db, current_user.account_id)
    if found is None:
        return None
    at = clock.local(*found)
    hour: str = current_app.jinja_env.globals["hour_said"](at)  # type: ignore[operator]  # our own function
    return at.isoformat(timespec="minutes"), hour


def _found(form: forms.Emergency, posts: dict[UUID, Post]) -> list[Found]:
    unit_id, said = UUID(form.unit.data), form.given_name.data or ""
    return [one for place in posts for one in joints().find(g.db, place, unit_id, said)]


def _broken(viewer: Viewer) -> tuple[list[emergency.Broken], list[emergency.Broken]]:
    """(one's own that stand, those of everybody for management)."""
    managed = {one.establishment_id for one in g.scope if one.kind is Kind.STAFF and one.post is Post.MANAGEMENT}
    return emergency.mine(g.db, viewer.account_id), emergency.all_of(g.db, managed) if managed else []


def _about(shown: list[emergency.Broken]) -> set[UUID]:
    return {one.dossier_id for one in g.scope} & {one.link.dossier_id for one in shown}


def _names(viewer: Viewer, shown: list[emergency.Broken]) -> dict[UUID, str]:
    cards = people.cards(viewer, _about(shown))
    return {one: card.name for one, card in cards.items()}
