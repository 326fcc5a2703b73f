"""Rendez-vous, for families, young people and staff: the list, what is over, and one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from flask import Blueprint, Response, current_app, g, request
from sqlalchemy import Subquery

from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import BadInput
from portal.planning import queries
from portal.planning.telling import Reader, Told, by_day, tell
from portal.web import people, reading
from portal.web.guard import dossiers, is_staff, serves
from portal.web.page import page
from portal.web.people import Card

bp = Blueprint("planning", __name__, url_prefix="/rendez-vous")

SHOWN = (Category.APPOINTMENTS, Category.PLANNING, Category.IDENTITY)
"""Rides are planning; the name is identity."""


@bp.get("/")
@serves(*SHOWN, previewable=True)
def appointments(viewer: Viewer) -> Response:
    rows = queries.upcoming(g.db, viewer, after=_after())
    more = rows[queries.AT_MOST - 1] if len(rows) > queries.AT_MOST else None
    rows = rows[: queries.AT_MOST]
    cards = people.cards(viewer, dossiers(g.scope, SHOWN))
    return page(
        "planning/list.html",
        fragment="planning/_days.html",
        about={row.dossier_id for row in rows},
        days=by_day(told(rows, cards)),
        freshness=people.freshness(cards.values()),
        at_work=is_staff(),
        more=f"{more.starts_at.isoformat()}_{more.id}" if more else "",
    )


@bp.get("/passes")
@serves(*SHOWN, previewable=True)
def over(viewer: Viewer) -> Response:
    rows = queries.past(g.db, viewer)
    cards = people.cards(viewer, dossiers(g.scope, SHOWN))
    days = by_day(told(rows, cards))
    return page(
        "planning/past.html",
        about={row.dossier_id for row in rows},
        days=days,
        freshness=people.freshness(cards.values()),
        more="",
    )


@bp.get("/<uuid:event_id>")
@serves(*SHOWN, previewable=True)
def appointment(viewer: Viewer, event_id: UUID) -> Response:
    return show(viewer, event_id)


class Beside(Protocol):
    """What stands beside a rendez-vous on its page and belongs to a feature above; ``app`` puts it there."""

    def columns(self, viewer: Viewer) -> Sequence[Subquery]:
        """What to join to it (``queries.one``)."""

    def told(self, row: Any, one: Told) -> dict[str, Any]:
        """What the page says of it."""


def show(viewer: Viewer, event_id: UUID, *, status: int = 200, **more: Any) -> Response:
    """The page of a rendez-vous; ``more`` is what was typed in it and could not be taken."""
    beside: Beside = current_app.extensions["beside_event"]
    rows = queries.one(g.db, viewer, event_id, beside.columns(viewer))
    dossier_id = rows[0].dossier_id
    cards = people.cards(viewer, [dossier_id])
    one = tell(rows, reader(dossier_id, cards))
    return page(
        "planning/show.html",
        about=[dossier_id],
        thing=f"event.{event_id}",
        status=status,
        one=one,
        freshness=people.freshness(cards.values()),
        **(beside.told(rows[0], one) | more),
    )


def told(rows: Sequence[Any], cards: Mapping[UUID, Card]) -> list[Told]:
    """Rows of the list, each told to whoever reads."""
    readers = {dossier_id: reader(dossier_id, cards) for dossier_id in {row.dossier_id for row in rows}}
    return [tell([row], readers[row.dossier_id]) for row in rows]


def reader(dossier_id: UUID, cards: Mapping[UUID, Card]) -> Reader:
    card = cards[dossier_id]
    return Reader(card.name, card.zone, people.is_own(dossier_id), reading.current().lang, clock.now())


def _after() -> tuple[datetime, UUID] | None:
    """Where the list goes on: the hour and identifier of the last row shown. Raises ``BadInput`` when it is neither."""
    said = request.args.get("apres", "")
    if not said:
        return None
    at, _, identifier = said.partition("_")
    try:
        instant, shown = datetime.fromisoformat(at), UUID(identifier)
        if instant.tzinfo is None:
            raise BadInput("apres", "unreadable")
        return instant.astimezone(UTC), shown
    except (ValueError, OverflowError):  # an offset may carry the first or the last year out of the calendar
        raise BadInput("apres", "unreadable") from None
