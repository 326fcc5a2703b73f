"""Errors people meet. Each says what happened, what was kept and what to do; none names anyone.

A page that is forbidden and one that does not exist are the same page, with the same status.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from html import escape
from pathlib import Path

from flask import Flask, Response, current_app, make_response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.web import db, logs
from portal.web.headers import StartResponse, Wsgi
from portal.web.page import page

PAGES = (400, 404, 405, 413, 422, 429, 500, 503)
"""Errors that have their own words. Others speak as their nearest: 4xx as 400, 5xx as 500."""

LAST_RESORT = (Path(__file__).parent.parent / "templates" / "errors" / "last_resort.html").read_text()

Form = Callable[[int, str], Response]
"""How an interface of machines says an error: from a status and a reference."""


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotFound, lambda error: answer(404))
    app.register_error_handler(NeedsStrength, lambda error: answer(403, "strength"))
    app.register_error_handler(BadInput, _bad_input)
    app.register_error_handler(Exception, _unexpected)


def answer_in(app: Flask, prefix: str, form: Form) -> None:
    """Errors of addresses below ``prefix`` are said by ``form``: machines read them, not people."""
    app.extensions.setdefault("error_forms", {})[prefix] = form


def answer(status: int, name: str = "", **context: object) -> Response:
    """The page of an error; what the request wrote is forgotten first. Drawing it may fail too: then the last resort."""
    db.undo()
    for prefix, form in current_app.extensions.get("error_forms", {}).items():
        if request.path == prefix or request.path.startswith(prefix + "/"):
            return form(status, logs.reference())
    name = name or str(status if status in PAGES else status // 100 * 100)
    spoken = " ".join((str(status), logs.reference()[:4], logs.reference()[4:]))
    try:
        return page(
            f"errors/{name}.html", fragment="errors/_part.html", status=status, spoken=spoken, name=name, **context
        )
    except Exception as error:  # the page of an error must not be one more error
        logs.event("error_page_failed", logging.ERROR, error=error)
        return make_response(last_resort(spoken), status)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # a redirection raised on purpose
        return make_response(error.get_response())
    made = answer(404 if status in (401, 403) else status)
    for name in ("Allow", "Retry-After"):
        if found := error.get_response().headers.get(name):
            made.headers[name] = found
    return made


def _stale(error: CSRFError) -> Response:
    """The form is older than the session. What was written in sentences is shown again, to be copied."""
    own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    written = [text for name, text in request.form.items() if own and " " in text.strip()]
    return answer(400, "stale", written=written)


def _bad_input(error: BadInput) -> Response:
    logs.event("bad_input", field=error.field, code=error.code)
    return answer(400)


def _unexpected(error: Exception) -> Response:
    logs.event("failed", logging.ERROR, error=error)
    return answer(500)


def last_resort(spoken: str) -> str:
    """A page that needs nothing: no template, no style sheet, no session, no database."""
    return LAST_RESORT.replace("{reference}", escape(spoken))


class LastResort:
    """Around everything: an error that reached the server is answered with a page, and the worker goes on."""

    def __init__(self, wsgi: Wsgi) -> None:
        self.wsgi = wsgi

    def __call__(self, environ: dict[str, object], start_response: StartResponse) -> object:
        try:
            return self.wsgi(environ, start_response)
        except Exception as error:
            logs.event("failed_outside", logging.CRITICAL, error=error)
            body = last_resort("500").encode()
            start_response(
                "500 Internal Server Error",
                [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))],
            )
            return [body]
