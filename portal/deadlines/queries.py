"""Whom a date to come concerns: young people near their majority, Creton decisions, whatever ends soon."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.access import queries as access
from portal.access.cases import cases
from portal.access.facts import Case
from portal.access.models import Kind, Post
from portal.access.queries import Reached, visible
from portal.access.words import Viewer
from portal.core import clock
from portal.core.models import Dossier, DossierState, Establishment
from portal.deadlines.dates import STEPS, births_before, majority_day, months_before
from portal.deadlines.models import CretonDecision

HERE = (DossierState.PRE_ADMISSION, DossierState.PRESENT)
SETTLES = (Post.MANAGEMENT, Post.SOCIAL_WORK)
"""Who looks after majorities and Creton decisions."""


@dataclass(frozen=True, slots=True)
class Held:
    """A Creton decision that stands, as its readers know it."""

    id: UUID
    dossier_id: UUID
    decided_on: date
    ends_on: date
    proof: str


@dataclass(frozen=True, slots=True)
class Aged:
    """How old somebody is, and where they stand."""

    id: UUID
    birth_date: date
    state: DossierState
    zone: str


@dataclass(frozen=True, slots=True)
class Place:
    """The establishment of a dossier: whom to call, and by which clock."""

    name: str
    phone: str
    zone: str


def place_of(db: Session, dossier_id: UUID) -> Place:
    """Of a dossier that is there."""
    query = select(Establishment.name, Establishment.phone, Establishment.time_zone)
    query = query.join(Dossier, Dossier.establishment_id == Establishment.id).where(Dossier.id == dossier_id)
    return Place(*db.execute(query).one())


def zone_of(db: Session, dossier_id: UUID) -> str:
    """Time zone of a dossier's establishment."""
    return place_of(db, dossier_id).zone


def coming_of_age(db: Session, establishments: Collection[UUID], now: datetime) -> list[Dossier]:
    """Adults, and young people within six months of majority, who are or will be received there."""
    return _near(db, now, Dossier.establishment_id.in_(list(establishments)))


def near_or_of_age(db: Session, dossier_ids: Iterable[UUID], now: datetime) -> list[Dossier]:
    """The same, of these dossiers."""
    return _near(db, now, Dossier.id.in_(list(dossier_ids)))


def _near(db: Session, now: datetime, which: ColumnElement[bool]) -> list[Dossier]:
    query = (
        select(Dossier, Establishment.time_zone)
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .where(which, Dossier.state.in_(HERE))
        .where(Dossier.birth_date <= births_before(_later(now.date(), STEPS[0] + 1)))
        .order_by(Dossier.birth_date, Dossier.id)
    )
    return [
        dossier
        for dossier, zone in db.execute(query)
        if months_before(majority_day(dossier.birth_date), STEPS[0]) <= clock.local_date(now, zone)
    ]


def by_dossier(db: Session, dossier_ids: Iterable[UUID]) -> dict[UUID, list[Case]]:
    """Every link to each of these dossiers, with all its decisions need."""
    found = sorted(cases(db, dossier_ids=dossier_ids), key=lambda case: case.dossier.id)
    return {dossier_id: list(links) for dossier_id, links in groupby(found, key=lambda case: case.dossier.id)}


def decisions(db: Session, viewer: Viewer, dossier_ids: Iterable[UUID]) -> dict[UUID, list[Held]]:
    """Creton decisions that stand, of each of these dossiers as far as the viewer reads them, the latest end first."""
    columns = (
        CretonDecision.id,
        CretonDecision.dossier_id,
        CretonDecision.decided_on,
        CretonDecision.ends_on,
        CretonDecision.proof,
    )
    query = visible(CretonDecision, viewer, *columns).where(
        CretonDecision.dossier_id.in_(list(dossier_ids)), CretonDecision.cancelled_at.is_(None)
    )
    found: dict[UUID, list[Held]] = {}
    for row in db.execute(query.order_by(CretonDecision.ends_on.desc(), CretonDecision.id)):
        found.setdefault(row.dossier_id, []).append(Held(*row))
    return found


def ages(db: Session, dossier_ids: Iterable[UUID]) -> list[Aged]:
    """Each of these dossiers, the eldest first."""
    rows = db.execute(
        select(Dossier.id, Dossier.birth_date, Dossier.state, Establishment.time_zone)
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .where(Dossier.id.in_(list(dossier_ids)))
        .order_by(Dossier.birth_date, Dossier.id)
    )
    return [Aged(*row) for row in rows]


def at_work_on(db: Session, viewer: Viewer, scope: Iterable[Reached], posts: Iterable[Post]) -> frozenset[UUID]:
    """The dossiers this viewer reads as somebody who works, in one of these posts, for the whole establishment.

    Never one of their own family's. Raises ``NeedsStrength`` for a weak sign-in.
    """
    places = access.posted(db, viewer, posts)
    return frozenset(
        one.dossier_id
        for one in scope
        if one.kind is Kind.STAFF and not one.emergency and one.establishment_id in places
    )


def _later(day: date, months: int) -> date:
    return months_before(day, -months)
