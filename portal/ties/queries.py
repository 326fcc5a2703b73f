"""What staff and families read of links. Who may ask is settled before: by the page's scope, or by being one's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.axes import Link, link_of
from portal.access.models import Authority, Kind, Measure, Post, Relationship
from portal.access.queries import Reached
from portal.access.words import Strength, Viewer
from portal.core import clock, scope
from portal.core.errors import NeedsStrength, NotFound
from portal.core.models import Account, Dossier, DossierState, Establishment, Unit
from portal.core.standing import StaffWord
from portal.ties.models import Correction, CorrectionState

T = TypeVar("T")


class Standing(StrEnum):
    """Where a link stands at one instant."""

    UNVERIFIED = "unverified"
    NOT_YET = "not_yet"
    CURRENT = "current"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Tie:
    """A family link as it is written, with the names of whom it ties and of who verified it."""

    id: UUID
    dossier_id: UUID
    account_id: UUID
    name: str
    link: Link
    standing: Standing
    starts_at: datetime
    ends_at: datetime | None
    proof: str
    verified_at: datetime | None
    verified_by: str
    ended_because: str
    relative_key: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for correction, with the name of whoever asks."""

    correction: Correction
    name: str
    zone: str
    helper: str | None
    """Who sat beside them; "" for somebody of the team, None for nobody."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a young person stands with the establishment, and the word of staff when they said it."""

    dossier: Dossier
    zone: str
    unit: str
    word: StaffWord | None
    dui_unit: str


def working(scope: Iterable[Reached], viewer: Viewer, posts: Collection[Post]) -> frozenset[UUID]:
    """Dossiers of a request's scope that the viewer works with in one of these posts, an emergency apart.

    Raises ``NotFound`` when there is none; ``NeedsStrength`` first when the sign-in is too weak to tell.
    """
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    found = frozenset(
        one.dossier_id for one in scope if one.kind is Kind.STAFF and one.post in posts and not one.emergency
    )
    if not found:
        raise NotFound
    return found


def ties(db: Session, dossier_ids: Collection[UUID], *which: Any) -> list[Tie]:
    """Family links to these dossiers, those that stand first; the caller reaches them."""
    return _ties(db, Relationship.dossier_id.in_(dossier_ids), *which)


def mine(db: Session, viewer: Viewer) -> list[Tie]:
    """The viewer's own family links, as they are written. A young person in an accompanied session: that they are they.

    Raises ``NeedsStrength`` for anybody else who is not surely known: a judge's decision stands there.
    """
    own = Relationship.account_id == viewer.account_id
    if viewer.strength is Strength.ACCOMPANIED:
        return _ties(db, own, Relationship.kind == Kind.SELF)
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    return _ties(db, own)


def one_of_mine(db: Session, viewer: Viewer, link_id: UUID) -> Tie:
    """One of the viewer's own links. Raises ``NotFound``."""
    return _only(one for one in mine(db, viewer) if one.id == link_id)


def tie(db: Session, dossier_id: UUID, link_id: UUID) -> Tie:
    """One family link to this dossier. Raises ``NotFound``."""
    return _only(_ties(db, Relationship.dossier_id == dossier_id, Relationship.id == link_id))


def row(db: Session, found: Tie) -> Relationship:
    """The link itself, to change it."""
    return db.get_one(Relationship, found.id)


def to_verify(db: Session, dossier_ids: Collection[UUID]) -> list[Tie]:
    """Links somebody wrote that nobody has verified yet, and that are not over."""
    waiting = or_(Relationship.ends_at.is_(None), Relationship.ends_at > clock.now())
    return ties(db, dossier_ids, Relationship.verified_at.is_(None), waiting)


def linked_keys(db: Session, dossier_ids: Collection[UUID]) -> set[tuple[UUID, str]]:
    """(dossier, relative of the DUI) of every link that was ever written from the DUI."""
    query = select(Relationship.dossier_id, Relationship.relative_key).where(
        Relationship.dossier_id.in_(dossier_ids), Relationship.relative_key.is_not(None)
    )
    return {(dossier_id, key) for dossier_id, key in db.execute(query) if dossier_id and key}


def accounts_named(db: Session, dossier_ids: Collection[UUID], name: str) -> dict[UUID, str]:
    """Accounts already tied as family to one of these dossiers under this very name: perhaps the same person."""
    query = (
        select(Account.id, Account.display_name)
        .join(Relationship, Relationship.account_id == Account.id)
        .where(
            Relationship.dossier_id.in_(dossier_ids),
            Relationship.kind != Kind.STAFF,
        )
    )
    same = name.strip().casefold()
    return {account_id: said for account_id, said in db.execute(query.distinct()) if said.casefold() == same}


