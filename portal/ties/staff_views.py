"""« Liens », for management, administration and social work: who is tied to whom, on which document, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request

from portal.access.axes import Link
from portal.access.services import PLACED_BY, VERIFIED_BY
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import NotFound
from portal.ties import queries
from portal.ties.joints import CloseOne, joints
from portal.ties.kinds import Weight, suggested
from portal.ties.queries import Tie
from portal.web import people
from portal.web.guard import serves
from portal.web.page import page
from portal.web.people import Card

bp = Blueprint("ties", __name__, url_prefix="/liens")

POSTS = tuple(sorted(VERIFIED_BY))
SHOWN = (Category.IDENTITY, Category.HOUSEHOLD)
EACH = 20
"""Young people on one page of links to verify."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Somebody close of the DUI without a link, and what their link may be."""

    one: CloseOne
    link: Link | None
    weight: Weight


@dataclass(frozen=True, slots=True)
class Group:
    """One young person with the links of theirs that wait."""

    card: Card
    dossier_id: UUID
    waiting: Sequence[Tie]
    close: Sequence[Suggested]


@bp.get("")
@serves(*SHOWN)
def links(viewer: Viewer) -> Response:
    mine = queries.working(g.scope, viewer, POSTS)
    groups = _waiting(viewer, mine)
    units = sorted({group.card.unit for group in groups if group.card.unit})
    unit = request.args.get("groupe", "")
    kept = [group for group in groups if unit in ("", group.card.unit)]
    start = EACH * max(0, request.args.get("page", 1, type=int) - 1)
    shown = kept[start : start + EACH]
    cards = people.cards(viewer, mine)
    return page(
        "ties/links.html",
        about=mine,
        groups=shown,
        units=units,
        unit=unit,
        count=sum(len(group.waiting) + len(group.close) for group in kept),
        before=start // EACH,
        more=start // EACH + 2 if len(kept) > start + EACH else 0,
        everybody=sorted(((card.name, card.family_name, card.unit, one) for one, card in cards.items()), key=str),
        asked=len(queries.corrections(g.db, mine)),
        differs=queries.contradicted(g.db, mine),
        cards=cards,
        may_place=any(one.post in PLACED_BY for one in g.scope),
    )


def _waiting(viewer: Viewer, mine: frozenset[UUID]) -> list[Group]:
    """By unit and name; those who decide and those the DUI says in words we do not know, not everybody close."""
    adults = queries.readable(g.db, mine)
    cards = people.cards(viewer, adults)
    unverified: dict[UUID, list[Tie]] = {}
    for one in queries.to_verify(g.db, list(adults)):
        unverified.setdefault(one.dossier_id, []).append(one)
    close: dict[UUID, list[Suggested]] = {}
    for found in unlinked(viewer, adults):
        if found.weight is not Weight.CLOSE:
            close.setdefault(found.one.dossier_id, []).append(found)
    groups = [
        Group(cards[one], one, unverified.get(one, ()), close.get(one, ()))
        for one in adults
        if one in unverified or one in close
    ]
    return sorted(groups, key=lambda group: (group.card.unit, group.card.name, group.dossier_id))


def unlinked(viewer: Viewer, adults: dict[UUID, bool]) -> list[Suggested]:
    dossiers = list(adults)
    linked = queries.linked_keys(g.db, dossiers)
    return [
        Suggested(one, *suggested(one.relation, one.role, one.protection, adult=adults[one.dossier_id]))
        for one in joints().close_ones(g.db, viewer, dossiers)
        if (one.dossier_id, one.key) not in linked
    ]


@bp.get("/<uuid:dossier_id>")
@serves(*SHOWN)
def of(viewer: Viewer, dossier_id: UUID) -> Response:
    allow(viewer, dossier_id)
    place = queries.place(g.db, dossier_id)
    adult = queries.readable(g.db, [dossier_id]).get(dossier_id, False)
    return page(
        "ties/of.html",
        about=[dossier_id],
        card=people.cards(viewer, [dossier_id])[dossier_id],
        dossier_id=dossier_id,
        ties=queries.ties(g.db, [dossier_id]),
        close=unlinked(viewer, {dossier_id: adult}),
        place=place,
        asked=queries.corrections(g.db, [dossier_id]),
        may_place=any(one.dossier_id == dossier_id and one.post in PLACED_BY for one in g.scope),
        **said_on(place.zone),
    )


def allow(viewer: Viewer, dossier_id: UUID) -> frozenset[UUID]:
    """The dossiers whose links this viewer handles. Raises ``NotFound`` when this one is not among them."""
    mine = queries.working(g.scope, viewer, POSTS)
    if dossier_id not in mine:
        raise NotFound
    return mine


def said_on(zone: str) -> dict[str, Any]:
    """What templates need to say a day where the establishment is."""
    today = clock.local_date(clock.now(), zone)
    return {"today": today, "said_day": lambda at: clock.local_date(at, zone), "last_day": lambda at: _last(at, zone)}


def _last(at: datetime, zone: str) -> date:
    """The last day of what ends at ``at``: midnight belongs to the day before."""
    return clock.local_date(at - timedelta(microseconds=1), zone)
