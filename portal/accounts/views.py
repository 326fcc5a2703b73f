"""Entering, leaving, and reading as suits you."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, g, redirect, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from portal.access.words import Strength
from portal.accounts import queries, services
from portal.accounts.queries import SignedIn
from portal.web import logs, nexts, reading
from portal.web.guard import public
from portal.web.page import page

bp = Blueprint("accounts", __name__)


def init_app(app: Flask) -> None:
    """Wire sessions of ours under Flask-Login."""
    manager = LoginManager()
    manager.session_protection = None  # it signs out phones that change network; our sessions are revocable instead
    manager.user_loader(_load)
    manager.unauthorized_handler(_enter)
    manager.init_app(app)
    app.register_blueprint(bp)


def _load(token: str) -> SignedIn | None:
    who = queries.signed_in(g.db, token)
    if who:
        services.notice(g.db, who)
    return who


def _enter() -> Response:
    return redirect_to(f"/entrer?suite={nexts.here()}")


def redirect_to(target: str) -> Response:
    """303, so that the browser asks with GET and a reload sends nothing twice."""
    return current_app.make_response(redirect(target, 303))


def sign_in(account_id: UUID, strength: Strength) -> None:
    """Open a session on this device for somebody whose identity was just proved. Whatever was there before ends."""
    if current_user.is_authenticated:
        services.end_session(g.db, current_user.get_id())
    session.clear()  # new identifier, new CSRF secret: a session prepared by somebody else opens nothing
    token = services.open_session(g.db, account_id, strength)
    who = queries.signed_in(g.db, token)
    if who is None:
        logs.event("sign_in_refused", account=account_id)
        raise PermissionError
    login_user(who)
    g.pop("reading", None)
    logs.event("signed_in", account=account_id, strength=strength.name)


@bp.get("/entrer")
@public(because="one must be able to come in")
def enter() -> Response:
    return page("accounts/enter.html", demo=current_app.extensions["settings"].demo)


@bp.post("/sortir")
@public(because="leaving needs no right, only one's own page")
def leave() -> Response:
    if current_user.is_authenticated:
        services.end_session(g.db, current_user.get_id())
        logs.event("signed_out", account=current_user.account_id)
        logout_user()
    session.clear()
    response = redirect_to("/entrer")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # not "cookies": how the device reads stays
    return response


@bp.get("/lecture")
@public(because="reading comfort is for everybody, before signing in too")
def read() -> Response:
    return page("accounts/reading.html")


@bp.post("/lecture")
@public(because="a preference of this device and of one's own account")
def choose() -> Response:
    """Keep what was chosen; what the form did not ask stays as it was."""
    now = reading.current()
    chosen = reading.Reading(
        **{name: reading.allowed(name, request.form.get(name, getattr(now, name))) for name in reading.CHOICES}
    )
    if current_user.is_authenticated:
        services.keep_reading(g.db, current_user.account_id, mode=chosen.mode, theme=chosen.theme, locale=chosen.lang)
    return reading.keep(redirect_to(nexts.safe(request.form.get("next"))), chosen)
