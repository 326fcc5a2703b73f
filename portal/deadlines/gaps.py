"""« Majorité sans solution » : of whom nobody could read or decide anything once they are adults, and what is missing.

Neither the adult, by a link of their own, nor anybody who represents or assists them. ``decide()`` answers: a curator
who was agreed nothing reads nothing, and is no solution yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.access.axes import Link
from portal.access.facts import Case
from portal.access.models import Kind
from portal.deadlines.majority import PROTECTS, decides, reads


class Missing(StrEnum):
    """What stands between an adult and their own dossier."""

    NO_ACCOUNT = "no_account"
    """Nobody is tied to the dossier as the young person."""
    UNVERIFIED = "unverified"
    """Their own link waits for somebody to see the proof."""
    CLOSED = "closed"
    """Their own link ended, or their account is closed."""
    NO_MEASURE = "no_measure"
    """No guardian, curator or family representative."""
    MEASURE_ENDS = "measure_ends"
    """A measure there is ends before, or is not verified."""
    NOT_AGREED = "not_agreed"
    """A curator is there, and reads nothing before the adult agrees."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One young person without a solution at ``at``: now for an adult, their majority for the others."""

    dossier_id: UUID
    majority: datetime
    at: datetime
    missing: Sequence[Missing]


def gap(cases: Sequence[Case], now: datetime) -> Gap | None:
    """The gap of one dossier, from every link to it; None when somebody could read or decide."""
    first = cases[0]
    at = max(now, first.majority)
    mine = [case for case in cases if case.relationship.kind is Kind.SELF]
    measures = [case for case in cases if case.relationship.kind is Kind.MEASURE and case.link in PROTECTS]
    for counted in (mine, measures):
        standing = [case for case in counted if case.link_at(at) in (Link.SELF, *PROTECTS)]
        if standing and (reads(standing, at) or decides(standing, at)):
            return None
    return Gap(first.dossier.id, first.majority, at, (*_of_self(mine, at), *_of_measures(measures, at)))


def _of_self(mine: Sequence[Case], at: datetime) -> Sequence[Missing]:
    links = {case.link_at(at) for case in mine}
    if not links:
        return (Missing.NO_ACCOUNT,)
    return (Missing.UNVERIFIED if links & {Link.UNVERIFIED, Link.NOT_YET} else Missing.CLOSED,)


def _of_measures(measures: Sequence[Case], at: datetime) -> Sequence[Missing]:
    links = {case.link_at(at) for case in measures}
    if not links:
        return (Missing.NO_MEASURE,)
    return (Missing.NOT_AGREED if links & PROTECTS else Missing.MEASURE_ENDS,)
