"""A situation in a database: the rows it tells of, the facts found in them, and every answer the portal then gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal.access.audience import audience
from portal.access.axes import Decision, Facts, Item, Link
from portal.access.cases import cases
from portal.access.decision import column_of, decide
from portal.access.explain import explain
from portal.access.facts import Case, item_of
from portal.access.limiting import BAN_ROWS
from portal.access.models import Authority, Kind, Measure, Relationship
from portal.access.perimeter import EVENTS, STAFF_COLUMN, row_name, row_of
from portal.access.queries import visible
from portal.access.reach import _ASKED_OF as ASKED_OF
from portal.access.sharing import Agreement, Opening, Perimeter, Restriction, Source
from portal.access.words import Action, Scope, Viewer
from portal.core.models import AccountState, Dossier, HiddenFrom
from portal.planning.models import Event
from tests.access.situation import Point, Situation, Thing, Tie, Version
from tests.access.situations import birth
from tests.factories import LONG_AGO, a_dossier, a_unit, an_account, an_establishment, an_event, recomputed

WIDTH = {None: -1, Scope.HOUR: 0, Scope.NO_PLACE: 1, Scope.ALL: 2}
_KINDS = {
    Link.SELF: (Kind.SELF, Authority.NONE, Measure.NONE),
    Link.PARENT_FULL: (Kind.PARENT, Authority.FULL, Measure.NONE),
    Link.PARENT_INFORMED: (Kind.PARENT, Authority.INFORMED, Measure.NONE),
    Link.PARENT_WITHDRAWN: (Kind.PARENT, Authority.WITHDRAWN, Measure.NONE),
    Link.DELEGATE: (Kind.DELEGATE, Authority.NONE, Measure.NONE),
    Link.REPRESENT: (Kind.MEASURE, Authority.NONE, Measure.PERSON_REPRESENT),
    Link.ASSIST: (Kind.MEASURE, Authority.NONE, Measure.PERSON_ASSIST),
    Link.PROPERTY: (Kind.MEASURE, Authority.NONE, Measure.PROPERTY),
    Link.CHILD_WELFARE: (Kind.CHILD_WELFARE, Authority.NONE, Measure.NONE),
    Link.RELATIVE: (Kind.RELATIVE, Authority.NONE, Measure.NONE),
    Link.TRUSTED: (Kind.TRUSTED, Authority.NONE, Measure.NONE),
    Link.OUTSIDE_DOCTOR: (Kind.OUTSIDE_DOCTOR, Authority.NONE, Measure.NONE),
    Link.STAFF: (Kind.STAFF, Authority.NONE, Measure.NONE),
}


@dataclass(frozen=True)
class World:
    """The rows of one situation."""

    situation: Situation
    me: UUID
    other: UUID
    dossier: Dossier
    found: tuple[Case, ...]

    def facts(self, point: Point, action: Action) -> list[Facts]:
        """What is true of each link, for a thing such as the situation says."""
        one = self.situation
        return [
            case.facts(*point, one.strength, one.at, self.item(action, case.audiences(one.at))) for case in self.found
        ] or [Facts(strength=one.strength)]

    def item(self, action: Action, audiences: int) -> Item:
        thing = self.situation.thing
        if thing is None:
            return ASKED_OF.get(action, Item.PLAIN)
        return item_of(**self.carried(), audiences=audiences, account_id=self.me, at=self.situation.at)

    def carried(self) -> dict[str, Any]:
        """The columns of a thing such as the situation says."""
        thing = self.situation.thing or Thing()
        return {
            "held_until": thing.held_until,
            "hidden_from": thing.hidden_from or HiddenFrom.NOBODY,
            "private_to": None if thing.mine is None else self.me if thing.mine else self.other,
            "published_to": audience(thing.published),
        }


def build(db: Session, one: Situation) -> World:
    """Write the rows of a situation, and lay out what they open."""
    place = an_establishment(db)
    here, elsewhere = a_unit(db, place), a_unit(db, place, "Les Saules")
    dossier = a_dossier(db, place, birth_date=birth(one).date(), state=one.state, unit_id=here.id)
    closed = any(tie.closed for tie in one.ties)
    me, other = an_account(db, state=AccountState.CLOSED if closed else AccountState.ACTIVE).id, an_account(db).id
    units = {"unit": here.id, "elsewhere": elsewhere.id}
    links = [_link(db, dossier, tie, me, units) for tie in one.ties if tie.link is not Link.NONE]
    for number, version in enumerate(one.versions, 1):
        _write_version(db, dossier, number, version, _columns(one, birth(one)))
    for link in links:
        _write_agreements(db, dossier, one, link, other)
    _write_restrictions(db, dossier, one, me, other)
    db.flush()
    recomputed(db, dossier)
    return World(one, me, other, dossier, tuple(cases(db, dossier_ids=[dossier.id], account_ids=[me])))


def _link(db: Session, dossier: Dossier, tie: Tie, account_id: UUID, units: dict[str, UUID]) -> Relationship:
    kind, authority, measure = _KINDS[tie.link]
    of_dossier = tie.link is not Link.STAFF or tie.cover in ("dossier", "referent", "break_glass")
    one = Relationship(
        account_id=account_id,
        establishment_id=dossier.establishment_id,
        dossier_id=dossier.id if of_dossier else None,
        unit_id=units.get(tie.cover),
        kind=kind,
        authority=authority,
        measure=measure,
        post=tie.post,
        referent=tie.cover == "referent",
        starts_at=tie.starts_at or LONG_AGO,
        ends_at=tie.ends_at,
        verified_at=LONG_AGO if tie.verified else None,
        emergency="chute dans la cour" if tie.cover == "break_glass" else "",
    )
    db.add(one)
    db.flush()
    return one


def _columns(one: Situation, born: datetime) -> set[str]:
    """The columns this person is in on that day: those a decision of management is about, here."""
    grown = (one.at.year, one.at.month, one.at.day) >= (born.year + 18, born.month, born.day)
    found = {STAFF_COLUMN if tie.link is Link.STAFF else column_of(tie.link, grown) for tie in one.ties}
    return {column for column in found if column}


def _write_version(db: Session, dossier: Dossier, number: int, version: Version, columns: set[str]) -> None:
    perimeter = Perimeter(
        establishment_id=dossier.establishment_id, version=number, starts_at=version.starts_at or LONG_AGO
    )
    db.add(perimeter)
    db.flush()
    for is_open, points in ((True, version.opened), (False, version.closed)):
        for category, nature in {row_of(*point) for point in points}:
            for column in columns:
                db.add(
                    Opening(perimeter_id=perimeter.id, column=column, category=category, nature=nature, is_open=is_open)
                )


def _write_agreements(db: Session, dossier: Dossier, one: Situation, to: Relationship, giver: UUID) -> None:
    for grant in one.grants:
        for category, nature in (row_of(*point) for point in grant.rows):
            db.add(
                Agreement(
                    dossier_id=dossier.id, establishment_id=dossier.establishment_id, relationship_id=to.id,
                    category=category, nature=nature, receipt=uuid4(), given_by=giver, capacity=grant.capacity,
                    starts_at=grant.starts_at or LONG_AGO, ends_at=grant.ends_at, withdrawn_at=grant.withdrawn_at,
                )
            )  # fmt: skip


def _write_restrictions(db: Session, dossier: Dossier, one: Situation, me: UUID, other: UUID) -> None:
    for limit in one.limits:
        rows = {row_of(*point) for point in limit.rows} | (
            set(BAN_ROWS) if limit.source is Source.CONTACT_BAN else set()
        )
        whom = {"account_id": me} if limit.against == "one" else {} if limit.against else {"account_id": other}
        db.add(
            Restriction(
                dossier_id=dossier.id, establishment_id=dossier.establishment_id, source=limit.source,
                against=limit.against or "one", rows=" ".join(sorted(map(row_name, rows))), proof="jugement, 2026",
                starts_at=limit.starts_at or LONG_AGO, ends_at=limit.ends_at, lifted_at=limit.lifted_at, **whom,
            )
        )  # fmt: skip


# The three ways to ask


def by_links(world: World, point: Point, action: Action) -> Decision:
    """The widest answer of the links; else the refusal of the last."""
    return max((decide(one, *point, action) for one in world.facts(point, action)), key=width)


def width(one: Decision) -> int:
    return WIDTH[one.scope] if one.allowed else -1


def explained(db: Session, world: World, point: Point, action: Action) -> Decision:
    one = world.situation
    audiences = 0
    for case in world.found:
        audiences |= case.audiences(one.at)
    return explain(
        db, world.me, world.dossier.id, *point, strength=one.strength, at=one.at, action=action,
        item=world.item(action, audiences),
    ).decision  # fmt: skip


def listed(db: Session, world: World) -> Iterator[tuple[Point, Action, Scope | None]]:
    """For each thing of the calendar the situation speaks of: what the lists give of a real one."""
    one, viewer = world.situation, Viewer(world.me, world.situation.strength)
    points = {point for point, _ in one.expected if point[0] in EVENTS}
    things = {"kind": "nurse", "title": "Quoi", "place": "Où", **world.carried()}
    events = {point: an_event(db, world.dossier, category=point[0], nature=point[1], **things).id for point in points}
    columns = Event.id, Event.kind, Event.place
    rows = {row.id: row for row in db.execute(visible(Event, viewer, *columns, at=one.at))}
    for action in {action for point, action in one.expected if point in points}:
        may = set(db.scalars(visible(Event, viewer, Event.id, action=action, at=one.at)))
        for point in (point for point, asked in one.expected if asked is action and point in points):
            done = Scope.ALL if events[point] in may else None
            yield point, action, _shown(rows.get(events[point])) if action is Action.VIEW else done


def _shown(row: Any) -> Scope | None:
    if row is None:
        return None
    return Scope.HOUR if row.kind is None else Scope.NO_PLACE if row.place is None else Scope.ALL
