"""Menus by day and by week, for families, young people and staff. No dish is said to be safe or unsafe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from flask import Blueprint, Flask, Response, g

from easyread import dates, lexicon, pictures
from easyread.pictures import Picture
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.menus import queries
from portal.menus.queries import Table
from portal.web import guard, menu, people, reading
from portal.web.dates import asked_day
from portal.web.guard import dossiers, serves
from portal.web.page import page
from portal.web.words import _

bp = Blueprint("menus", __name__, url_prefix="/menus")

SHOWN = (Category.MENUS, Category.IDENTITY)
ZONE = "Europe/Paris"
SEVEN = 7


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.jinja_env.globals["dish_picture"] = dish_picture


def entry() -> menu.Entry:
    return menu.Entry("menus.day", "menus", "menus", lambda: _("Menus"))


def dish_picture(name: str) -> Picture | None:
    """The picture of a dish; None when the lexicon is not sure what it is, and for a choice between several."""
    if "," in name or " ou " in name:
        return None
    return pictures.find(lexicon.pictured(name))


@bp.get("/")
@serves(*SHOWN, previewable=True)
def day(viewer: Viewer) -> Response:
    on, today = _asked()
    tables = queries.tables(g.db, viewer, on, on)
    about, names = _whose(viewer, tables)
    return page(
        "menus/day.html",
        about=about,
        on=on,
        today=today,
        places=_by_place(tables, names),
        staff=guard.is_staff(),
        step=timedelta(days=1),
        received=_received(tables, today),
    )


@bp.get("/semaine")
@serves(*SHOWN, previewable=True)
def week(viewer: Viewer) -> Response:
    on, today = _asked()
    monday = on - timedelta(days=on.weekday())
    days = [monday + timedelta(days=number) for number in range(SEVEN)]
    tables = queries.tables(g.db, viewer, days[0], days[-1])
    about, names = _whose(viewer, tables)
    places = [
        (whose, restaurant, [(one, [table for table in those if table.day == one]) for one in days])
        for whose, restaurant, those in _by_place(tables, names)
    ]
    return page(
        "menus/week.html",
        about=about,
        days=days,
        today=today,
        places=places,
        step=timedelta(days=SEVEN),
        received=_received(tables, today),
    )


def _whose(viewer: Viewer, tables: Iterable[Table]) -> tuple[list[UUID], dict[UUID, list[str]]]:
    """Who eats where: told only when there are several tables to choose from, and never to staff, who reach many."""
    places = {table.establishment_id for table in tables}
    if len(places) < 2 or guard.is_staff():
        return [], {}
    reached = dossiers(g.scope, (Category.MENUS,))
    cards = people.cards(viewer, reached)
    names: dict[UUID, list[str]] = {}
    for one in g.scope:
        if one.dossier_id in reached and (name := cards[one.dossier_id].name):
            names.setdefault(one.establishment_id, []).append(name)
    return sorted(reached), {place: sorted(set(those)) for place, those in names.items()}


def _by_place(tables: Sequence[Table], names: dict[UUID, list[str]]) -> list[tuple[list[str], str, list[Table]]]:
    """(who eats there, the restaurant, its meals in the order of the day)."""
    ordered = sorted(tables, key=lambda table: (str(table.establishment_id), table.restaurant))  # keeps days and meals
    groups = groupby(ordered, key=lambda table: (table.establishment_id, table.restaurant))
    return [(names.get(place, []), restaurant, list(those)) for (place, restaurant), those in groups]


def _received(tables: Iterable[Table], today: date) -> tuple[datetime, str] | None:
    """When the oldest of these menus came from the kitchen: nobody is told fresher than they are."""
    at = min((table.received_at for table in tables), default=None)
    return None if at is None else (at, dates.near_moment(clock.local(at, ZONE), today, reading.current().lang))


def _asked() -> tuple[date, date]:
    """The day that is asked for, and today."""
    return asked_day(ZONE), clock.local_date(clock.now(), ZONE)
