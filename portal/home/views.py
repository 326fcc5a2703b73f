"""Home: today and the next rendez-vous of each child, or one's own; for staff, of those one works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g
from flask_login import current_user

from portal.access.words import Category, Viewer
from portal.core import clock
from portal.inbox import queries as inbox
from portal.liaison import todo
from portal.menus import queries as menus
from portal.menus.words import Meal
from portal.planning import days, happening, queries
from portal.planning.moments import Day
from portal.planning.telling import Told, by_day
from portal.planning.views import SHOWN, reader, told
from portal.sharing import awaiting
from portal.staffing import queries as staffing
from portal.web import guard, people
from portal.web.contacts import contacts
from portal.web.guard import dossiers, serves
from portal.web.page import page
from portal.web.people import Card

bp = Blueprint("home", __name__)

ZONE = "Europe/Paris"
"""Where somebody without any young person is."""
EACH = 3
"""Rendez-vous shown of each child."""
NEWS = 5
"""Notices shown at once; the others wait behind them."""
EATEN = time(14)
"""From then on, the next meal is that of the evening."""
SERVED = (*SHOWN, Category.MENUS)


@dataclass(frozen=True, slots=True)
class Child:
    """A young person on the home page, with what comes next."""

    id: UUID
    card: Card
    own: bool
    day: Day
    next: list[Told]
    meal: Meal
    dishes: tuple[str, ...]
    """Of that meal; nothing when it is not known, or not theirs to read."""


@bp.get("/")
@serves(*SERVED, previewable=True)
def home(viewer: Viewer) -> Response:
    return _staff(viewer) if guard.is_staff() else _family(viewer)


def _family(viewer: Viewer) -> Response:
    reached = dossiers(g.scope, SHOWN)
    cards = people.cards(viewer, reached)
    children = _children(viewer, reached, cards)
    news = [
        (one, "" if one.dossier_id is None or people.is_own(one.dossier_id) else cards[one.dossier_id].name)
        for one in ([] if viewer.through else inbox.waiting(g.db, viewer))  # somebody else's are theirs to read
        if one.dossier_id is None or one.dossier_id in reached
    ]
    return page(
        "home/family.html",
        about=reached,
        children=children,
        **_todo(viewer, reached, cards),
        news=news[:NEWS],
        contacts=[] if children else contacts(g.db),
        greeting=g.preview.name if viewer.previewer else current_user.display_name,
        today=_today(cards),
        freshness=people.freshness(cards.values()),
    )


def _children(viewer: Viewer, reached: frozenset[UUID], cards: people.Cards) -> list[Child]:
    today, zone = _today(cards), next((card.zone for card in cards.values()), ZONE)
    rows = days.by_dossier(happening.today_and_next(g.db, viewer, reached, today, zone, EACH))
    tables = menus.tables(g.db, viewer, today, today)
    places = {one.dossier_id: one.establishment_id for one in g.scope if Category.MENUS in one.categories}
    meal = Meal.LUNCH if clock.local(clock.now(), zone).time() < EATEN else Meal.DINNER
    found = []
    for one in sorted(reached, key=lambda one: (cards[one].name, one)):
        card, mine, to = cards[one], rows.get(one, []), reader(one, cards)
        (day,) = days.days(mine, to, today, 1, boarding=card.boarding)
        eats = one in places and (meal is Meal.LUNCH or card.boarding)
        dishes = menus.served(tables, places[one], meal) if eats else ()
        found.append(Child(one, card, people.is_own(one), day, days.coming(mine, to), meal, dishes))
    return found


def _todo(viewer: Viewer, reached: frozenset[UUID], cards: people.Cards) -> dict[str, Any]:
    """What is asked of the reader; of somebody else's eyes, nothing: it is theirs to do."""
    if viewer.through:
        return {"acts": [], "unanswered": []}
    return {
        "acts": awaiting.awaiting(g.db, viewer, reached),
        "unanswered": told(todo.unanswered(g.db, viewer), cards),
    }


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
        waiting=todo.at_work(g.db, viewer),
        days=days,
        cards=cards,
        greeting=current_user.display_name,
        today=_today(cards),
        freshness=people.freshness(cards.values()),
    )


def _today(cards: people.Cards) -> date:
    """Today where the establishment is."""
    return clock.local_date(clock.now(), next((card.zone for card in cards.values()), ZONE))
