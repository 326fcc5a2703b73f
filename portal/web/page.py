"""One function makes every page: whole, or the fragment htmx asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Response, g, make_response, render_template, request

WHOLE_PAGE = ("HX-Boosted", "HX-History-Restore-Request")
"""htmx asks with one of these when it wants the page and not a part of it."""


def wants_fragment() -> bool:
    """Whether this request is htmx filling one place of a page that is already there."""
    if "HX-Request" not in request.headers or request.headers.get("HX-Request-Type") == "full":
        return False
    return not any(name in request.headers for name in WHOLE_PAGE)


def page(
    template: str, *, fragment: str | None = None, about: Iterable[UUID] = (), status: int = 200, **context: Any
) -> Response:
    """The template in the reader's mode, or ``fragment`` (its own ``_x.html`` file) for htmx.

    ``about`` is every dossier the page shows: the guard writes one row of the access log for each. Pages are drawn here,
    whole, before the transaction ends; none is ever kept by a browser (``no-store``).
    """
    shown = fragment if fragment and wants_fragment() else template
    g.about = tuple(dict.fromkeys((*g.get("about", ()), *about)))
    response = make_response(render_template(shown, **context), status)
    response.vary.update(("HX-Request", "HX-Request-Type", *WHOLE_PAGE))
    response.cache_control.no_store = True
    return response
