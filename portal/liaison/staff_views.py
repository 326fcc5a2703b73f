"""What families answered, for whoever works with them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, g

from portal.access.words import Category, Strength, Viewer
from portal.core import clock
from portal.core.errors import NeedsStrength, NotFound
from portal.liaison import queries
from portal.web import guard, people
from portal.web.guard import dossiers, serves
from portal.web.page import page

bp = Blueprint("answers", __name__, url_prefix="/rendez-vous")

SHOWN = (Category.APPOINTMENTS, Category.IDENTITY)


@bp.get("/reponses")
@serves(*SHOWN)
def everybody(viewer: Viewer) -> Response:
    """Rendez-vous to come, each with how many come and cannot."""
    _refuse_families(viewer)
    rows = [row for row in queries.coming_up(g.db, viewer) if guard.works_with(row.dossier_id)]
    cards = people.cards(viewer, dossiers(g.scope, SHOWN))
    return page(
        "liaison/answers.html",
        about={row.dossier_id for row in rows},
        rows=rows,
        cards=cards,
        local=clock.local,
        today=_today(cards),
    )


@bp.get("/<uuid:event_id>/reponses")
@serves(*SHOWN)
def one(viewer: Viewer, event_id: UUID) -> Response:
    """Who answered this one and what, and who did not."""
    _refuse_families(viewer)
    row = queries.one(g.db, viewer, event_id)
    if row is None or not guard.works_with(row.dossier_id):
        raise NotFound
    card = people.cards(viewer, [row.dossier_id])[row.dossier_id]
    return page(
        "liaison/answered.html",
        about=[row.dossier_id],
        row=row,
        card=card,
        asked=queries.asked(g.db, viewer, row),
        local=clock.local,
        today=clock.local_date(clock.now(), card.zone),
    )


def _refuse_families(viewer: Viewer) -> None:
    """Raises ``NotFound`` for whoever does not work here; ``NeedsStrength`` before saying so to a weak sign-in."""
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    if not guard.is_staff():
        raise NotFound


def _today(cards: people.Cards) -> date:
    zone = next((card.zone for card in cards.values()), "Europe/Paris")
    return clock.local_date(clock.now(), zone)
