"""The week and the day of one young person: everything that takes place, for families, themselves and staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g

from portal.access.words import Category, Viewer
from portal.core.errors import NotFound
from portal.planning import days as telling
from portal.planning import happening, moments
from portal.planning.moments import Day
from portal.planning.views import SHOWN, reader
from portal.web import guard, people
from portal.web.dates import asked_day
from portal.web.guard import dossiers, serves
from portal.web.page import page
from portal.web.people import Card

bp = Blueprint("week", __name__)

TIMES = (Category.PLANNING, Category.APPOINTMENTS)
SEVEN = 7


@bp.get("/semaine/")
@serves(*SHOWN, previewable=True)
def first(viewer: Viewer) -> Response:
    return _week(viewer, None)


@bp.get("/semaine/<uuid:dossier_id>")
@serves(*SHOWN, previewable=True)
def week(viewer: Viewer, dossier_id: UUID) -> Response:
    return _week(viewer, dossier_id)


@bp.get("/jour/")
@serves(*SHOWN, previewable=True)
def today(viewer: Viewer) -> Response:
    return _day(viewer, None)


@bp.get("/jour/<uuid:dossier_id>")
@serves(*SHOWN, previewable=True)
def day(viewer: Viewer, dossier_id: UUID) -> Response:
    return _day(viewer, dossier_id)


def _week(viewer: Viewer, wanted: UUID | None) -> Response:
    dossier_id, cards = _whose(viewer, wanted)
    if dossier_id is None:
        return page("planning/week_none.html", about=[])
    monday = telling.week_of(asked_day(cards[dossier_id].zone))
    days = _days(viewer, dossier_id, cards, monday, SEVEN)
    return page(
        "planning/week.html",
        days=days,
        changes=telling.changes(days),
        last=monday + timedelta(days=SEVEN - 1),
        step=timedelta(days=SEVEN),
        **_shown(dossier_id, cards),
    )


def _day(viewer: Viewer, wanted: UUID | None) -> Response:
    dossier_id, cards = _whose(viewer, wanted)
    if dossier_id is None:
        return page("planning/week_none.html", about=[])
    on = asked_day(cards[dossier_id].zone)
    (one,) = _days(viewer, dossier_id, cards, on, 1)
    shown = _shown(dossier_id, cards)
    return page("planning/day.html", day=one, by_part=moments.by_part, step=timedelta(days=1), **shown)


def _whose(viewer: Viewer, wanted: UUID | None) -> tuple[UUID | None, Mapping[UUID, Card]]:
    """Whose days are shown, and everybody the page names. Staff, who reach many, are shown nobody else."""
    reached = dossiers(g.scope, TIMES)
    if wanted is not None and wanted not in reached:
        raise NotFound
    if not reached:
        return None, {}
    cards = people.cards(viewer, [wanted] if wanted and guard.is_staff() else reached)
    named = sorted(cards, key=lambda one: (not people.is_own(one), cards[one].name, one))
    return wanted or named[0], cards


def _days(viewer: Viewer, dossier_id: UUID, cards: Mapping[UUID, Card], begins: date, count: int) -> list[Day]:
    card = cards[dossier_id]
    ends = begins + timedelta(days=count - 1)
    rows = happening.between(g.db, viewer, [dossier_id], begins, ends, card.zone)
    return telling.days(rows, reader(dossier_id, cards), begins, count, boarding=card.boarding)


def _shown(dossier_id: UUID, cards: Mapping[UUID, Card]) -> dict[str, Any]:
    others = [] if guard.is_staff() else [(one, card.name) for one, card in cards.items() if one != dossier_id]
    return {
        "about": [dossier_id, *(one for one, _name in others)],
        "dossier_id": dossier_id,
        "reader": reader(dossier_id, cards),
        "card": cards[dossier_id],
        "others": sorted(others, key=lambda one: one[1]),
        "freshness": people.freshness([cards[dossier_id]]),
    }
