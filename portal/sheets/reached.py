"""When each household was last reached, and how: by the portal, by paper, by telephone, face to face.

Nothing is kept for it but the contacts staff note: the rest is read from the log, from sheets that were handed over and
from calls that were asked for. Nobody is compared with anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.access.models import Kind, LogEntry, Means, Relationship
from portal.access.queries import visible
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.models import Account, AccountState, Dossier
from portal.households import Reachable, together
from portal.liaison.models import STAFF, Callback, CallState
from portal.sheets.models import Channel, ContactMade, Outcome, Sheet
from portal.sheets.services import PRINTED

UNREACHED = timedelta(days=14)
"""After that a household is on the list of those to call."""
LOOKED_BACK = timedelta(days=90)
"""What is older is not looked for: « il y a plus de trois mois, ou jamais »."""
DECIDING = (Kind.PARENT, Kind.DELEGATE, Kind.MEASURE, Kind.CHILD_WELFARE)


class By(StrEnum):
    """How somebody was reached; ``TRIED`` is an attempt, and reaches nobody."""

    WEB = "web"
    PAPER = "paper"
    PHONE = "phone"
    MEETING = "meeting"
    MESSAGE = "message"
    """A message was left: said, and not counted as reached."""
    TRIED = "tried"


REACHES = (By.WEB, By.PAPER, By.PHONE, By.MEETING)
_TOLD = {Means.PAPER: By.PAPER, Means.PHONE: By.PHONE, Means.READ_ALOUD: By.MEETING}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a household."""

    account_id: UUID
    name: str
    dossier_ids: tuple[UUID, ...]
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Household:
    """Those who live under one roof, as far as the DUI says so; somebody alone when it does not."""

    people: tuple[Person, ...]
    last: Mapping[By, datetime]

    @property
    def dossier_ids(self) -> tuple[UUID, ...]:
        return tuple(dict.fromkeys(one for person in self.people for one in person.dossier_ids))

    @property
    def reached_at(self) -> datetime | None:
        """When last, whatever the way."""
        return max((at for by, at in self.last.items() if by in REACHES), default=None)

    def to_call(self, now: datetime) -> bool:
        return self.reached_at is None or now - self.reached_at > UNREACHED


def households(db: Session, staff: Viewer, dossier_ids: Collection[UUID]) -> list[Household]:
    """The households of these dossiers, which the viewer works with. Three statements, whatever their number."""
    links = _people(db, staff, dossier_ids)
    homes = together(db, staff, dossier_ids)
    last = _last(db, staff, dossier_ids)
    names = {row.account_id: row.display_name for row in links}
    theirs: dict[UUID, list[UUID]] = {}
    for row in links:
        theirs.setdefault(row.account_id, []).append(row.dossier_id)
    found = []
    for group in _under_one_roof(theirs, homes):
        people = tuple(
            Person(one, names[one], tuple(theirs[one]), _phones(one, theirs[one], homes))
            for one in sorted(group, key=lambda one: (names[one].casefold(), one))
        )
        found.append(Household(people, _newest(last.get(one, {}) for one in group)))
    return found


def note(db: Session, staff: Viewer, dossier_id: UUID, reader_id: UUID, channel: Channel, outcome: Outcome) -> None:
    """Staff called or met somebody of the family. Raises ``NotFound`` for anybody else."""
    if not any(row.account_id == reader_id for row in _people(db, staff, [dossier_id])):
        raise NotFound
    place = db.scalars(select(Dossier.establishment_id).where(Dossier.id == dossier_id)).one()
    label = {"dossier_id": dossier_id, "establishment_id": place, "category": Category.HOUSEHOLD}
    whose = {"reader_id": reader_id, "private_to": reader_id, "published_to": STAFF, "noted_by": staff.account_id}
    db.add(ContactMade(**label, **whose, channel=channel, outcome=outcome))
    db.flush()


def _people(db: Session, staff: Viewer, dossier_ids: Collection[UUID]) -> list[Any]:
    """Adults who decide for these young people, and the young people who are of age; not whoever asks."""
    at = clock.now()
    query = (
        select(Relationship.account_id, Relationship.dossier_id, Account.display_name)
        .join(Account, Account.id == Relationship.account_id)
        .where(
            Relationship.dossier_id.in_(list(dossier_ids)),
            Relationship.kind.in_(DECIDING),
            Relationship.verified_at.is_not(None),
            Relationship.starts_at <= at,
            Relationship.ends_at.is_(None) | (Relationship.ends_at > at),
            Relationship.account_id != staff.account_id,
            Account.state == AccountState.ACTIVE,
        )
        .distinct()
    )
    return list(db.execute(query.order_by(Account.display_name, Relationship.dossier_id)))


