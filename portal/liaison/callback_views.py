"""« Rappelez-moi » : a family's page, and the list of those who call. One address, each reader's own page."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, g, request, url_for

from portal.access.models import Post
from portal.access.words import Category, Strength, Viewer
from portal.core import clock
from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.core.names import names_of
from portal.liaison import callbacks
from portal.liaison.callbacks import OVER
from portal.liaison.forms import CallForm
from portal.liaison.models import CallState, Suits, ToWhom
from portal.liaison.views import helpers_of, nobody
from portal.ties.queries import working
from portal.web import forms, guard, people
from portal.web.contacts import Contact
from portal.web.guard import dossiers, serves
from portal.web.page import go, page

bp = Blueprint("callbacks", __name__, url_prefix="/rappels")

SHOWN = (Category.PLANNING, Category.APPOINTMENTS, Category.IDENTITY)


@bp.get("/")
@serves(*SHOWN)
def first(viewer: Viewer) -> Response:
    if guard.is_staff():
        return _list(viewer)
    try:
        return _page(viewer, CallForm(formdata=None))
    except NotFound:  # the entry of the menu is everybody's
        return nobody()


@bp.post("/")
@serves(*SHOWN)
def ask(viewer: Viewer) -> Response:
    form, rows = CallForm(), _mine(viewer)
    if form.validate():
        child = next((row.dossier_id for row in rows if str(row.dossier_id) == form.child.data), None)
        if child is None:
            raise NotFound
        said = callbacks.Said(
            ToWhom(form.to_whom.data or ""),
            Suits(form.suits.data or ""),
            form.subject.data or "",
            form.phone.data or "",
            UUID(form.form_key.data or ""),
        )
        callbacks.ask(g.db, viewer, child, said)
        return go(url_for("callbacks.first"))
    return _page(viewer, form)


@bp.post("/<uuid:callback_id>/retirer")
@serves(*SHOWN)
def withdraw(viewer: Viewer, callback_id: UUID) -> Response:
    callbacks.withdraw(g.db, viewer, callback_id)
    return go(url_for("callbacks.first"))


@bp.post("/<uuid:callback_id>/suite")
@serves(*SHOWN)
def say(viewer: Viewer, callback_id: UUID) -> Response:
    """Taken, called in vain, called."""
    if not guard.is_staff():
        raise NotFound
    try:
        state = CallState(request.form.get("state", ""))
    except ValueError:
        raise BadInput("state", "choice") from None
    callbacks.say(g.db, viewer, callback_id, state, working(g.scope, viewer, tuple(Post)))
    return go(url_for("callbacks.first"))


def _page(viewer: Viewer, form: CallForm) -> Response:
    rows = _mine(viewer)
    children = list(dict.fromkeys(row.dossier_id for row in rows))
    form.form_key.data = form.form_key.data or str(uuid4())
    form.child.data = form.child.data or (str(children[0]) if len(children) == 1 else "")
    zone = rows[0].time_zone
    context: dict[str, Any] = {
        "children": children,
        "cards": people.cards(viewer, dossiers(g.scope, SHOWN)),
        "told": [row for row in rows if row.id is not None],
        "whom": [one for one in ToWhom if one is not ToWhom.NURSE or any(row.nurse for row in rows)],
        "over": OVER,
        "today": clock.local_date(clock.now(), zone),
        "zone": zone,
        "local": clock.local,
        "contacts": [Contact(*one) for one in dict.fromkeys((row.name, row.place_phone) for row in rows) if one[1]],
        "helpers": helpers_of(rows),
    }
    if form.errors:
        g.about = tuple(children)
        return forms.refuse("liaison/callback.html", form, **context)
    return page("liaison/callback.html", about=children, form=form, **context)


def _list(viewer: Viewer) -> Response:
    if viewer.strength is not Strength.SUBSTANTIAL:  # where families can be reached is nothing for a weak sign-in
        raise NeedsStrength
    cards = people.cards(viewer, dossiers(g.scope, SHOWN))
    zone = next((card.zone for card in cards.values()), "Europe/Paris")
    rows = callbacks.waiting(g.db, viewer)
    return page(
        "liaison/callbacks.html",
        about={row.dossier_id for row in rows},
        rows=rows,
        names=names_of(g.db, {row.asked_by for row in rows}) if rows else {},
        helpers=helpers_of(rows),
        cards=cards,
        over=OVER,
        today=clock.local_date(clock.now(), zone),
        local=clock.local,
    )


def _mine(viewer: Viewer) -> list[Any]:
    """Whom one may ask about, with what was asked. Raises ``NotFound`` for nobody."""
    rows = callbacks.mine(g.db, viewer)
    if not rows:
        raise NotFound
    return rows
