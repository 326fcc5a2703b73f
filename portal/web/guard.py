"""Every route says who it serves. A view that says nothing keeps the portal from starting.

The guard hands a proof over (``Viewer``), queries demand it, and what was shown is logged before the answer leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, Response, current_app, g, make_response, request
from flask_login import current_user

from portal.access import log, queries
from portal.access.models import Kind, Post
from portal.access.queries import Reached
from portal.access.words import Action, Category, Viewer
from portal.core import scope
from portal.core.errors import NotFound, OnlyThemselves, PortalError
from portal.web import logs, preview

View = TypeVar("View", bound=Callable[..., Any])

EMPTY = 204
"""An answer without a page: htmx is told where to go next."""


class UnguardedView(PortalError):
    """A route without a guard; the message names it."""


class Unlogged(PortalError):
    """A view showed a dossier it does not reach, or did not say which dossiers it showed: it is not served."""


def public(*, because: str) -> Callable[[View], View]:
    """Open to everybody, and why: the reason is read in reviews, never shown."""

    def mark(view: View) -> View:
        view.guarded_by = f"public: {because}"  # type: ignore[attr-defined]
        return view

    return mark


def serves(
    *categories: Category, action: Action = Action.VIEW, via: Iterable[Category] = (), previewable: bool = False
) -> Callable[[View], Callable[..., Response]]:
    """A view about people: it takes the ``Viewer`` first, reads only these categories, and says whom it showed.

    Whom: ``page(…, about=dossier_ids)``. One log row a dossier is written with the answer; without it, no answer
    (``Unlogged``). A ``dossier_id`` in the address is checked before the view runs: out of reach is ``NotFound``; in
    reach by any of ``via``, where the page speaks of sharing itself. ``previewable``: staff may look at it as somebody
    else does (« Vu par… », ``web.preview``).
    """
    doors = frozenset(categories) | frozenset(via)

    def mark(view: View) -> Callable[..., Response]:
        @wraps(view)
        def guarded(**arguments: Any) -> Response:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined, no-any-return]
            g.serving = frozenset(categories)
            viewer = preview.looking(_viewer(previewable), previewable)
            g.scope = queries.reached(g.db, viewer)
            g.posts = {one.post for one in g.scope} or queries.posts_of(g.db, viewer)
            if "dossier_id" in arguments and arguments["dossier_id"] not in dossiers(g.scope, doors):
                raise NotFound
            response = make_response(view(viewer, **arguments))
            if "about" in g or _is_page(response):
                _log(viewer, g.get("about"), action)
            return response

        guarded.guarded_by = f"{action}: {' '.join(sorted(categories))}"  # type: ignore[attr-defined]
        guarded.previewable = previewable  # type: ignore[attr-defined]
        return guarded

    return mark


def for_staff(*posts: Post, because: str) -> Callable[[View], Callable[..., Response]]:
    """A view about the establishment and about nobody in particular: these posts, in the establishments they work for.

    The view takes the ``Viewer`` and the establishments' identifiers. Anybody else: ``NotFound``.
    """

    def mark(view: View) -> Callable[..., Response]:
        @wraps(view)
        def guarded(**arguments: Any) -> Response:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined, no-any-return]
            _refuse_mandated()
            viewer = Viewer(current_user.account_id, current_user.strength, frozenset())
            establishments = queries.posted(g.db, viewer, posts)
            if not establishments:
                raise NotFound
            g.posts = set(posts)
            return make_response(view(viewer, establishments, **arguments))

        guarded.guarded_by = f"staff: {' '.join(sorted(posts))}: {because}"  # type: ignore[attr-defined]
        return guarded

    return mark


def for_oneself(*, because: str) -> Callable[[View], Callable[..., Response]]:
    """A view about the reader's own account, and about nobody's dossier.

    The view takes who is signed in (``accounts.queries.SignedIn``). Through somebody else's eyes: ``NotFound``.
    """

    def mark(view: View) -> Callable[..., Response]:
        @wraps(view)
        def guarded(**arguments: Any) -> Response:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined, no-any-return]
            _refuse_mandated()
            if preview.PARAM in request.args:
                raise NotFound
            return make_response(view(current_user._get_current_object(), **arguments))

        guarded.guarded_by = f"oneself: {because}"  # type: ignore[attr-defined]
        return guarded

    return mark


def dossiers(scope: Iterable[Reached], categories: Iterable[Category]) -> frozenset[UUID]:
    """The dossiers of a scope that these categories, or one of them, are open of."""
    wanted = frozenset(categories)
    return frozenset(one.dossier_id for one in scope if one.categories & wanted)


def is_staff() -> bool:
    """Whether the reader works here: their pages list people, not their own family."""
    return any(one.kind is Kind.STAFF for one in g.get("scope", ())) or bool(not g.scope and g.posts)


def works_with(dossier_id: UUID) -> bool:
    """Whether the reader reaches this dossier by their work: whoever works here is family of their own child."""
    return any(one.dossier_id == dossier_id and one.kind is Kind.STAFF for one in g.get("scope", ()))


def refuse_unguarded_views(app: Flask) -> None:
    """Last line of ``create_app()``: a route that says nothing about access stops us.

    Raises ``UnguardedView`` naming the endpoint and its path.
    """
    for rule in app.url_map.iter_rules():
        if not hasattr(app.view_functions[rule.endpoint], "guarded_by"):
            raise UnguardedView(
                f"{rule.endpoint} ({rule}): add @serves, @for_staff, @for_oneself or @public(because=…)"
            )


def _viewer(shown: bool) -> Viewer:
    """Whoever is signed in; by a mandate, together with the helper who opened their space."""
    who = current_user
    alone = Viewer(who.account_id, who.strength, g.serving, helper=who.helper_id)
    if who.mandate is None:
        return alone
    _refuse_mandated(looking=shown and request.method in ("GET", "HEAD"))
    scope.enter(g.db, scope.account(who.account_id, who.helper_id))
    return replace(alone, through=who.helper_id, mandate=who.mandate)


def _refuse_mandated(*, looking: bool = False) -> None:
    """By a mandate one looks, at what staff may look at through somebody's eyes; nothing is answered or changed."""
    if current_user.mandate is not None and not looking:
        raise OnlyThemselves


def _is_page(response: Response) -> bool:
    """Whether somebody reads it: also a form shown again with its mistakes (422). Not a way to another page."""
    return response.status_code != EMPTY and not 300 <= response.status_code < 400


def _log(viewer: Viewer, about: tuple[UUID, ...] | None, action: Action) -> None:
    if about is None or not set(about) <= {one.dossier_id for one in g.scope}:
        raise Unlogged(str(request.endpoint))
    if viewer.mandate is not None:
        scope.enter(g.db, scope.account(viewer.account_id))  # the line is theirs, and names who helped
    log.record(
        g.db,
        viewer,
        [one for one in g.scope if one.dossier_id in about],
        action=action,
        endpoint=str(request.endpoint),
        request_id=logs.reference(),
    )
