"""Choosing one's passphrase, and the app that shows its codes."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, Response, g, request
from markupsafe import Markup

from portal.accounts import codes, passphrases, ways
from portal.accounts.forms import AppForm, NewPhraseForm, blame, forget, put, text
from portal.accounts.fresh import ask_again, is_fresh
from portal.accounts.models import Method
from portal.accounts.own_views import PAGE, phrase_is_open
from portal.accounts.queries import SignedIn
from portal.core.errors import BadInput, NotFound
from portal.web import configured, logs, nexts
from portal.web.forms import refuse
from portal.web.guard import for_oneself
from portal.web.page import go, page

bp = Blueprint("phrases", __name__, url_prefix="/ma-connexion")


@bp.route("/phrase", methods=["GET", "POST"])
@for_oneself(because="one chooses one's own passphrase")
def phrase(who: SignedIn) -> Response:
    """Choose another passphrase: every session the former one opened ends, but this one."""
    if not phrase_is_open(who):
        raise NotFound
    if not is_fresh(who):
        return ask_again(f"{PAGE}/phrase")
    form = NewPhraseForm()
    if request.method != "POST":  # also HEAD
        return page("accounts/new_phrase.html", form=form, **_of_phrase(who))
    if not form.validate():
        forget(form)
        return refuse("accounts/new_phrase.html", form, **_of_phrase(who))
    if not ways.ways_of(g.db, who.account_id).has_code:
        return go(f"{PAGE}/application")
    chosen = text(form, "phrase")
    try:
        passphrases.refuse_weak(chosen, who.display_name)
    except BadInput as error:
        put(form, error, "phrase")
        return refuse("accounts/new_phrase.html", form, **_of_phrase(who))
    g.db.rollback()  # nobody waits for the database while this is worked out
    kept = passphrases.hashed(chosen)
    passphrases.keep(g.db, who.account_id, kept)
    ways.end_others(g.db, who.account_id, who.sign_in_id, Method.PASSPHRASE)
    logs.event("way_in_added", account=who.account_id, way=Method.PASSPHRASE)
    return go(nexts.safe(request.form.get("suite") or PAGE))


def _of_phrase(who: SignedIn) -> dict[str, Any]:
    return {
        "ways": ways.ways_of(g.db, who.account_id),
        "numbers": passphrases.numbers_of(g.db, who.account_id),
        "least": passphrases.LEAST,
        "seen": request.args.get("voir") == "1",
        "suite": nexts.safe(request.values.get("suite") or PAGE),
    }


@bp.route("/application", methods=["GET", "POST"])
@for_oneself(because="one chooses the app that shows one's own codes")
def app(who: SignedIn) -> Response:
    """Show a new secret to an app, and keep it once the app showed a right code."""
    if not phrase_is_open(who):
        raise NotFound
    if not is_fresh(who):
        return ask_again(f"{PAGE}/application")
    secret_key, form = configured.secret_key(), AppForm()
    if request.method != "POST":  # also HEAD
        form.sealed.data = _written(codes.new_secret(secret_key, who.account_id))
        return page("accounts/new_app.html", form=form, **_of_app(who.account_id, text(form, "sealed")))
    try:
        if not form.validate():
            return refuse("accounts/new_app.html", form, **_of_app(who.account_id, text(form, "sealed")))
        codes.keep(g.db, who.account_id, secret_key, _read(text(form, "sealed")), text(form, "code"))
    except BadInput as error:
        if error.field == "app":
            return go(f"{PAGE}/application")
        blame(form, "code", "code_wrong")
        return refuse("accounts/new_app.html", form, **_of_app(who.account_id, text(form, "sealed")))
    logs.event("way_in_added", account=who.account_id, way="app")
    return go(nexts.safe(request.form.get("suite") or PAGE))


def _of_app(account_id: UUID, written: str) -> dict[str, Any]:
    """The secret as a square to photograph and as signs to type."""
    secret = codes.opened(configured.secret_key(), account_id, _read(written))
    told = base64.b32encode(secret).decode()
    square = segno.make(codes.address_for_app(told, "Relie"), micro=False, error="m")
    drawn = square.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return {
        "square": Markup(drawn),  # noqa: S704 - drawn by segno from our own words
        "secret": " ".join(told[at : at + 4] for at in range(0, len(told), 4)),
        "suite": nexts.safe(request.values.get("suite") or PAGE),
    }


def _written(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode()


def _read(written: str) -> bytes:
    """Raises ``BadInput`` app « refused »."""
    try:
        return base64.urlsafe_b64decode(written.encode())
    except (binascii.Error, ValueError):
        raise BadInput("app", "refused") from None
