"""Who answered a rendez-vous and what, as far as a viewer may know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.access.axes import Link
from portal.access.cases import cases
from portal.access.decision import decide
from portal.access.facts import item_of
from portal.access.models import Kind, Post, Relationship
from portal.access.queries import posted_to, visible
from portal.access.words import Action, Category, Nature, Strength, Viewer
from portal.core import clock, helped
from portal.core.models import Dossier
from portal.core.names import names_of
from portal.liaison.models import EventAnswer
from portal.planning.models import Event, EventState

OPEN = (EventState.PLANNED, EventState.MOVED)
"""States of a rendez-vous that one may still answer."""
AT_MOST = 30

_SAID = (
    *(EventAnswer.coming, EventAnswer.reason, EventAnswer.other_moment),
    *(EventAnswer.for_start, EventAnswer.said_at, EventAnswer.typed_by, EventAnswer.helper_id),
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
    helped: str | None = None
    """With whose help they said it; None: with nobody's."""


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
    """For staff: rendez-vous to come, soonest first, with how many come, cannot, and ask for another moment.

    The young person's own word is counted apart (``own_comes``, ``own_cannot``): a minor's is nobody's but theirs, and
    the family's is still awaited (``minor``).
    """
    said = (EventAnswer.event_id, EventAnswer.coming, EventAnswer.other_moment)
    is_own = exists().where(
        Relationship.account_id == EventAnswer.said_by,
        Relationship.dossier_id == EventAnswer.dossier_id,
        Relationship.kind == Kind.SELF,
    )
    answers = visible(EventAnswer, viewer, *said).add_columns(is_own.label("own")).subquery()
    shown = (Event.id, Event.dossier_id, Event.starts_at, Event.all_day, Event.state, Event.title, Event.nature)
    minor = (Dossier.birth_date > clock.born_by(clock.now().date())).label("minor")
    counts = [
        func.count().filter(answers.c.coming == word, answers.c.own == own).label(f"own_{word}" if own else word)
        for word in ("comes", "cannot")
        for own in (False, True)
    ] + [func.count().filter(answers.c.other_moment).label("other")]
    query = (
        visible(Event, viewer, *shown, *counts)
        .add_columns(minor)
        .select_from(Event)
        .join(Dossier, Dossier.id == Event.dossier_id)
        .outerjoin(answers, answers.c.event_id == Event.id)
        .where(
            Event.category == Category.APPOINTMENTS,
            Event.state.in_(OPEN),
            Event.starts_at > clock.now(),
        )
        .group_by(*shown, Dossier.birth_date)
    )
    return list(db.execute(query.order_by(Event.starts_at, Event.id).limit(AT_MOST)))


def asked(db: Session, viewer: Viewer, event: Row[Any]) -> list[Asked]:
    """For staff: everybody who may answer this rendez-vous, by what they are to the young person, with their answer.

    Somebody who answered and may no longer is still there: it was said. ``event``: ``LABEL`` of it.
    """
    columns = (EventAnswer.said_by, *_SAID)
    said = {row.said_by: row for row in db.execute(_about(viewer, event.id, columns))}
    ties = _entitled(db, event)
    beside_them = {one for row in said.values() for one in (row.typed_by, row.helper_id) if one}
    known = names_of(db, {*ties, *said, *beside_them})
    who = sorted({*ties, *said}, key=lambda one: (list(Link).index(ties.get(one, Link.STAFF)), known.get(one, "")))
    return [
        Asked(one, known.get(one, ""), ties.get(one, Link.NONE), said.get(one), *_beside(said.get(one), known))
        for one in who
    ]


def _beside(row: Row[Any] | None, known: Mapping[UUID, str]) -> tuple[str, str | None]:
    """Who typed an answer, and who helped; staff of the sharing read both."""
    if row is None:
        return "", None
    typist = known.get(row.typed_by, "") if row.typed_by else ""
    return typist, helped.told(row.helper_id, known, mine=False, whole=True)


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


def followers(
    db: Session, dossier_id: UUID, *, unit: bool, instead: Iterable[Post] = (Post.ADMINISTRATION, Post.MANAGEMENT)
) -> list[UUID]:
    """Accounts to tell at work: the referents of this young person; with ``unit``, everybody assigned to the unit.

    When there is nobody, whoever is there for the whole establishment in the posts of ``instead``: nothing that a
    family says is told to nobody.
    """
    place = db.execute(select(Dossier.establishment_id, Dossier.unit_id).where(Dossier.id == dossier_id)).one()
    referents = and_(Relationship.dossier_id == dossier_id, Relationship.referent)
    team = and_(Relationship.dossier_id.is_(None), Relationship.unit_id == place.unit_id)
    near = (
        or_(referents, team) if unit and place.unit_id else referents
    )  # in no unit: everybody at work has none either
    found = _assigned(db, near)
    return sorted(found or posted_to(db, place.establishment_id, instead))


def _assigned(db: Session, near: ColumnElement[bool]) -> set[UUID]:
    at = clock.now()
    query = select(Relationship.account_id).where(
        Relationship.kind == Kind.STAFF,
        Relationship.verified_at.is_not(None),
        Relationship.starts_at <= at,
        or_(Relationship.ends_at.is_(None), Relationship.ends_at > at),
        near,
    )
    return set(db.scalars(query))
