"""One function makes every page: whole, or the fragment htmx asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Response, current_app, g, make_response, redirect, render_template
from htmx_flask import request

from portal.web import nexts, reading

ASKED_BY = ("HX-Request", "HX-Request-Type", "HX-Boosted", "HX-History-Restore-Request")
"""What of a request decides between the page and a part of it."""


def wants_fragment() -> bool:
    """Whether this request is htmx filling one place of a page that is already there."""
    asked = request.htmx
    if not asked or request.headers.get("HX-Request-Type") == "full":
        return False
    return not (asked.boosted or asked.history_restore_request)


def page(
    template: str,
    *,
    fragment: str | None = None,
    about: Iterable[UUID] | None = None,
    thing: str | None = None,
    status: int = 200,
    **context: Any,
) -> Response:
    """The template in the reader's mode, or ``fragment`` (its own ``_x.html`` file) for htmx.

    ``about`` is every dossier the page shows: it stands in ``g.about``, where the guard reads it to write one row of
    the access log for each. Not given, the page says it knows of nobody, and a guard that expects people refuses it.
    ``thing``: the one thing it is about, ``event.<identifier>``, for « Qui d’autre la voit ? ».
    Pages are drawn here, whole, before the transaction ends; no browser keeps one (``no-store``).
    """
    shown = fragment if fragment and wants_fragment() else template
    reading.read_in_french(shown)
    if about is not None:
        g.about = tuple(dict.fromkeys((*g.get("about", ()), *about)))
    g.thing = thing
    response = make_response(render_template(shown, **context), status)
    if fragment:
        response.vary.update(ASKED_BY)
    response.cache_control.no_store = True
    return response


def go(target: str) -> Response:
    """After a change: ask for ``target`` anew, so that a reload sends nothing twice.

    ``target`` is one of our own pages; anything else becomes the home page. htmx is told to leave the page, because it
    would follow a 303 by itself and put a whole page inside a fragment.
    """
    target = nexts.safe(target)
    if request.htmx:
        return Response(status=204, headers={"HX-Redirect": target})
    return current_app.make_response(redirect(target, 303))
