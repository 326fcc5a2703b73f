"""A device that was given over: three pictures, then the young person's own space, whose end leaves nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, request, session, url_for
from flask_login import current_user, logout_user

from portal.accounts import device_cookie, throttle
from portal.accounts.helping import GIVEN, Beside
from portal.accounts.models import Method
from portal.accounts.services import end_session
from portal.accounts.strengths import strength_of
from portal.accounts.views import LEAVING, WIPE, sign_in
from portal.beside import pictures, queries, services
from portal.beside.services import Waiting
from portal.core import clock
from portal.core.errors import BadInput, TooMany
from portal.web import configured, logs
from portal.web.guard import public
from portal.web.page import go, page

bp = Blueprint("given", __name__, url_prefix="/accompagner")

TRIES = throttle.Budget("pictures", per_account=5, per_device=30, window=timedelta(minutes=10))
"""Five for three pictures of twelve, then the helper chooses others with them; thirty a device, which a unit shares."""


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.after_request(_end_by_itself)
    app.jinja_env.globals["beside"] = beside


def beside() -> str | None:
    """Who helps the reader; None when nobody does. Asked once a page, by every page."""
    if g.get("failing") or not current_user.is_authenticated or current_user.helper_id is None:
        return None
    return queries.helper_name(g.db, current_user.helper_id)


@bp.get("/images")
@public(because="whoever holds a device that staff gave over; nobody is signed in on it yet")
def show() -> Response:
    device = _device()
    return go("/entrer") if device is None else _asked(device)


@bp.post("/images")
@public(because="three pictures on a device that staff gave over")
def say() -> Response:
    """Choose one's pictures, the first time; else say that it is oneself."""
    device = _device()
    if device is None:
        return go("/entrer")
    said = request.form.getlist("pictures")
    try:
        if device.choosing:
            services.choose(g.db, device, said, secret_key=configured.secret_key())
            logs.event("pictures_chosen", account=device.account_id, helper=device.helper_id)
            return go(url_for("given.show"))
        _confirm(device, said)
    except BadInput as error:
        return _asked(device, refused=error.code, status=422)
    except TooMany as error:
        logs.event("sign_in_refused", way=Method.OPENED, code="too_many", account=device.account_id)
        held = page("beside/helped.html", status=429, again=_again(device))
        held.headers["Retry-After"] = str(error.seconds)
        return held
    return go("/")


@bp.post("/fini")
@public(because="leaving needs no right, only one's own page")
def finish() -> Response:
    """« J’ai fini » : the space closes, and nothing of it is left on the device."""
    if current_user.is_authenticated:
        end_session(g.db, current_user.get_id())
        logs.event("signed_out", account=current_user.account_id)
        logout_user()
    return _left(go(url_for("given.over")))


@bp.get("/fini")
@public(because="says that it is over, to nobody in particular")
def over() -> Response:
    if not current_user.is_authenticated and LEAVING in session:
        return _left(go("/entrer"))
    return _wiped(page("beside/over.html"))


def _confirm(device: Waiting, said: Collection[str]) -> None:
    """Raises ``BadInput``, ``TooMany``. Three pictures were said: that is a try, right or wrong."""
    pictures.chosen(said)
    throttle.spend(g.db, TRIES, str(device.code_id), device_cookie.here())
    try:
        services.confirm(g.db, device, said, secret_key=configured.secret_key())
    except BadInput:
        logs.event("sign_in_refused", way=Method.OPENED, code="other", account=device.account_id)
        raise
    by = Beside(device.helper_id, device.dossier_id)
    sign_in(device.account_id, strength_of(Method.OPENED), method=Method.OPENED, beside=by)


def _device() -> Waiting | None:
    """What this device waits for, while nobody is signed in on it."""
    token = session.get(GIVEN)
    return services.waiting(g.db, token) if token and not current_user.is_authenticated else None


def _asked(device: Waiting, *, refused: str = "", status: int = 200) -> Response:
    return page(
        "beside/pictures.html",
        status=status,
        name=device.name,
        choosing=device.choosing,
        shown=pictures.drawn(),
        refused=refused,
        again=_again(device),
    )


def _again(device: Waiting) -> str:
    """Where the helper comes in again, and finds this young person."""
    return f"/entrer?{urlencode({'suite': url_for('beside.one', dossier_id=device.dossier_id)})}"


def _end_by_itself(response: Response) -> Response:
    """A page left open goes away when its session does: without a script, and whatever happened to the helper."""
    is_page = response.mimetype == "text/html" and request.method != "OPTIONS"
    if is_page and not g.get("failing") and _is_helped():
        left = (current_user.expires_at - clock.now()).total_seconds()
        response.headers["Refresh"] = f"{max(1, int(left) + 1)}; url={url_for('given.over')}"
    return response


def _is_helped() -> bool:
    return bool(current_user.is_authenticated and current_user.helper_id is not None)


def _left(otherwise: Response) -> Response:
    """Nothing of them stays here; a service by which they came in is left too."""
    service = session.get(LEAVING)
    session.clear()
    if not service:
        return _wiped(otherwise)
    session[LEAVING] = service
    return _wiped(go("/sortir/service"))


def _wiped(response: Response) -> Response:
    response.headers["Clear-Site-Data"] = WIPE
    return response
