"""Entering, leaving, and reading as suits you."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, g, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user

from portal.access.words import Strength
from portal.accounts import device_cookie, devices, entrance, helping, queries, services
from portal.accounts.helping import Beside
from portal.accounts.models import Method
from portal.accounts.queries import SignedIn
from portal.core import helped, scope
from portal.core.errors import NotFound
from portal.web import logs, nexts, reading
from portal.web.guard import public
from portal.web.page import go, page

bp = Blueprint("accounts", __name__)
LEAVING = "leaving"
"""Where the session of this browser keeps what was just left, when another service opened it."""

WIPE = '"cache", "storage"'
"""Not "cookies": how the device reads stays."""


def init_app(app: Flask) -> None:
    """Wire sessions of ours under Flask-Login."""
    manager = LoginManager()
    manager.session_protection = None  # it signs out phones that change network; our sessions are revocable instead
    manager.user_loader(_load)
    manager.unauthorized_handler(_enter)
    manager.init_app(app, add_context_processor=False)  # it reads the account even when a page has no use for it
    app.jinja_env.globals["current_user"] = current_user
    device_cookie.init_app(app)
    app.register_blueprint(bp)


def _load(token: str) -> SignedIn | None:
    scope.enter(g.db, scope.token(queries.hash_of(token)))
    found = queries.signed_in(g.db, token)
    scope.enter(g.db, scope.account(found.account_id) if found else scope.NOBODY)
    who = helping.going_on(g.db, found) if found else None
    if who:
        helped.enter(g.db, who.helper_id)
        services.notice(g.db, who)
    elif found:
        services.end_session(g.db, token)  # for good, though the helper may work there again tomorrow
        scope.enter(g.db, scope.NOBODY)
    return who


def _enter() -> Response:
    """Somebody must sign in first. The page they wanted is kept for later; of a session that is over, nothing is."""
    if session.pop("_user_id", None) is None:
        return go(f"/entrer?{urlencode({'suite': nexts.here()})}")
    helped_by_service = session.get(LEAVING)
    session.clear()
    if helped_by_service:
        session[LEAVING] = helped_by_service
    response = go("/sortir/service" if helped_by_service else f"/entrer?{urlencode({'suite': nexts.here()})}")
    response.headers["Clear-Site-Data"] = WIPE
    return response


def sign_in(account_id: UUID, strength: Strength, *, method: Method, beside: Beside | None = None) -> None:
    """Open a session on this device for somebody whose identity was just proved. Whatever was there before ends.

    Who sits beside them: ``beside``, else whoever sat beside the session that this one follows, else whoever gave this
    device over (``app.extensions["given over"]``, which raises for somebody it was not given for). Raises ``NotFound``
    for an account that was closed.
    """
    beside = beside or _beside(account_id)
    if current_user.is_authenticated:
        services.end_session(g.db, current_user.get_id())
    scope.enter(g.db, scope.account(account_id))
    session.clear()  # new identifier, new CSRF secret: a session prepared by somebody else opens nothing
    staff = queries.is_staff(g.db, account_id)
    token = services.open_session(
        g.db,
        account_id,
        strength,
        method=method,
        device=devices.name_of(request.headers.get("User-Agent", "")),
        device_key=None if beside else device_cookie.key(),  # a hall's tablet is nobody's own
        beside=beside,
        staff=staff,
    )
    found = queries.signed_in(g.db, token)
    who = helping.going_on(g.db, found) if found else None
    if who is None:
        logs.event("sign_in_refused", account=account_id)
        raise NotFound
    # A cookie that outlives the browser only where little can be seen: phones close browsers behind people's back.
    own_device = beside is None and not staff and method is not Method.LETTER
    session.permanent = strength is Strength.LOW and own_device
    if beside and method is Method.FEDERATED:
        session[LEAVING] = str(who.sign_in_id)  # that service must be left too, however this ends
    login_user(who)
    helped.enter(g.db, who.helper_id)
    g.pop("reading", None)
    logs.event("signed_in", account=account_id, strength=strength.name, way=method)


def _beside(account_id: UUID) -> Beside | None:
    if current_user.is_authenticated:
        return helping.follows(current_user) if current_user.account_id == account_id else None
    given: Callable[[UUID], Beside | None] | None = current_app.extensions.get("given over")
    return given(account_id) if given and helping.GIVEN in session else None


@bp.get("/entrer")
@public(because="one must be able to come in")
def enter() -> Response:
    """Every way in, and whom to call; in a demo, where to choose somebody."""
    suite = nexts.safe(request.args.get("suite"))
    return go(suite) if current_user.is_authenticated else entrance.shown(suite)


@bp.post("/sortir")
@public(because="leaving needs no right, only one's own page")
def leave() -> Response:
    after = "/entrer"
    federated = None
    if current_user.is_authenticated:
        federated = str(current_user.sign_in_id) if current_user.method is Method.FEDERATED else None
        services.end_session(g.db, current_user.get_id())
        logs.event("signed_out", account=current_user.account_id)
        logout_user()
    session.clear()
    if federated:
        session[LEAVING], after = federated, "/sortir/service"
    response = go(after)
    response.headers["Clear-Site-Data"] = WIPE
    return response


@bp.get("/lecture")
@public(because="reading comfort is for everybody, before signing in too")
def read() -> Response:
    return page("accounts/reading.html", back=nexts.safe(request.args.get("suite")), languages=reading.offered())


@bp.app_template_global()
def reading_url() -> str:
    """The page of reading preferences, from which one comes back here."""
    back = nexts.here()
    return url_for("accounts.read", suite=back if back != nexts.HOME and request.endpoint != "accounts.read" else None)


@bp.post("/lecture")
@public(because="a preference of this device and of one's own account")
def choose() -> Response:
    """Keep what was chosen; what the form did not ask stays as it was."""
    now = reading.current()
    chosen = reading.asked(now, request.form)
    if current_user.is_authenticated and current_user.mandate is None:
        own = [name for name in reading.OF_ACCOUNT if getattr(chosen, name) != getattr(now, name)]
        services.keep_reading(g.db, current_user.account_id, **chosen.of_account, own=own)
    return reading.keep(go(nexts.safe(request.form.get("next"))), chosen)
