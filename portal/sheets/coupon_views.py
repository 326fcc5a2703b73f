"""« Talons » : staff type or scan the code of one, then what stood on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from sqlalchemy import Row

from portal.access.models import Kind
from portal.access.words import Category, Strength, Viewer
from portal.accounts import device_cookie, throttle
from portal.core import clock
from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.liaison.services import Changed
from portal.sheets import coupons
from portal.sheets.forms import CODE, AnsweredForm, CodeForm
from portal.web import configured, guard, logs, people
from portal.web.forms import refuse
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("coupons", __name__, url_prefix="/talons")

SHOWN = (Category.PLANNING, Category.APPOINTMENTS, Category.IDENTITY)
GUESSES = throttle.Budget("coupon", per_account=20, per_device=40, window=timedelta(minutes=15))
"""Wrong codes. The right ones of a whole batch are typed in a row."""


@bp.get("")
@serves(*SHOWN)
def first(viewer: Viewer) -> Response:
    """A box for the code. ``code``: what the square says; it is only written into the box."""
    _refuse_families(viewer)
    form = CodeForm(formdata=None)
    form.code.data = coupons.read(request.args.get("code", "")[:CODE])
    return page("sheets/coupon.html", about=[], form=form, done="fait" in request.args)


@bp.post("")
@serves(*SHOWN)
def look(viewer: Viewer) -> Response:
    """What this coupon answers, and the boxes that stand on it."""
    _refuse_families(viewer)
    form = CodeForm()
    if form.validate():
        try:
            found = _found(viewer, form.code.data or "")
        except BadInput as error:
            form.refused(error)
        else:
            asked = AnsweredForm(formdata=None)
            asked.code.data = coupons.read(form.code.data or "")
            return page(
                "sheets/answer.html", about=[found.dossier_id], form=asked, changed=False, **_told(viewer, found)
            )
    g.about = ()
    return refuse("sheets/coupon.html", form, done=False)


@bp.post("/saisir")
@serves(*SHOWN)
def enter(viewer: Viewer) -> Response:
    """What was ticked and written becomes the answer of whoever wrote it."""
    _refuse_families(viewer)
    form = AnsweredForm()
    try:
        found = _found(viewer, form.code.data or "")
    except BadInput as error:
        again = CodeForm(formdata=None)
        again.code.data = coupons.read((form.code.data or "")[:CODE])
        again.refused(error)
        g.about = ()
        return refuse("sheets/coupon.html", again, done=False)
    g.about = (found.dossier_id,)
    changed = False
    if form.validate():
        try:
            coupons.answer(g.db, viewer, found, form.answered())
            logs.event("coupon_entered", about=found.about)
            return go(url_for("coupons.first", fait=1))
        except BadInput as error:
            form.refused(error)
        except (Changed, NotFound):  # moved since, or no longer theirs to answer: somebody calls them
            changed = True
    return refuse("sheets/answer.html", form, changed=changed, **_told(viewer, found))


def _refuse_families(viewer: Viewer) -> None:
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    if not guard.is_staff():
        raise NotFound


def _found(viewer: Viewer, code: str) -> Row[Any]:
    """Raises ``BadInput`` as ``coupons.look``; ``TooMany`` after too many codes that are none."""
    tried = GUESSES, str(viewer.account_id), device_cookie.here()
    throttle.refuse_if_spent(g.db, *tried)
    try:
        found = coupons.look(g.db, viewer, code, secret_key=configured.secret_key())
    except BadInput as error:
        if error.code == "unknown":
            throttle.count(g.db, *tried)
        raise
    mine = (one for one in g.scope if one.kind is Kind.STAFF and not one.emergency)  # a broken glass only reads
    if not any(one.dossier_id == found.dossier_id for one in mine):
        raise BadInput("code", "unknown")
    return found


def _told(viewer: Viewer, found: Row[Any]) -> dict[str, Any]:
    card = people.cards(viewer, [found.dossier_id])[found.dossier_id]
    name, title, at = coupons.told(g.db, viewer, found)
    return {
        "kind": found.about,
        "card": card,
        "who": name,
        "what": title,
        "at": at,
        "today": clock.local_date(clock.now(), card.zone),
    }
