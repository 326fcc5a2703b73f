"""The day and the week of a unit: one line for each young person this member of staff works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, g, request

from portal.access.models import Kind, Post
from portal.access.words import Strength, Viewer
from portal.core import clock
from portal.core.errors import NeedsStrength, NotFound
from portal.planning import days as telling
from portal.planning.views import SHOWN, reader
from portal.planning.week_views import SEVEN, TIMES
from portal.units import queries
from portal.units import telling as unit
from portal.web import finding, menu, people
from portal.web.dates import asked_day
from portal.web.guard import serves
from portal.web.page import page
from portal.web.people import Card
from portal.web.words import _

bp = Blueprint("units", __name__, url_prefix="/unite")

STAFF = tuple(post for post in Post if post is not Post.NONE)
AT_MOST = 80
"""Young people on one page: who looks after more chooses a group."""
ZONE = "Europe/Paris"
"""Where nobody is reached."""


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


def entry() -> menu.Entry:
    return menu.Entry("units.day", "team", "planning", lambda: _("Unité"), STAFF)


@bp.get("/")
@serves(*SHOWN)
def day(viewer: Viewer) -> Response:
    """Who is where on one day, and what takes place."""
    return _page(viewer, "units/day.html", 1)


@bp.get("/semaine")
@serves(*SHOWN)
def week(viewer: Viewer) -> Response:
    """The same for seven days, to be printed too."""
    return _page(viewer, "units/week.html", SEVEN)


def _page(viewer: Viewer, template: str, count: int) -> Response:
    cards = people.cards(viewer, _theirs(viewer))
    zone = next((card.zone for card in cards.values()), ZONE)
    asked, today = asked_day(zone), clock.local_date(clock.now(), zone)
    first = telling.week_of(asked) if count == SEVEN else asked
    groups = finding.groups(cards)
    sought = _sought(groups)
    fitting = finding.among(cards, sought)
    found = fitting[:AT_MOST]
    rows = queries.rows(g.db, viewer, found, first, first + timedelta(days=count - 1), zone)
    told, said = _told(found, cards, rows, first, count), unit.announced(rows)
    return page(
        template,
        about=found,
        people=told,
        bulletins=said,
        days=unit.shown(first, count, told, said) if count == SEVEN else [first],
        first=first,
        asked=asked,
        today=today,
        groups=groups,
        sought=sought,
        left_out=len(fitting) - len(found),
        nobody=not cards,
        step=timedelta(days=count),
        freshness=people.freshness([cards[one] for one in found]),
    )


def _theirs(viewer: Viewer) -> list[UUID]:
    """Whom the reader works with: nobody they are family of, nor a dossier they broke the glass of.

    Raises ``NeedsStrength`` for a weak sign-in, whoever asks; ``NotFound`` for whoever does not work here.
    """
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    wanted = frozenset(TIMES)
    own = {one.dossier_id for one in g.scope if one.kind is not Kind.STAFF}
    found = {
        one.dossier_id
        for one in g.scope
        if one.kind is Kind.STAFF and not one.emergency and one.categories & wanted and one.dossier_id not in own
    }
    if not found and not g.posts & set(STAFF):
        raise NotFound
    return list(found)


def _sought(groups: Sequence[str]) -> dict[str, str]:
    """What is looked for; without any question, the first group: nobody begins with a whole establishment."""
    sought = finding.asked()
    if groups and not sought and finding.GROUP not in request.args:
        sought[finding.GROUP] = groups[0]
    return sought


def _told(
    found: Sequence[UUID], cards: Mapping[UUID, Card], rows: Sequence[Any], first: date, count: int
) -> list[unit.Person]:
    mine = telling.by_dossier(rows)
    return [unit.person(one, cards[one], mine.get(one, []), reader(one, cards), first, count) for one in found]
