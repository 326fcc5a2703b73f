"""Every route says who it serves. A view that says nothing keeps the portal from starting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

from portal.core.errors import PortalError

View = TypeVar("View", bound=Callable[..., Any])


class UnguardedView(PortalError):
    """A route without @serves or @public; the message names it."""


def public(*, because: str) -> Callable[[View], View]:
    """Open to everybody, and why: the reason is read in reviews, never shown."""

    def mark(view: View) -> View:
        view.guarded_by = f"public: {because}"  # type: ignore[attr-defined]
        return view

    return mark


def refuse_unguarded_views(app: Flask) -> None:
    """Last line of ``create_app()``: a route that says nothing about access stops us.

    Raises ``UnguardedView`` naming the endpoint and its path.
    """
    for rule in app.url_map.iter_rules():
        if not hasattr(app.view_functions[rule.endpoint], "guarded_by"):
            raise UnguardedView(f"{rule.endpoint} ({rule}): add @serves or @public(because=…)")
