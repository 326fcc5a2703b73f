"""Mandates: written down by staff, taken back at once, and used beside whoever gave them. No Flask here.

What one opens is decided elsewhere: by the same access as everything (``access.mandates``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.access.axes import Link
from portal.access.cases import cases
from portal.access.decision import column_of
from portal.access.mandates import LONGEST, THEMES, Mandate, Paper, reads, sits
from portal.access.services import VERIFIED_BY, is_of_the_family, works_on
from portal.access.words import Category, Strength, Viewer
from portal.core import clock, helped, scope
from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.core.models import Dossier, Establishment
from portal.core.names import names_of
from portal.inbox.models import NoticeKind
from portal.inbox.services import tell


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody of the family, who may give a mandate."""

    account_id: UUID
    name: str
    link: Link


@dataclass(frozen=True, slots=True)
class Held:
    """A mandate as it stands, with names."""

    mandate: Mandate
    name: str
    """Of whoever gave it."""
    by: str
    """Of whoever wrote it down."""
    stands: bool
    zone: str

    @property
    def first_day(self) -> date:
        return clock.local_date(self.mandate.starts_at, self.zone)

    @property
    def last_day(self) -> date:
        """The day on which it still counts."""
        return clock.local_date(self.mandate.ends_at - timedelta(microseconds=1), self.zone)

    @property
    def today(self) -> date:
        return clock.local_date(clock.now(), self.zone)

    @property
    def themes(self) -> list[Category]:
        return [category for category in Category if category in self.mandate.opens.themes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A mandate as staff write it down."""

    account_id: UUID
    themes: Collection[Category]
    starts_at: datetime
    ends_at: datetime
    paper: Paper
    paper_on: date


@scope.working("mandate")
def relatives(db: Session, dossier_id: UUID) -> list[Relative]:
    """Those of the family whose link opens something now; the young person has their pictures, and needs no mandate."""
    at, found = clock.now(), dict[UUID, Link]()
    for case in cases(db, dossier_ids=[dossier_id]):
        link = case.link_at(at)
        if link not in (Link.STAFF, Link.SELF) and column_of(link, at >= case.majority) is not None:
            found.setdefault(case.relationship.account_id, link)
    names = names_of(db, found)
    return sorted((Relative(one, names[one], link) for one, link in found.items()), key=lambda one: one.name)


@scope.working("mandate")
def record(db: Session, dossier_id: UUID, wanted: Wanted, *, by: UUID) -> Mandate:
    """Write a mandate down, and tell whoever gave it. It counts from ``starts_at``.

    Raises ``NotFound`` for a dossier that is not there; ``BadInput``: by « family » or « not_entitled »; account
    « no_link »; themes « required »; until « past » or « too_long »; paper_on « future ». Nothing is written then.
    """
    dossier, at = db.get(Dossier, dossier_id), clock.now()
    if dossier is None:
        raise NotFound
    _refuse_who(db, dossier_id, by)
    if wanted.account_id not in {one.account_id for one in relatives(db, dossier_id)}:
        raise BadInput("account", "no_link")
    if not wanted.themes or not set(wanted.themes) <= THEMES:
        raise BadInput("themes", "required")
    if wanted.ends_at <= max(wanted.starts_at, at):
        raise BadInput("until", "past")
    if wanted.ends_at - wanted.starts_at > LONGEST:
        raise BadInput("until", "too_long")
    if wanted.paper_on > at.date():
        raise BadInput("paper_on", "future")
    one = Mandate(
        account_id=wanted.account_id,
        dossier_id=dossier_id,
        establishment_id=dossier.establishment_id,
        themes=" ".join(sorted(wanted.themes)),
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        paper=wanted.paper,
        paper_on=wanted.paper_on,
        recorded_by=by,
    )
    db.add(one)
    db.flush()
    tell(db, wanted.account_id, NoticeKind.MANDATE_RECORDED)
    return one


@scope.working("mandate")
def end(db: Session, dossier_id: UUID, mandate_id: UUID, *, by: UUID) -> None:
    """Staff end it, now. Raises ``NotFound`` for one of another dossier; ``BadInput``: by, as ``record`` does."""
    _refuse_who(db, dossier_id, by)
    one = db.get(Mandate, mandate_id)
    if one is None or one.dossier_id != dossier_id:
        raise NotFound
    _end(db, one, by)


@scope.working("mandate")
def take_back(db: Session, mandate_id: UUID, *, by: UUID) -> None:
    """Whoever gave it takes it back: what is open by it ends with the next request. Raises ``NotFound``."""
    one = db.get(Mandate, mandate_id)
    if one is None or one.account_id != by:
        raise NotFound
    _end(db, one, by)


def _end(db: Session, one: Mandate, by: UUID) -> None:
    if one.withdrawn_at is None:
        one.withdrawn_at, one.withdrawn_by, one.withdrawn_with = clock.now(), by, helped.helper(db)
        db.flush()


@scope.working("mandate")
def of_dossier(db: Session, dossier_id: UUID, *, standing: bool = False) -> list[Held]:
    """Those on one dossier, which the caller may read; the newest first."""
    return _held(db, select(Mandate).where(Mandate.dossier_id == dossier_id), standing=standing)


@scope.working("mandate")
def given_by(db: Session, account_id: UUID) -> list[Held]:
    """Those that somebody gave and that still count, or will."""
    at = clock.now()
    mine = select(Mandate).where(Mandate.account_id == account_id, Mandate.withdrawn_at.is_(None), Mandate.ends_at > at)
    return _held(db, mine, standing=False)


@scope.working("mandate")
def to_open(db: Session, viewer: Viewer, dossier_id: UUID, mandate_id: UUID) -> Mandate:
    """The mandate by which this member of staff may open a space now.

    Raises ``NeedsStrength``; ``NotFound`` for somebody who does not sit beside people of this dossier, for a mandate
    that is over or of another dossier, and when nothing of its themes is open to whoever gave it: why is not told.
    """
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    at, one = clock.now(), db.get(Mandate, mandate_id, populate_existing=True)
    if not db.scalar(select(sits(viewer.account_id, dossier_id, at))):
        raise NotFound
    if one is None or one.dossier_id != dossier_id or not one.stands(at) or not _reads(db, one, at):
        raise NotFound
    return one


@scope.working("mandate")
def openable(db: Session, those: Iterable[Held]) -> set[UUID]:
    """Which of these mandates open something now."""
    at = clock.now()
    return {one.mandate.id for one in those if one.stands and _reads(db, one.mandate, at)}


def _reads(db: Session, one: Mandate, at: datetime) -> bool:
    themes = one.opens.themes
    return bool(db.scalar(select(reads(one.account_id, one.dossier_id, Strength.ACCOMPANIED, at, themes))))


def _held(db: Session, query: Select[Mandate], *, standing: bool) -> list[Held]:
    at = clock.now()
    rows = db.execute(
        query.join(Establishment, Establishment.id == Mandate.establishment_id)
        .add_columns(Establishment.time_zone)
        .order_by(Mandate.recorded_at.desc(), Mandate.id)
    ).all()
    names = names_of(db, {who for one, _ in rows for who in (one.account_id, one.recorded_by)}) if rows else {}
    held = [
        Held(one, names.get(one.account_id, ""), names.get(one.recorded_by, ""), one.stands(at), zone)
        for one, zone in rows
    ]
    return [one for one in held if one.stands or not standing]


def _refuse_who(db: Session, dossier_id: UUID, by: UUID) -> None:
    if is_of_the_family(db, dossier_id, by):
        raise BadInput("by", "family")
    if not works_on(db, dossier_id, by) & VERIFIED_BY:
        raise BadInput("by", "not_entitled")
