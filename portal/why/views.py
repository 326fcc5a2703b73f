"""« Pourquoi je vois cette page ? » and « Qui d’autre la voit ? » : asked at the foot of every page about somebody."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, g, request, url_for
from flask_login import current_user

from portal.access.models import Post
from portal.access.preview import works_near
from portal.access.readers import Eye, reader_of
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import NotFound
from portal.web import nexts, people, preview
from portal.web.contacts import contacts
from portal.web.guard import dossiers, serves
from portal.web.page import page
from portal.why import answers, queries

bp = Blueprint("why", __name__, url_prefix="/pourquoi")

EVERY = tuple(Category)
AT_MOST = 12
"""Young people the question may be about at once: an everyday page shows no more."""
_PACKED = 22
"""Signs of an identifier in an address that holds several."""


def init_app(app: Flask, **models: type) -> None:
    """``models``: what a page may be about, by the word its address says: ``event=Event``."""
    app.extensions["why"] = models
    app.register_blueprint(bp)
    app.jinja_env.globals["why_url"] = address


@bp.get("/<uuid:dossier_id>")
@serves(Category.IDENTITY, via=EVERY)
def one(viewer: Viewer, dossier_id: UUID) -> Response:
    at, shown = clock.now(), _shown()
    marks = _marks(viewer, dossier_id)
    known = queries.known(g.db, dossier_id, at)
    mine = answers.mine(known, viewer.account_id, shown, viewer.strength, at)
    card = people.cards(viewer, [dossier_id])[dossier_id]
    reader = reader_of(known.cases, viewer.account_id, at)
    return page(
        "why/one.html",
        about=[dossier_id],
        known=known,
        mine=mine,
        strength=int(viewer.strength),
        others=answers.others(known, mine, shown, marks, at),
        dossier_id=dossier_id,
        charted=reader is not None,
        looked_at=reader is not None and (reader.eye in (Eye.DECIDES, Eye.YOUNG) or Post.MANAGEMENT in g.posts),
        through=works_near(mine.case, at),
        card=card,
        own=people.is_own(dossier_id),
        today=clock.local_date(at, known.zone),
        now=clock.local(at, known.zone),
        back=nexts.safe(request.args.get("de")),
        contacts=contacts(g.db),
        local=lambda instant: clock.local(instant, known.zone),
    )


@bp.get("/")
@serves(Category.IDENTITY, via=EVERY)
def several(viewer: Viewer) -> Response:
    """A page about several young people: which of them is the question about? Nobody else is named, or logged."""
    asked = dossiers(g.scope, EVERY) & _unpacked(request.args.get("jeunes", ""))
    cards = people.cards(viewer, asked)
    return page(
        "why/several.html",
        about=asked,
        cards=sorted(cards.items(), key=lambda one: (one[1].name, one[0])),
        asked={name: request.args[name] for name in ("rubriques", "de") if name in request.args},
    )


def address() -> str | None:
    """Where the page being drawn explains itself; None when it is about nobody, or read through somebody else."""
    about: tuple[UUID, ...] = g.get("about", ())
    if not about or not current_user.is_authenticated or preview.current() or request.blueprint == "why":
        return None
    if current_user.mandate is not None:  # by a mandate, that page is not open
        return None
    asked: dict[str, Any] = {"rubriques": ".".join(sorted(g.get("serving", ()))), "de": nexts.here()}
    if len(about) > 1:
        return url_for("why.several", jeunes=_packed(about[:AT_MOST]), **asked)
    return url_for("why.one", dossier_id=about[0], chose=g.get("thing"), **asked)


def _shown() -> list[Category]:
    """The categories the page asked about reads. A word that is none is left out: somebody typed it."""
    said = request.args.get("rubriques", "").split(".")
    return [category for category in Category if category in said] or [Category.IDENTITY]


def _marks(viewer: Viewer, dossier_id: UUID) -> queries.Marks | None:
    """Of the one thing the page is about: ``chose=event.<identifier>``."""
    name, _, identifier = request.args.get("chose", "").partition(".")
    model = current_app.extensions["why"].get(name)
    if model is None:
        return None
    try:
        item_id = UUID(identifier)
    except ValueError:
        raise NotFound from None
    wide = Viewer(viewer.account_id, viewer.strength)
    of, marks = queries.marks(g.db, wide, model, item_id)
    if of != dossier_id:
        raise NotFound
    return marks


def _packed(ids: Iterable[UUID]) -> str:
    """Identifiers as short as an address can hold them."""
    return "".join(urlsafe_b64encode(one.bytes).decode()[:_PACKED] for one in ids)


def _unpacked(said: str) -> frozenset[UUID]:
    """Those identifiers again; what is none was typed by somebody, and counts for nobody."""
    parts = [said[place : place + _PACKED] for place in range(0, min(len(said), AT_MOST * _PACKED), _PACKED)]
    found = set()
    for part in parts:
        with suppress(ValueError):
            found.add(UUID(bytes=urlsafe_b64decode(part.encode("ascii", "replace") + b"==")))
    return frozenset(found)
