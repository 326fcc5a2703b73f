"""« Qui a regardé »: the log of a young person's dossier, a month at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from easyread.dates import title
from easyread.phrases import book
from portal.access.models import Kind, Post
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import BadInput
from portal.lookers import queries, readers, telling
from portal.lookers.readers import Eye
from portal.web import people, reading
from portal.web.contacts import contacts
from portal.web.guard import dossiers, serves
from portal.web.page import go, page

bp = Blueprint("lookers", __name__, url_prefix="/qui-a-regarde")

NAMED = Category.IDENTITY
ANY = tuple(Category)
"""The log speaks of sharing itself: whoever reaches anything of a dossier may ask who looked."""


@bp.get("/")
@serves(NAMED, via=ANY)
def everybody(viewer: Viewer) -> Response:
    """The young people whose log one may read, or whom one may have spoken about; one's own, at once."""
    reached = dossiers(g.scope, ANY)
    family = {one.dossier_id for one in g.scope if one.kind is not Kind.STAFF}
    if len(reached) == 1 and family:
        return go(url_for("lookers.dossier", dossier_id=next(iter(reached))))
    cards = people.cards(viewer, reached)
    manages = any(one.kind is Kind.STAFF and one.post is Post.MANAGEMENT for one in g.scope)
    return page(
        "lookers/everybody.html",
        about=reached,
        cards=cards,
        listed=sorted(reached, key=lambda one: (cards[one].unit, cards[one].name, one)),
        family=family,
        manages=manages,
        contacts=[] if reached else contacts(g.db),
    )


@bp.get("/<uuid:dossier_id>")
@serves(NAMED, via=ANY)
def dossier(viewer: Viewer, dossier_id: UUID) -> Response:
    reader = readers.reader(viewer, g.scope, dossier_id)
    card = people.cards(viewer, [dossier_id])[dossier_id]
    today = clock.local_date(clock.now(), card.zone)
    days = _month(request.args.get("mois", ""), today)
    found = queries.lines(g.db, reader, [clock.midnight(day, card.zone) for day in days])
    return page(
        "lookers/dossier.html",
        about=[dossier_id],
        days=telling.by_day(found.lines, reader, days, card.zone, named=found.named),
        reader=reader,
        found=found,
        card=card,
        dossier_id=dossier_id,
        own=reader.eye in (Eye.YOUNG, Eye.ACCOMPANIED),
        accompanied=reader.eye is Eye.ACCOMPANIED,
        staff=reader.eye is Eye.MANAGEMENT,
        today=today,
        month=_said(days[0]),
        before=_written(days[0] - timedelta(days=1)) if found.earlier else "",
        after=_written(days[-1]) if days[-1] <= today else "",
    )


def _month(said: str, today: date) -> Sequence[date]:
    """The days of a month (« 2026-11 », default: this one), and the first of the next. Raises ``BadInput``."""
    try:
        first = date.fromisoformat(f"{said}-01") if said else today.replace(day=1)
        following = (first + timedelta(days=32)).replace(day=1)
    except (ValueError, OverflowError):
        raise BadInput("mois", "unreadable") from None
    return [first + timedelta(days=number) for number in range((following - first).days + 1)]


def _said(first: date) -> str:
    """« Novembre 2026 »."""
    return title(f"{book(reading.current().lang)['dates']['months'][first.month - 1]} {first.year}")


def _written(day: date) -> str:
    return f"{day:%Y-%m}"
