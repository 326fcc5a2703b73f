"""Errors people meet. Each says what happened, what was kept and what to do; none names anyone.

A page that is forbidden and one that does not exist are the same page, with the same status.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, make_response, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from portal.core.errors import BadInput, Busy, NeedsStrength, NotFound, OnlyThemselves, TooMany
from portal.web import db, logs
from portal.web.contacts import Contact, contacts
from portal.web.headers import StartResponse, Wsgi
from portal.web.page import page, wants_fragment

PAGES = (400, 404, 405, 413, 422, 429, 500, 503)
"""Errors that have their own words. Others speak as the nearest: 4xx as 400, 5xx as 500."""

OURS = 500
"""From here on something of ours failed: the page asks nothing of what may be broken."""

SOON = 5
"""Seconds after which a machine that had too much to do is worth asking again."""

NBSP = "\u00a0"

LAST_RESORT = (Path(__file__).parent.parent / "templates" / "errors" / "last_resort.html").read_text("utf-8")

Form = Callable[[int, str], Response]
"""How an interface for machines says an error, from a status and a reference."""


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(NeedsStrength, _needs_strength)
    app.register_error_handler(OnlyThemselves, _only_themselves)
    app.register_error_handler(BadInput, _bad_input)
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(Exception, _unexpected)


def answer_in(app: Flask, prefix: str, form: Form) -> None:
    """Errors of addresses below ``prefix`` are said by ``form``: machines read them, not people."""
    app.extensions.setdefault("error_forms", {})[prefix] = form


def answer(status: int, name: str = "", **context: Any) -> Response:
    """The page of an error. What the request wrote is forgotten first. Should drawing fail too: the last resort."""
    db.undo()
    g.pop("about", None)
    if form := _form_for(request.path):
        return form(status, logs.reference())
    g.failing = status >= OURS
    name = name or str(status if status in PAGES else status // 100 * 100)
    spoken = NBSP.join((str(status), logs.reference()[:4], logs.reference()[4:]))
    if isinstance(request.routing_exception, SecurityError):  # asked by a name that is not ours: no link can be written
        return make_response(last_resort(spoken), status)
    try:
        return page(
            f"errors/{name}.html",
            status=status,
            layout=f"errors/{'_part' if wants_fragment() else '_layout'}.html",
            spoken=spoken,
            contacts=_contacts(),
            **context,
        )
    except Exception as error:  # the page of an error must not become one more error
        logs.event("error_page_failed", logging.ERROR, error=error)
        return make_response(last_resort(spoken), status)


def _form_for(path: str) -> Form | None:
    forms: dict[str, Form] = current_app.extensions.get("error_forms", {})
    return next((form for prefix, form in forms.items() if f"{path}/".startswith(f"{prefix}/")), None)


def _contacts() -> list[Contact]:
    """Whom to call: for people signed in, when nothing of ours failed. Others are shown the way to the sign-in page."""
    if g.failing or not current_user.is_authenticated:
        return []
    return contacts(g.db)


def _http(error: HTTPException) -> Response:
    status = error.code or OURS
    made = answer(404 if status in (401, 403) else status)
    for name in ("Allow", "Retry-After"):
        if found := error.get_response().headers.get(name):
            made.headers[name] = found
    return made


def _not_found(_error: NotFound) -> Response:
    return answer(404)


def _needs_strength(_error: NeedsStrength) -> Response:
    return answer(403, "strength", leads_on=True)


def _only_themselves(_error: OnlyThemselves) -> Response:
    return answer(403, "mandate", leads_on=True)


def _stale(_error: CSRFError) -> Response:
    """The form is older than the session. What was written in sentences is shown again, to be copied."""
    own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    written = [text for text in request.form.values() if own and " " in text.strip()]
    return answer(400, "stale", written=written)


def _bad_input(error: BadInput) -> Response:
    logs.event("bad_input", field=error.field, code=error.code)
    return answer(400)


def _too_many(error: TooMany) -> Response:
    logs.event("too_many", seconds=error.seconds)
    return _later(answer(429), error.seconds)


def _busy(_error: Busy) -> Response:
    logs.event("busy", logging.WARNING)
    return _later(answer(503), SOON)


def _later(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response


def _unexpected(error: Exception) -> Response:
    logs.event("failed", logging.ERROR, error=error)
    return answer(OURS)


def last_resort(spoken: str) -> str:
    """A page that needs nothing: no template engine, no style sheet, no session, no database."""
    return LAST_RESORT.replace("{reference}", escape(spoken))


class LastResort:
    """Around everything: an error that nothing caught is answered with a page, and the worker goes on."""

    def __init__(self, wsgi: Wsgi) -> None:
        self.wsgi = wsgi

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            return self.wsgi(environ, start_response)
        except Exception as error:
            logs.event("failed_outside", logging.CRITICAL, error=error)
            body = last_resort(str(OURS)).encode()
            about = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
            start_response("500 Internal Server Error", about)
            return [body]
