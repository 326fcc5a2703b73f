"""What staff add to the log: what was told otherwise than by a page; and what management decides about its reading."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.axes import NO_TIE, Link
from portal.access.cases import cases
from portal.access.explain import answer
from portal.access.facts import Case
from portal.access.models import Kind, LogEntry, Means
from portal.access.perimeter import ROWS, Row, row_name
from portal.access.words import Action, Category, Nature, Strength, Viewer
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.lookers.models import Naming, Release

OLDEST = timedelta(days=31)
"""Later than that, one no longer remembers what was said."""


class NotOpen(BadInput):
    """Rows that were told to somebody, or by somebody, who may not read them."""

    def __init__(self, code: str, rows: Collection[Row]) -> None:
        super().__init__("rows", code)
        self.rows = tuple(row for row in ROWS if row in rows)


def listeners(db: Session, dossier_id: UUID) -> list[Case]:
    """Who may be told something: the young person, and everybody close with a link that stands now."""
    at = clock.now()
    return [
        case
        for case in cases(db, dossier_ids=[dossier_id])
        if case.relationship.kind is not Kind.STAFF and case.link_at(at) not in NO_TIE
    ]


@scope.working("communication")
def tell(
    db: Session,
    viewer: Viewer,
    dossier_id: UUID,
    *,
    to: UUID,
    rows: Iterable[Row],
    means: Means,
    told_at: datetime,
    request_id: str,
) -> None:
    """Write down that ``viewer``, at work, told ``to`` (a relationship) about these rows, otherwise than by a page.

    Both must have been allowed to read them on that day. Raises ``BadInput``: to « missing »; told_at « tell-future »
    or « tell-old »; rows « missing »; means « choice »; ``NotOpen`` « tell-yours » or « tell-theirs » names the rows.
    """
    wanted = set(rows)
    if not wanted:
        raise BadInput("rows", "missing")
    if means is Means.PAGE:
        raise BadInput("means", "choice")
    _refuse_when(told_at)
    found = cases(db, dossier_ids=[dossier_id])
    theirs = [one for one in found if one.relationship.id == to and one.relationship.kind is not Kind.STAFF]
    if not theirs:
        raise BadInput("to", "missing")
    mine = [one for one in found if one.relationship.account_id == viewer.account_id and _is_staff(one, told_at)]
    _refuse_closed("tell-yours", mine, wanted, told_at)
    _refuse_closed("tell-theirs", theirs, wanted, told_at)
    db.add(
        LogEntry(
            account_id=viewer.account_id,
            dossier_id=dossier_id,
            establishment_id=theirs[0].dossier.establishment_id,
            categories=" ".join(sorted(row_name(row) for row in wanted)),
            action=Action.VIEW,
            strength=int(viewer.strength),
            endpoint="telling.tell",
            request_id=request_id,
            kind=Kind.STAFF,
            post=mine[0].relationship.post,
            emergency=any(one.relationship.emergency for one in mine),
            means=means,
            to_relationship=to,
            told_at=told_at,
        )
    )
    db.flush()


@scope.working("release")
def release(db: Session, viewer: Viewer, dossier_id: UUID, establishment_id: UUID) -> None:
    """Show the family every line that a freeze held back until now. The caller made sure that management asks."""
    one = Release(dossier_id=dossier_id, establishment_id=establishment_id, until=clock.now())
    one.released_by = viewer.account_id
    db.add(one)
    db.flush()


@scope.working("naming")
def name_staff(db: Session, viewer: Viewer, establishment_id: UUID, *, named: bool) -> None:
    """Families read the names of staff from now on, or only their profession. The caller made sure who asks."""
    db.add(Naming(establishment_id=establishment_id, named=named, decided_by=viewer.account_id, decided_at=clock.now()))
    db.flush()


def _is_staff(case: Case, at: datetime) -> bool:
    return case.link_at(at) is Link.STAFF


def _refuse_when(told_at: datetime) -> None:
    now = clock.now()
    if told_at > now:
        raise BadInput("told_at", "tell-future")
    if told_at < now - OLDEST:
        raise BadInput("told_at", "tell-old")


def _refuse_closed(code: str, links: list[Case], rows: set[Row], at: datetime) -> None:
    """The rows that none of these links could read then."""
    closed = [row for row in rows if not _reads(links, row, at)]
    if closed:
        raise NotOpen(code, closed)


def _reads(links: list[Case], row: Row, at: datetime) -> bool:
    category, nature = row
    if category is Category.APPOINTMENTS and nature is Nature.NONE:
        nature = Nature.SCHOOL  # the row of all that is neither health nor justice
    found = answer(links, category, nature, strength=Strength.SUBSTANTIAL, at=at)
    return found.decision.allowed
