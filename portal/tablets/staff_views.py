"""« Tablettes », for referents: those of their young people, one more, one less."""

from __future__ import annotations

from uuid import UUID

import segno
from flask import Blueprint, Response, g, url_for
from flask_login import current_user
from markupsafe import Markup

from portal.access.models import Kind, Post
from portal.access.words import Category, Viewer
from portal.accounts.fresh import ask_again, is_fresh
from portal.accounts.models import Method
from portal.core import clock
from portal.core.errors import NotFound
from portal.tablets import queries, services
from portal.tablets.queries import Young
from portal.web import configured, logs, people
from portal.web.guard import dossiers, serves
from portal.web.page import go, page

bp = Blueprint("tablets", __name__, url_prefix="/tablettes")
POSTS = tuple(post for post in Post if post not in (Post.NONE, Post.KITCHEN))
SHOWN = (Category.IDENTITY, Category.PLANNING)


@bp.get("")
@serves(*SHOWN)
def everybody(viewer: Viewer) -> Response:
    """Those one is the referent of."""
    reached = _worked_with()
    if not reached:
        raise NotFound
    mine = queries.young_people(g.db, viewer, reached)
    cards = people.cards(viewer, mine)
    ordered = sorted(cards.items(), key=lambda one: (one[1].name, one[0]))
    return page("tablets/everybody.html", about=mine, cards=ordered)


@bp.get("/<uuid:dossier_id>")
@serves(*SHOWN)
def one(viewer: Viewer, dossier_id: UUID) -> Response:
    """Their tablets, and how one more becomes theirs."""
    return _one(viewer, dossier_id, _young(viewer, dossier_id))


@bp.post("/<uuid:dossier_id>/code")
@serves(*SHOWN)
def allow(viewer: Viewer, dossier_id: UUID) -> Response:
    """A code for ten minutes, shown once. The referent's own session stays on the referent's own device."""
    young = _changing(viewer, dossier_id)
    if young is None:
        return ask_again(url_for("tablets.one", dossier_id=dossier_id))
    code = services.allow(g.db, young, by=viewer.account_id, secret_key=configured.secret_key())
    logs.event("tablet_allowed", account=young.account_id, by=viewer.account_id)
    return _one(viewer, dossier_id, young, code=code)


@bp.post("/<uuid:dossier_id>/<uuid:way_id>/retirer")
@serves(*SHOWN)
def take_back(viewer: Viewer, dossier_id: UUID, way_id: UUID) -> Response:
    young = _changing(viewer, dossier_id)
    if young is None:
        return ask_again(url_for("tablets.one", dossier_id=dossier_id))
    services.take_back(g.db, young.account_id, way_id)
    g.about = (dossier_id,)
    logs.event("way_in_removed", account=young.account_id, way=Method.PASSKEY, by=viewer.account_id)
    return go(url_for("tablets.one", dossier_id=dossier_id))


def _changing(viewer: Viewer, dossier_id: UUID) -> Young | None:
    """Whose ways in are about to change; None when a fresh proof is wanted first. Raises ``NotFound``."""
    young = _young(viewer, dossier_id)
    if young is None:
        raise NotFound
    return young if is_fresh(current_user._get_current_object()) else None


def _young(viewer: Viewer, dossier_id: UUID) -> Young | None:
    """Raises ``NeedsStrength``, ``NotFound``: to families none of this exists, however they came in."""
    if dossier_id not in _worked_with():
        raise NotFound
    return queries.young(g.db, viewer, dossier_id)


def _worked_with() -> frozenset[UUID]:
    """Dossiers the reader reaches by their work."""
    return dossiers([one for one in g.scope if one.kind is Kind.STAFF], SHOWN)


def _one(viewer: Viewer, dossier_id: UUID, young: Young | None, *, code: str = "") -> Response:
    card = people.cards(viewer, [dossier_id])[dossier_id]
    address = f"{configured.settings().public_url}/tablette"
    return page(
        "tablets/one.html",
        about=[dossier_id],
        card=card,
        young=young,
        dossier_id=dossier_id,
        tablets=queries.tablets(g.db, young.account_id) if young else [],
        code=code,
        address=address.partition("://")[2],
        square=_square(f"{address}#{code}") if code else "",
        local=lambda at: clock.local(at, card.zone),
        today=clock.local_date(clock.now(), card.zone),
    )


def _square(said: str) -> Markup:
    drawn = segno.make(said, micro=False, error="m")
    told = drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return Markup(told)  # noqa: S704 - drawn by segno from our own words
