"""Agreements: somebody entitled grants rows of one dossier to one relationship, and takes them back at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.access import reach
from portal.access.axes import Link
from portal.access.cases import cases
from portal.access.decision import column_of, decide
from portal.access.facts import Case
from portal.access.models import Relationship
from portal.access.perimeter import FAMILY, Cell, Row, of_row
from portal.access.sharing import Agreement
from portal.access.words import Action, Strength
from portal.core import clock, helped, scope
from portal.core.errors import BadInput


@scope.working("agreement")
def agree(
    db: Session,
    *,
    to: Relationship,
    rows: Iterable[Row],
    by: UUID,
    ends_at: datetime | None = None,
) -> list[Agreement]:
    """``by`` shares these rows of the dossier with ``to``, from now, until ``ends_at``. One receipt for all.

    Nobody grants what they do not hold: each row must be theirs to read and to grant (``decide(ADMINISTER)``). Raises
    ``BadInput``: rows « missing », « not_entitled », « not_on_agreement » (the perimeter leaves no such choice),
    « already »; to « own_link » or « no_link »; ends_at « past ». Nothing is written then.
    """
    at, wanted = clock.now(), sorted(set(rows))
    if not wanted:
        raise BadInput("rows", "missing")
    if ends_at is not None and ends_at <= at:
        raise BadInput("ends_at", "past")
    if to.account_id == by:
        raise BadInput("to", "own_link")
    receiver = _case_of(db, to)
    capacity = _capacity(db, to, wanted, by, at)
    for row in wanted:
        _refuse_unless_on_agreement(receiver, row, at)
    _refuse_twice(db, to, wanted, at)
    receipt = uuid4()
    given = [
        Agreement(
            dossier_id=receiver.dossier.id,
            establishment_id=receiver.dossier.establishment_id,
            relationship_id=to.id,
            category=category,
            nature=nature.value,
            receipt=receipt,
            given_by=by,
            capacity=capacity,
            starts_at=at,
            ends_at=ends_at,
        )
        for category, nature in wanted
    ]
    db.add_all(given)
    reach.recompute(db, account_ids=[to.account_id])
    return given


@scope.working("agreement")
def withdraw(db: Session, agreements: Iterable[Agreement], *, by: UUID) -> None:
    """These agreements end now. Taking back needs less than giving: who gave it, or whoever could give it today.

    Raises ``BadInput(agreement, not_entitled)``, and then nothing is withdrawn. One already over stays as it was.
    """
    at, chosen = clock.now(), list(agreements)
    if not all(one.given_by == by or _may_withdraw(db, one, by, at) for one in chosen):
        raise BadInput("agreement", "not_entitled")
    for one in chosen:
        if one.stands(at):
            one.withdrawn_at, one.withdrawn_by, one.withdrawn_with = at, by, helped.helper(db)
    reach.recompute(db, dossier_ids={one.dossier_id for one in chosen})


@scope.working("agreement")
def shorten(db: Session, agreements: Iterable[Agreement], *, by: UUID, ends_at: datetime) -> None:
    """These agreements end at ``ends_at``: sooner than they would have, or for the first time. Same errors."""
    at, chosen = clock.now(), list(agreements)
    if ends_at <= at:
        raise BadInput("ends_at", "past")
    if not all(one.given_by == by or _may_withdraw(db, one, by, at) for one in chosen):
        raise BadInput("agreement", "not_entitled")
    for one in chosen:
        if one.withdrawn_at is None:
            one.ends_at = min(ends_at, one.ends_at or ends_at)
    reach.recompute(db, dossier_ids={one.dossier_id for one in chosen})


def entitled_rows(found: Iterable[Case], at: datetime) -> dict[Row, Link]:
    """Rows that the holder of these links may grant to others, each with the capacity in which they may."""
    return {
        row: case.link_at(at)
        for case in found
        for row in FAMILY
        if case.link_at(at) is not Link.STAFF
        and decide(case.facts(*of_row(row), Strength.SUBSTANTIAL, at), *of_row(row), Action.ADMINISTER).allowed
    }


def cell_of(case: Case, row: Row, at: datetime) -> Cell | None:
    """What the shipped perimeter says of a row for a family link at ``at``; None for a link that opens nothing."""
    column = column_of(case.link_at(at), at >= case.majority)
    return FAMILY[row][column] if column else None


def _capacity(db: Session, to: Relationship, wanted: list[Row], by: UUID, at: datetime) -> Link:
    mine = entitled_rows(cases(db, dossier_ids=[to.dossier_id or to.id], account_ids=[by]), at)
    if not set(wanted) <= set(mine):
        raise BadInput("rows", "not_entitled")
    return mine[wanted[0]]


def _case_of(db: Session, to: Relationship) -> Case:
    db.flush()
    found = cases(db, dossier_ids=[to.dossier_id or to.id], account_ids=[to.account_id])
    for case in found:
        if case.relationship.id == to.id:
            return case
    raise BadInput("to", "no_link")


def _refuse_unless_on_agreement(receiver: Case, row: Row, at: datetime) -> None:
    if cell_of(receiver, row, at) is not Cell.AGREEMENT:
        raise BadInput("rows", "not_on_agreement")


def _refuse_twice(db: Session, to: Relationship, wanted: list[Row], at: datetime) -> None:
    current = db.scalars(
        select(Agreement).where(
            Agreement.relationship_id == to.id,
            Agreement.withdrawn_at.is_(None),
            or_(Agreement.ends_at.is_(None), Agreement.ends_at > at),
        )
    )
    if {(one.category, one.nature) for one in current} & set(wanted):
        raise BadInput("rows", "already")


def _may_withdraw(db: Session, one: Agreement, by: UUID, at: datetime) -> bool:
    found = cases(db, dossier_ids=[one.dossier_id], account_ids=[by])
    return (one.category, one.nature) in entitled_rows(found, at)