def readable(db: Session, dossier_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Of these dossiers, those somebody may still read, by unit; and whether the young person is of age."""
    query = (
        select(Dossier.id, Dossier.birth_date, Establishment.time_zone)
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .outerjoin(Unit, Unit.id == Dossier.unit_id)
        .where(Dossier.id.in_(dossier_ids), Dossier.state != DossierState.LEFT)
        .order_by(Unit.name, Dossier.id)
    )
    at = clock.now()
    return {one: at >= clock.majority(birth, zone) for one, birth, zone in db.execute(query)}


@scope.working("correction")
def corrections(db: Session, dossier_ids: Collection[UUID]) -> list[Asked]:
    """Requests about these dossiers that wait for an answer, the oldest first."""
    waiting = Correction.state == CorrectionState.ASKED
    return _asked(db, Correction.dossier_id.in_(dossier_ids), waiting)


@scope.working("correction")
def correction(db: Session, dossier_ids: Collection[UUID], correction_id: UUID) -> Asked:
    """One request, answered or not. Raises ``NotFound``."""
    return _only(_asked(db, Correction.dossier_id.in_(dossier_ids), Correction.id == correction_id))


def my_corrections(db: Session, viewer: Viewer) -> list[Asked]:
    """What the viewer asked, the latest first."""
    return _asked(db, Correction.account_id == viewer.account_id)[::-1]


def place(db: Session, dossier_id: UUID) -> Place:
    """Where this young person stands. The caller reaches them."""
    dui_unit = aliased(Unit)
    found = db.execute(
        select(Dossier, Establishment.time_zone, Unit.name, StaffWord, dui_unit.name)
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .outerjoin(Unit, Unit.id == Dossier.unit_id)
        .outerjoin(StaffWord, StaffWord.dossier_id == Dossier.id)
        .outerjoin(dui_unit, dui_unit.id == StaffWord.dui_unit_id)
        .where(Dossier.id == dossier_id)
    ).one()
    return Place(found[0], found[1], found[2] or "", found[3], found[4] or "")


def units(db: Session, establishments: Collection[UUID]) -> list[tuple[UUID, str]]:
    """Units of these establishments, by name."""
    query = select(Unit.id, Unit.name).where(Unit.establishment_id.in_(establishments)).order_by(Unit.name)
    return [(unit_id, name) for unit_id, name in db.execute(query)]


@scope.working("closed dossiers")
def closed(db: Session, establishments: Collection[UUID]) -> list[tuple[Dossier, StaffWord]]:
    """Dossiers of these establishments that staff closed: nobody reads them any more, so they are known by number."""
    query = (
        select(Dossier, StaffWord)
        .join(StaffWord, StaffWord.dossier_id == Dossier.id)
        .where(Dossier.establishment_id.in_(establishments), StaffWord.state == DossierState.LEFT)
    )
    return [(dossier, word) for dossier, word in db.execute(query.order_by(StaffWord.said_at.desc()))]


def contradicted(db: Session, dossier_ids: Collection[UUID]) -> set[UUID]:
    """Dossiers where the DUI says something else than staff said."""
    differs = or_(StaffWord.dui_state.is_not(None), StaffWord.dui_unit_id.is_not(None))
    return set(db.scalars(select(StaffWord.dossier_id).where(StaffWord.dossier_id.in_(dossier_ids), differs)))


def _ties(db: Session, *which: Any) -> list[Tie]:
    verifier = aliased(Account)
    rows = db.execute(
        select(Relationship, Account.display_name, verifier.display_name, Establishment.time_zone)
        .join(Account, Account.id == Relationship.account_id)
        .join(Establishment, Establishment.id == Relationship.establishment_id)
        .outerjoin(verifier, verifier.id == Relationship.verified_by)
        .where(Relationship.kind != Kind.STAFF, *which)
        .order_by(Relationship.starts_at, Relationship.id)
    )
    found = [_tie(link, name, by or "", zone) for link, name, by, zone in rows]
    order = list(Standing)
    return sorted(found, key=lambda one: (one.standing is Standing.OVER, order.index(one.standing), one.name))


def _tie(one: Relationship, name: str, verified_by: str, zone: str) -> Tie:
    assert one.dossier_id is not None, "families are tied to a dossier"
    return Tie(
        id=one.id,
        dossier_id=one.dossier_id,
        account_id=one.account_id,
        name=name,
        link=link_of(one.kind, one.authority or Authority.NONE, one.measure or Measure.NONE),
        standing=_standing(one, clock.now()),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        proof=one.proof,
        verified_at=one.verified_at,
        verified_by=verified_by,
        ended_because=one.ended_because,
        relative_key=one.relative_key,
        zone=zone,
    )


def _standing(one: Relationship, at: datetime) -> Standing:
    if one.ends_at is not None and one.ends_at <= at:
        return Standing.OVER
    if one.verified_at is None:
        return Standing.UNVERIFIED
    return Standing.NOT_YET if at < one.starts_at else Standing.CURRENT


def _asked(db: Session, *which: Any) -> list[Asked]:
    helper = aliased(Account)
    rows = db.execute(
        select(Correction, Account.display_name, Establishment.time_zone, helper.display_name)
        .join(Account, Account.id == Correction.account_id)
        .join(Establishment, Establishment.id == Correction.establishment_id)
        .outerjoin(helper, helper.id == Correction.helper_id)
        .where(*which)
        .order_by(Correction.asked_at, Correction.id)
    )
    return [Asked(one, name, zone, (by or "") if one.helper_id else None) for one, name, zone, by in rows]


def _only(found: Iterable[T]) -> T:
    for one in found:
        return one
    raise NotFound
