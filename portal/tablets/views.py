"""On the young person's tablet: the code their referent reads out, then the key. Nobody is signed in on it yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g, request, session, url_for
from flask_login import current_user

from easyread import pictures
from portal.accounts import device_cookie, devices, entrance, passkeys, throttle
from portal.accounts.enrolment import tidy
from portal.accounts.models import Method
from portal.accounts.passkey_views import strength
from portal.accounts.views import sign_in
from portal.core.errors import BadInput
from portal.tablets import services
from portal.tablets.forms import Code
from portal.tablets.services import Waiting
from portal.web import configured, logs
from portal.web.forms import refuse
from portal.web.guard import public
from portal.web.page import go, page

bp = Blueprint("tablet", __name__, url_prefix="/tablette")
TOLD = "tablet"
"""Where the cookie of a tablet keeps what it waits for."""
GUESSES = throttle.Budget("tablet", per_account=20, per_device=20, window=timedelta(minutes=10))


@bp.app_template_global()
def picture_named(concept: str) -> pictures.Picture | None:
    """The picture of a concept of the lexicon; None rather than a doubtful one."""
    return pictures.find(concept)


@bp.get("")
@public(because="a tablet that becomes somebody's key has nobody signed in on it; nothing is read")
def ask() -> Response:
    return _busy() or page("tablets/code.html", form=Code(formdata=None))


@bp.post("")
@public(because="the code on the referent's screen is the right to it")
def tell() -> Response:
    """The code. The first device that tells it is the tablet."""
    form = Code()
    if busy := _busy():
        return busy
    if not form.validate():
        return refuse("tablets/code.html", form)
    code = form.code.data or ""
    throttle.spend(g.db, GUESSES, tidy(code), device_cookie.here())
    try:
        token = services.take(g.db, code, secret_key=configured.secret_key())
    except BadInput as error:
        logs.event("tablet_refused", code=error.code)
        form.refused(error)
        return refuse("tablets/code.html", form)
    session.clear()
    session[TOLD] = token
    return go(url_for("tablet.key"))


@bp.get("/cle")
@public(because="whoever holds a tablet that told a right code; nobody is signed in on it yet")
def key() -> Response:
    waits = _waiting()
    return go(url_for("tablet.ask")) if waits is None else page("tablets/key.html", refused="", **_of(waits))


@bp.post("/cle")
@public(because="a tablet that told a right code becomes the key of whoever the code was for")
def keep() -> Response:
    """It is a key, and opens at once: the device just asked whose finger or face it is."""
    waits = _waiting()
    if waits is None:
        return go(url_for("tablet.ask"))
    name = devices.name_of(request.headers.get("User-Agent", "")) or "Tablette"
    try:
        made = services.enrol(
            g.db, waits, entrance.site(), device_cookie.here(), request.form.get("answer", ""), name=name
        )
    except BadInput as error:
        g.db.rollback()
        logs.event("tablet_refused", code=error.code)
        return page("tablets/key.html", status=422, refused=error.code, **_of(waits))
    logs.event("way_in_added", account=waits.account_id, way=Method.PASSKEY, by=waits.referent_id)
    sign_in(waits.account_id, strength(made), method=Method.PASSKEY)
    return go("/")


def _waiting() -> Waiting | None:
    token = session.get(TOLD)
    return services.waiting(g.db, token) if token and not current_user.is_authenticated else None


def _of(waits: Waiting) -> dict[str, Any]:
    question = passkeys.asking_for_one_more(
        entrance.site(), device_cookie.here(), waits.account_id, waits.name, waits.keys
    )
    return {"name": waits.name, "question": question}


def _busy() -> Response | None:
    """Somebody is signed in here: they leave first, so that no session of theirs is left to the young person."""
    return page("tablets/busy.html", status=422) if current_user.is_authenticated else None
