"""Who answered a rendez-vous and what, as far as a viewer may know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Subquery, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.access.axes import Link
from portal.access.cases import cases
from portal.access.decision import decide
from portal.access.facts import item_of
from portal.access.models import Relationship
from portal.access.queries import visible
from portal.access.words import Action, Category, Nature, Strength, Viewer
from portal.core import clock
from portal.core.names import names_of
from portal.liaison.models import EventAnswer
from portal.planning.models import Event, EventState

OPEN = (EventState.PLANNED, EventState.MOVED)
"""States of a rendez-vous that one may still answer."""
AT_MOST = 30

_SAID = (
    *(EventAnswer.coming, EventAnswer.reason, EventAnswer.other_moment),
    *(EventAnswer.for_start, EventAnswer.said_at, EventAnswer.typed_by),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who may answer a rendez-vous, and what they said: None for nothing yet."""

    account_id: UUID
    name: str
    link: Link
    answer: Row[Any] | None
    typed_by: str = ""
    """Who typed it from a paper; "" when they said it here themselves."""


def beside(viewer: Viewer) -> list[Subquery]:
    """What the page of a rendez-vous joins to it, by ``event_id``: one's own answer, and whether one may answer."""
    return [mine(viewer).subquery(), may_answer(viewer).subquery()]


def mine(viewer: Viewer) -> Select[Any]:
    """One's own answers."""
    said = [column.label(f"my_{column.key}") for column in _SAID]
    return visible(EventAnswer, viewer, EventAnswer.event_id, *said).where(EventAnswer.said_by == viewer.account_id)


def may_answer(viewer: Viewer) -> Select[Any]:
    """Rendez-vous to which this viewer may answer now, as far as access goes."""
    chosen = visible(Event, viewer, Event.id.label("event_id"), action=Action.ANSWER)
    return chosen.where(Event.category == Category.APPOINTMENTS).add_columns(literal(True).label("may_answer"))


def event(db: Session, viewer: Viewer, event_id: UUID) -> Event | None:
    """The rendez-vous, when this viewer may answer it."""
    chosen = visible(Event, viewer, action=Action.ANSWER)
    found: Event | None = db.scalar(chosen.where(Event.id == event_id, Event.category == Category.APPOINTMENTS))
    return found


def own(db: Session, viewer: Viewer, event_id: UUID) -> EventAnswer | None:
    """What this viewer last said of it."""
    chosen = visible(EventAnswer, viewer).where(
        EventAnswer.event_id == event_id, EventAnswer.said_by == viewer.account_id
    )
    found: EventAnswer | None = db.scalar(chosen)
    return found


def coming_up(db: Session, viewer: Viewer) -> list[Row[Any]]:
    """For staff: rendez-vous to come, soonest first, with how many come, cannot, and ask for another moment."""
    answers = visible(
        EventAnswer, viewer, EventAnswer.event_id, EventAnswer.coming, EventAnswer.other_moment
    ).subquery()
    shown = (Event.id, Event.dossier_id, Event.starts_at, Event.all_day, Event.state, Event.title, Event.nature)
    counts = [func.count().filter(answers.c.coming == word).label(word) for word in ("comes", "cannot")] + [
        func.count().filter(answers.c.other_moment).label("other")
    ]
    query = (
        visible(Event, viewer, *shown, *counts)
        .select_from(Event)
        .outerjoin(answers, answers.c.event_id == Event.id)
        .where(
            Event.category == Category.APPOINTMENTS,
            Event.state.in_(OPEN),
            Event.starts_at > clock.now(),
        )
        .group_by(*shown)
    )
    return list(db.execute(query.order_by(Event.starts_at, Event.id).limit(AT_MOST)))


def asked(db: Session, viewer: Viewer, event: Row[Any]) -> list[Asked]:
    """For staff: everybody who may answer this rendez-vous, by what they are to the young person, with their answer.

    Somebody who answered and may no longer is still there: it was said. ``event``: ``LABEL`` of it.
    """
    columns = (EventAnswer.said_by, *_SAID)
    said = {row.said_by: row for row in db.execute(_about(viewer, event.id, columns))}
    ties = _entitled(db, event)
    known = names_of(db, {*ties, *said, *(row.typed_by for row in said.values() if row.typed_by)})
    who = sorted({*ties, *said}, key=lambda one: (list(Link).index(ties.get(one, Link.STAFF)), known.get(one, "")))
    return [
        Asked(one, known.get(one, ""), ties.get(one, Link.NONE), row := said.get(one), _typist(row, known))
        for one in who
    ]


def _typist(row: Row[Any] | None, known: Mapping[UUID, str]) -> str:
    return known.get(row.typed_by, "") if row is not None and row.typed_by else ""


LABEL = (
    Event.id,
    Event.dossier_id,
    Event.starts_at,
    Event.all_day,
    Event.state,
    Event.title,
    Event.nature,
    Event.held_until,
    Event.hidden_from,
    Event.private_to,
    Event.published_to,
)


def one(db: Session, viewer: Viewer, event_id: UUID) -> Row[Any] | None:
    """The rendez-vous whose answers staff look at."""
    query = visible(Event, viewer, *LABEL).where(Event.id == event_id, Event.category == Category.APPOINTMENTS)
    return db.execute(query).one_or_none()


def _about(viewer: Viewer, event_id: UUID, columns: Iterable[Any]) -> Select[Any]:
    return visible(EventAnswer, viewer, *columns).where(EventAnswer.event_id == event_id)


def _entitled(db: Session, event: Row[Any]) -> dict[UUID, Link]:
    """Accounts of the family that may answer, surely signed in."""
    at, found = clock.now(), dict[UUID, Link]()
    for case in cases(db, dossier_ids=[event.dossier_id]):
        link = case.link_at(at)
        if link is Link.STAFF:
            continue
        item = item_of(
            held_until=event.held_until,
            hidden_from=event.hidden_from,
            private_to=event.private_to,
            published_to=event.published_to,
            audiences=case.audiences(at),
            account_id=case.relationship.account_id,
            at=at,
        )
        nature = Nature(event.nature)
        facts = case.facts(Category.APPOINTMENTS, nature, Strength.SUBSTANTIAL, at, item)
        if decide(facts, Category.APPOINTMENTS, nature, Action.ANSWER).allowed:
            found[case.relationship.account_id] = link
    return found


def followers(db: Session, dossier_id: UUID, unit_id: UUID | None, *, unit: bool) -> list[UUID]:
    """Accounts to tell at work: the referents of this young person; with ``unit``, everybody assigned to the unit."""
    at = clock.now()
    near = [and_(Relationship.dossier_id == dossier_id, Relationship.referent)]
    if unit and unit_id is not None:
        near.append(and_(Relationship.dossier_id.is_(None), Relationship.unit_id == unit_id))
    query = select(Relationship.account_id).where(
        Relationship.kind == "staff",
        Relationship.verified_at.is_not(None),
        Relationship.starts_at <= at,
        or_(Relationship.ends_at.is_(None), Relationship.ends_at > at),
        or_(*near),
    )
    return sorted(set(db.scalars(query)))
