"""The state of reception, for the secretary and the director: does the DUI still speak, and is it understood?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, Response, g

from easyread import dates
from portal.access.words import Viewer
from portal.connectors.dui import wording
from portal.connectors.dui.records import State
from portal.core import clock
from portal.dossier import queries
from portal.web import reading
from portal.web.guard import for_staff
from portal.web.page import page

bp = Blueprint("reception", __name__)

POSTS = queries.POSTS
LATE = timedelta(days=1)
"""A DUI sends every morning: silence longer than a day is said."""


@dataclass(frozen=True, slots=True)
class Line:
    """One DUI of one establishment, or one of its messages, ready to be read."""

    at: datetime | None
    said: str
    late: bool = False


@bp.get("/reception")
@for_staff(*POSTS, because="what a DUI sends concerns nobody in particular")
def state(_viewer: Viewer, establishments: Collection[UUID]) -> Response:
    receptions = queries.receptions(g.db, establishments)
    messages = queries.messages(g.db, establishments)
    zone = receptions[0].zone if receptions else "Europe/Paris"
    return page(
        "dossier/reception.html",
        receptions=[(one, _heard(one.heard_at, one.zone)) for one in receptions],
        messages=[(one, _heard(one.received_at, zone)) for one in messages if _notable(one)],
        quiet=sum(not _notable(one) for one in messages),
        says=wording.SAYS,
    )


def _notable(message: queries.Message) -> bool:
    """Whether there is something to look at: a morning of messages that all went well is one sentence."""
    return bool(message.issues or message.warnings) or message.state in (State.REFUSED, State.IGNORED)


def _heard(at: datetime | None, zone: str) -> Line:
    if at is None:
        return Line(None, "", late=True)
    now = clock.now()
    return Line(at, _ago(now - at, at, zone), now - at > LATE)


def _ago(age: timedelta, at: datetime, zone: str) -> str:
    """« il y a 26 heures », then days; with the instant, since somebody may have to look a log up."""
    lang = reading.current().lang
    rounded = timedelta(days=age.days) if age >= timedelta(days=3) else timedelta(hours=age // timedelta(hours=1))
    if rounded < timedelta(hours=1):
        rounded = timedelta(minutes=max(1, age // timedelta(minutes=1)))
    when = dates.near_moment(clock.local(at, zone), clock.local_date(clock.now(), zone), lang)
    return f"{dates.lasting(rounded, lang)} ({when})"
