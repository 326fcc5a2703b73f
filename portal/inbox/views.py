"""« Ce qui est nouveau »: everything a person was told, what waits first, and what they say they have seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, g, request

from portal.access.words import Category, Viewer
from portal.core import clock
from portal.inbox import queries, services
from portal.inbox.queries import Waiting
from portal.web import nexts, people
from portal.web.guard import dossiers, serves
from portal.web.page import go, page

bp = Blueprint("inbox", __name__)


@dataclass(slots=True)
class Group:
    """What was told of one young person, or (``name`` "") of oneself; by day, the newest first."""

    name: str
    days: dict[date, list[Waiting]] = field(default_factory=dict)


@bp.get("/nouveau")
@serves(*Category)
def news(viewer: Viewer) -> Response:
    """What waits, then what was seen lately. What one may no longer see is not there."""
    told = queries.recent(g.db, viewer)
    cards = people.cards(viewer, dossiers(g.scope, Category))
    zone = next((card.zone for card in cards.values()), queries.ZONE)
    new = [one for one in told if one.read_at is None]
    return page(
        "inbox/news.html",
        about={one.dossier_id for one in told if one.dossier_id is not None},
        parts=[(True, _grouped(new, cards)), (False, _grouped(told[len(new) :], cards))],
        new=new,
        today=clock.local_date(clock.now(), zone),
    )


@bp.post("/nouveau")
@serves(*Category)
def seen(viewer: Viewer) -> Response:
    """What the page showed was seen (``shown``: its notices), and not what came since nor what waited behind.

    A button and not the visit itself: looking at a page changes nothing.
    """
    services.mark_read(g.db, viewer, request.form.getlist("shown", type=UUID))
    return go(nexts.safe(request.form.get("suite")))


def _grouped(told: Iterable[Waiting], cards: people.Cards) -> list[Group]:
    groups: dict[UUID | None, Group] = {}
    for one in told:
        own = one.dossier_id is None or people.is_own(one.dossier_id) or one.dossier_id not in cards
        whom = None if own else one.dossier_id
        group = groups.setdefault(whom, Group("" if whom is None else cards[whom].name))
        group.days.setdefault(clock.local_date(one.created_at, one.zone), []).append(one)
    return list(groups.values())
