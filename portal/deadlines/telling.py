"""The page of a majority, as one reader may be told it: their own link; everybody's for the young person and staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.axes import Link
from portal.access.decision import ENDS_AT_MAJORITY
from portal.access.facts import Case
from portal.access.perimeter import Row
from portal.access.services import VERIFIED_BY
from portal.access.words import Strength, Viewer
from portal.core import clock
from portal.core.errors import NeedsStrength, NotFound
from portal.core.names import names_of
from portal.deadlines.gaps import Gap, gap
from portal.deadlines.majority import READS, Change, change, endings, is_referent
from portal.deadlines.queries import by_dossier, zone_of


class As(StrEnum):
    """As what somebody reads the page."""

    SELF = "self"
    FAMILY = "family"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Named:
    """A link that ends that day, or opens less, with the name of who holds it. ``by_law``: parental authority ends."""

    name: str
    link: Link
    by_law: bool
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Majority:
    """What one reader is told of one majority."""

    reader: As
    day: date
    today: date
    change: Change
    """What it changes for the reader's own link; nothing for staff."""
    ends_on: date | None
    """The day the reader's own link ends, by majority or by its own date; None: it goes on."""
    ends: Sequence[Named]
    """Everybody's, for the young person and staff; empty for the family."""
    referents: Sequence[str]
    gap: Gap | None
    """For staff: nobody could read or decide then."""
    arranges: bool
    """Whether the reader, at work, handles the links of this dossier."""

    @property
    def over(self) -> bool:
        return self.today >= self.day


def majority(db: Session, viewer: Viewer, dossier_id: UUID, now: datetime) -> Majority:
    """Raises ``NotFound`` for whoever is tied otherwise than by law, protection or this work; ``NeedsStrength``."""
    links = by_dossier(db, [dossier_id]).get(dossier_id, [])
    mine = [case for case in links if case.relationship.account_id == viewer.account_id]
    reader, own = _reading(mine, now)
    if viewer.strength < (Strength.ACCOMPANIED if reader is As.SELF else Strength.SUBSTANTIAL):
        raise NeedsStrength
    zone = zone_of(db, dossier_id)
    first = links[0]
    found = endings(links) if reader is not As.FAMILY else []
    referents = {case.relationship.account_id for case in links if is_referent(case, now)}
    said = names_of(db, referents | {one.account_id for one in found})
    return Majority(
        reader=reader,
        day=clock.local_date(first.majority, zone),
        today=clock.local_date(now, zone),
        change=change(own) if own else Change((), ()),
        ends_on=_ends_on(own, zone) if reader is As.FAMILY else None,
        ends=[Named(said.get(one.account_id, ""), one.link, one.link in ENDS_AT_MAJORITY, one.rows) for one in found],
        referents=sorted(said[one] for one in referents),
        gap=gap(links, now) if reader is As.STAFF else None,
        arranges=reader is As.STAFF and any(case.relationship.post in VERIFIED_BY for case in mine if _is_whole(case)),
    )


def _reading(mine: Sequence[Case], now: datetime) -> tuple[As, list[Case]]:
    """As what, and by which links of their own. What majority ended no longer counts."""
    family = [case for case in mine if case.link_at(now) in READS]
    standing = [case for case in family if now < case.majority or case.link_at(now) not in ENDS_AT_MAJORITY]
    if any(case.link_at(now) is Link.SELF for case in standing):
        return As.SELF, standing
    if standing:
        return As.FAMILY, standing
    if any(_settles(case, now) for case in mine):
        return As.STAFF, []
    raise NotFound


def _settles(case: Case, now: datetime) -> bool:
    at_work = case.link_at(now) is Link.STAFF and not case.relationship.emergency
    return at_work and (case.relationship.post in VERIFIED_BY or is_referent(case, now))


def _is_whole(case: Case) -> bool:
    return case.relationship.dossier_id is None and case.relationship.unit_id is None


def _ends_on(own: Iterable[Case], zone: str) -> date | None:
    """The last of the reader's links to end; None when one has no end."""
    days = [_end_of(case) for case in own]
    return None if None in days else clock.local_date(max(day for day in days if day), zone)


def _end_of(case: Case) -> datetime | None:
    by_law = case.majority if case.link in ENDS_AT_MAJORITY else None
    return min((end for end in (by_law, case.relationship.ends_at) if end is not None), default=None)