def _last(db: Session, staff: Viewer, dossier_ids: Collection[UUID]) -> dict[UUID, dict[By, datetime]]:
    """Account → way → when last."""
    ids, since = list(dossier_ids), clock.now() - LOOKED_BACK
    found: dict[UUID, dict[By, datetime]] = {}
    for row in db.execute(union_all(_web(ids, since), _told(ids, since), *_kept(staff, ids, since))):
        ways = found.setdefault(row.account_id, {})
        by = By(row.by)
        ways[by] = max(row.at, ways.get(by, row.at))
    return found


def _web(ids: list[UUID], since: datetime) -> Select[Any]:
    own = (LogEntry.means == Means.PAGE, LogEntry.kind != Kind.STAFF, LogEntry.seen_as.is_(None))
    query: Any = select(LogEntry.account_id, literal(By.WEB.value).label("by"), func.max(LogEntry.at).label("at"))
    found: Select[Any] = query.where(LogEntry.dossier_id.in_(ids), LogEntry.at > since, *own).group_by(
        LogEntry.account_id
    )
    return found


def _told(ids: list[UUID], since: datetime) -> Select[Any]:
    """What staff wrote down that they told; a sheet that was printed is not one that arrived."""
    by = case({means: way.value for means, way in _TOLD.items()}, value=LogEntry.means)
    query = select(Relationship.account_id, by.label("by"), func.max(LogEntry.told_at).label("at"))
    told = (LogEntry.means.in_(list(_TOLD)), LogEntry.endpoint != PRINTED, LogEntry.told_at.is_not(None))
    return (
        query.join(Relationship, Relationship.id == LogEntry.to_relationship)
        .where(LogEntry.dossier_id.in_(ids), LogEntry.at > since, *told)
        .group_by(Relationship.account_id, by)
    )


def _kept(staff: Viewer, ids: list[UUID], since: datetime) -> list[Select[Any]]:
    sheets = visible(Sheet, staff, Sheet.reader_id, Sheet.dossier_id, Sheet.handed_at).subquery().c
    calls = visible(Callback, staff, Callback.asked_by, Callback.dossier_id, Callback.handled_at, Callback.state)
    done = calls.where(Callback.state.in_([CallState.DONE, CallState.UNREACHED])).subquery().c
    columns = (ContactMade.reader_id, ContactMade.dossier_id, ContactMade.channel, ContactMade.outcome, ContactMade.at)
    made = visible(ContactMade, staff, *columns).subquery().c
    called = case((done.state == CallState.DONE, By.PHONE.value), else_=By.TRIED.value)
    met = case((made.channel == Channel.MEETING, By.MEETING.value), else_=By.PHONE.value)
    became = case(
        (made.outcome == Outcome.REACHED, met),
        (made.outcome == Outcome.MESSAGE, By.MESSAGE.value),
        else_=By.TRIED.value,
    )
    return [
        _newest_of(sheets.reader_id, literal(By.PAPER.value), sheets.handed_at, sheets.dossier_id, ids, since),
        _newest_of(done.asked_by, called, done.handled_at, done.dossier_id, ids, since),
        _newest_of(made.reader_id, became, made.at, made.dossier_id, ids, since),
    ]


def _newest_of(
    who: ColumnElement[Any], by: ColumnElement[Any], at: Any, dossier: Any, ids: list[UUID], since: datetime
) -> Select[Any]:
    query = select(who.label("account_id"), by.label("by"), func.max(at).label("at"))
    return query.where(dossier.in_(ids), at.is_not(None), at > since).group_by(who, by)


def _under_one_roof(
    theirs: Mapping[UUID, list[UUID]], homes: Mapping[tuple[UUID, UUID], Reachable]
) -> list[frozenset[UUID]]:
    """Accounts of one young person with one street are together; through brothers and sisters too."""
    groups = {one: frozenset([one]) for one in theirs}
    roofs: dict[tuple[UUID, str], UUID] = {}
    for account_id, dossiers in theirs.items():
        for dossier_id in dossiers:
            home = homes.get((dossier_id, account_id), Reachable()).home
            if not home:
                continue
            other = roofs.setdefault((dossier_id, home), account_id)
            joined = groups[other] | groups[account_id]
            groups |= dict.fromkeys(joined, joined)
    return list(dict.fromkeys(groups.values()))


def _phones(
    account_id: UUID, dossiers: Iterable[UUID], homes: Mapping[tuple[UUID, UUID], Reachable]
) -> tuple[str, ...]:
    known = (homes.get((one, account_id), Reachable()).phones for one in dossiers)
    return tuple(dict.fromkeys(phone for those in known for phone in those))


def _newest(those: Iterable[Mapping[By, datetime]]) -> dict[By, datetime]:
    found: dict[By, datetime] = {}
    for ways in those:
        for by, at in ways.items():
            found[by] = max(at, found.get(by, at))
    return found
