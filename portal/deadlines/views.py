"""« Majorité » : what ends and what can be arranged, for each reader; and the list of those without a solution."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g

from easyread import pictures
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import NotFound
from portal.deadlines import queries
from portal.deadlines.dates import majority_day
from portal.deadlines.gaps import gap
from portal.deadlines.queries import SETTLES
from portal.deadlines.telling import majority
from portal.web import people
from portal.web.contacts import Contact
from portal.web.guard import serves
from portal.web.page import page

bp = Blueprint("majority", __name__, url_prefix="/majorite")

EVERY = tuple(Category)


@bp.get("/<uuid:dossier_id>")
@serves(Category.IDENTITY, via=EVERY)
def show(viewer: Viewer, dossier_id: UUID) -> Response:
    told = majority(g.db, viewer, dossier_id, clock.now())
    return page(
        f"deadlines/majority_{told.reader}.html",
        about=[dossier_id],
        told=told,
        dossier_id=dossier_id,
        **head(viewer, dossier_id),
    )


@bp.get("")
@serves(Category.IDENTITY)
def without(viewer: Viewer) -> Response:
    """« Majorité sans solution »: adults, and those who will be within six months."""
    now = clock.now()
    mine = queries.at_work_on(g.db, viewer, g.scope, SETTLES)
    if not mine:
        raise NotFound
    near = {one.id: one for one in queries.near_or_of_age(g.db, mine, now)}
    links = queries.by_dossier(g.db, near)
    gaps = [found for one in near if (found := gap(links[one], now))]
    cards = people.cards(viewer, [one.dossier_id for one in gaps])
    rows = [(one, cards[one.dossier_id], majority_day(near[one.dossier_id].birth_date)) for one in gaps]
    return page("deadlines/without.html", about=near, rows=rows, today=today(cards), counted=len(near))


def head(viewer: Viewer, dossier_id: UUID) -> dict[str, Any]:
    """What every page about a date of one young person says: of whom, by which clock, whom to call."""
    place = queries.place_of(g.db, dossier_id)
    return {
        "card": people.cards(viewer, [dossier_id])[dossier_id],
        "today": clock.local_date(clock.now(), place.zone),
        "contact": Contact(place.name, place.phone) if place.phone else None,
        "picture": pictures.find,
    }


def today(cards: people.Cards) -> Any:
    """Today where the establishment is."""
    return clock.local_date(clock.now(), next((card.zone for card in cards.values()), "Europe/Paris"))
