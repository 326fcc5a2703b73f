"""« Feuilles à imprimer », for whoever works there: the queue of a week, one PDF for all, and who reads on paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.access.models import Post
from portal.access.words import Viewer
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.sheets import group, paper, queries, services, weeks
from portal.sheets.forms import ChosenForm, WishForm
from portal.sheets.gathering import SHOWN
from portal.sheets.models import Handing
from portal.sheets.queries import State
from portal.sheets.services import Order, Wish
from portal.sheets.weeks import pdf
from portal.ties.queries import working
from portal.web import configured, logs, people
from portal.web.forms import refuse
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("desk", __name__, url_prefix="/feuilles")

POSTS = (Post.MANAGEMENT, Post.ADMINISTRATION, Post.SOCIAL_WORK, Post.EDUCATION, Post.CARE)


@bp.get("")
@serves(*SHOWN)
def queue(viewer: Viewer) -> Response:
    """Who reads on paper, and what is to print, to hand over, or to print again."""
    return _queue(viewer, ChosenForm(formdata=None))


@bp.post("/imprimer")
@serves(*SHOWN)
def make(viewer: Viewer) -> Response:
    """One PDF. Codes of coupons stand in it and nowhere else: this answer is the only one that holds them."""
    mine, form = working(g.scope, viewer, POSTS), ChosenForm()
    cards = people.cards(viewer, mine)
    monday = weeks.asked(_zone(cards))
    known = {str(one.relationship_id): one for one in queries.queue(g.db, viewer, mine, monday)}
    if set(request.form.getlist("people")) - known.keys():
        raise NotFound
    form.among(known)
    if not form.validate():
        return _queue(viewer, form)
    chosen = [known[one] for one in form.people.data or ()]
    orders = [Order(one.relationship_id, Wish(one.mode, one.menus, one.handing)) for one in chosen]
    try:
        return _print(viewer, orders, monday)
    except BadInput as error:
        form.refused(error)
        return _queue(viewer, form)


@bp.post("/remises")
@serves(*SHOWN)
def hand(viewer: Viewer) -> Response:
    """These were given, or posted."""
    mine, said = working(g.scope, viewer, POSTS), request.form.get("handing", "")
    if said not in {one.value for one in Handing}:
        raise BadInput("handing", "choice")
    chosen = request.form.getlist("sheets", type=UUID)
    g.about = tuple(services.hand(g.db, viewer, chosen, Handing(said), mine)) if chosen else ()
    return go(url_for("desk.queue", le=request.form.get("le") or None))


@bp.get("/<uuid:dossier_id>")
@serves(*SHOWN)
def one(viewer: Viewer, dossier_id: UUID) -> Response:
    """The family of one young person: who reads on paper, and how."""
    return _one(viewer, dossier_id)


@bp.post("/<uuid:dossier_id>")
@serves(*SHOWN)
def mark(viewer: Viewer, dossier_id: UUID) -> Response:
    """Somebody of the family reads on paper from now on, or no longer; or gets one sheet now."""
    working([link for link in g.scope if link.dossier_id == dossier_id], viewer, POSTS)
    form, said = WishForm(), request.form.get("reader", type=UUID)
    known = {person.relationship_id: person for person in queries.readers(g.db, viewer, dossier_id)}
    person = known.get(said) if said else None
    if person is None or person.account_id == viewer.account_id:
        raise NotFound
    if not form.validate():
        return _one(viewer, dossier_id, status=422)
    if request.form.get("act") == "print":
        card = people.cards(viewer, [dossier_id])[dossier_id]
        return _print(viewer, [Order(person.relationship_id, form.wish())], weeks.asked(card.zone))
    if request.form.get("act") == "stop":
        services.stop(g.db, viewer, dossier_id, person.account_id)
    else:
        services.want(g.db, viewer, dossier_id, person.account_id, form.wish())
    return go(url_for("desk.one", dossier_id=dossier_id))


@bp.get("/groupe.pdf")
@serves(*SHOWN)
def unit(viewer: Viewer) -> Response:
    """The week of a whole group, as whoever prints it sees each young person."""
    mine = working(g.scope, viewer, POSTS)
    said = request.args.get("groupe", "").strip()
    cards = {one: card for one, card in people.cards(viewer, mine).items() if said and card.unit == said}
    if not cards:
        raise NotFound
    monday = weeks.asked(_zone(cards))
    g.about = tuple(cards)
    made = group.week(g.db, viewer, cards, monday, logs.reference())
    return pdf(group.pages(made, said, monday), "groupe")


def _queue(viewer: Viewer, form: ChosenForm) -> Response:
    mine = working(g.scope, viewer, POSTS)
    cards = people.cards(viewer, mine)
    zone = _zone(cards)
    monday = weeks.asked(zone)
    found = queries.queue(g.db, viewer, mine, monday)
    context: dict[str, Any] = {
        "about": {one.dossier_id for one in found},
        "to_print": [one for one in found if one.state in (State.AGAIN, State.PRINT)],
        "printed": [one for one in found if one.state in (State.HAND, State.DONE)],
        "cards": cards,
        "groups": sorted({card.unit for card in cards.values()} - {""}),
        "young": sorted(cards.items(), key=lambda item: (item[1].unit, item[1].name, item[0])),
        **_week(monday, zone),
    }
    template = "sheets/queue.html"
    return refuse(template, form, **context) if form.errors else page(template, form=form, **context)


def _one(viewer: Viewer, dossier_id: UUID, status: int = 200) -> Response:
    working([link for link in g.scope if link.dossier_id == dossier_id], viewer, POSTS)
    card = people.cards(viewer, [dossier_id])[dossier_id]
    found = queries.readers(g.db, viewer, dossier_id)
    return page(
        "sheets/one.html",
        about=[dossier_id],
        status=status,
        card=card,
        dossier_id=dossier_id,
        readers=[(person, WishForm(formdata=None, obj=person.wish)) for person in found],
        **_week(weeks.asked(card.zone), card.zone),
    )


def _print(viewer: Viewer, orders: list[Order], monday: date) -> Response:
    made, about = services.print_for(
        g.db, viewer, orders, monday, secret_key=configured.secret_key(), request_id=logs.reference()
    )
    g.about = tuple(about)
    logs.event("sheets_printed", count=len(made))
    return pdf(paper.pages(made, configured.settings().public_url), "feuilles")


def _zone(cards: people.Cards) -> str:
    return next(card.zone for card in cards.values())


def _week(monday: date, zone: str) -> dict[str, Any]:
    return {
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "step": timedelta(days=7),
        "today": clock.local_date(clock.now(), zone),
        "local": lambda at: clock.local(at, zone),
    }
