"""Home: the next rendez-vous of each child, of oneself, or of those one works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, g
from flask_login import current_user

from portal.access.words import Viewer
from portal.core import clock
from portal.inbox import queries as inbox
from portal.planning import queries
from portal.planning.telling import Told, by_day
from portal.planning.views import SHOWN, told
from portal.staffing import queries as staffing
from portal.web import guard, people
from portal.web.contacts import contacts
from portal.web.guard import dossiers, serves
from portal.web.page import page
from portal.web.people import Card

bp = Blueprint("home", __name__)

EACH = 3
"""Rendez-vous shown of each child."""
NEWS = 5
"""Notices shown at once; the others wait behind them."""


@dataclass(frozen=True, slots=True)
class Child:
    """A young person on the home page, with what comes next."""

    card: Card
    own: bool
    next: list[Told]


@bp.get("/")
@serves(*SHOWN, previewable=True)
def home(viewer: Viewer) -> Response:
    return _staff(viewer) if guard.is_staff() else _family(viewer)


def _family(viewer: Viewer) -> Response:
    reached = dossiers(g.scope, SHOWN)
    cards = people.cards(viewer, reached)
    all_next = told(queries.next_ones(g.db, viewer, reached, EACH), cards)
    children = [
        Child(cards[one], people.is_own(one), [event for event in all_next if event.dossier_id == one])
        for one in sorted(reached, key=lambda one: (cards[one].name, one))
    ]
    news = [
        (one, "" if one.dossier_id is None or people.is_own(one.dossier_id) else cards[one.dossier_id].name)
        for one in ([] if viewer.through else inbox.waiting(g.db, viewer))  # somebody else's are theirs to read
        if one.dossier_id is None or one.dossier_id in reached
    ]
    return page(
        "home/family.html",
        about=reached,
        children=children,
        news=news[:NEWS],
        contacts=[] if children else contacts(g.db),
        greeting=g.preview.name if viewer.previewer else current_user.display_name,
        today=_today(cards),
        freshness=people.freshness(cards.values()),
    )


def _staff(viewer: Viewer) -> Response:
    rows = queries.upcoming(g.db, viewer)[: queries.AT_MOST]
    cards = people.cards(viewer, dossiers(g.scope, SHOWN))
    shown = told(rows, cards)
    days = by_day(shown)[:2]
    news = inbox.waiting(g.db, viewer)[:NEWS]
    about = {one.dossier_id for _, those in days for one in those}
    about |= {one.dossier_id for one in news if one.dossier_id is not None}  # somebody at work may be a parent here
    return page(
        "home/staff.html",
        about=about,
        news=[(one, "") for one in news],
        to_review=staffing.overdue(g.db, viewer, g.posts),
        days=days,
        cards=cards,
        greeting=current_user.display_name,
        today=_today(cards),
        freshness=people.freshness(cards.values()),
    )


def _today(cards: people.Cards) -> date:
    """Today where the establishment is."""
    return clock.local_date(clock.now(), next((card.zone for card in cards.values()), "Europe/Paris"))
