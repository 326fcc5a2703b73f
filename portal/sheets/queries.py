"""Who reads on paper, and what was printed for them. One statement, whatever their number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from portal.access.axes import NO_TIE, Link
from portal.access.cases import cases
from portal.access.models import Kind, Relationship
from portal.access.queries import visible
from portal.access.words import Viewer
from portal.core import clock
from portal.core.models import Account
from portal.core.names import names_of
from portal.sheets.models import Handing, OnPaper, Sheet


class State(StrEnum):
    """How far the sheet of one reader is, for one week."""

    AGAIN = "again"
    """« À réimprimer » : it says something else than it would now."""
    PRINT = "print"
    HAND = "hand"
    """Printed, and still here."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One reader on paper, and their sheet of the week."""

    dossier_id: UUID
    relationship_id: UUID
    name: str
    mode: str
    menus: bool
    handing: Handing
    sheet_id: UUID | None
    printed_at: datetime | None
    handed_at: datetime | None
    state: State


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody who may get the sheet of one young person."""

    relationship_id: UUID
    account_id: UUID
    name: str
    link: Link
    wish: Row[Any] | None


_WISH = (OnPaper.reader_id, OnPaper.mode, OnPaper.menus, OnPaper.handing, OnPaper.said_by)
_ORDER = {state: place for place, state in enumerate(State)}


def queue(db: Session, staff: Viewer, dossier_ids: Collection[UUID], monday: date) -> list[Waiting]:
    """Everybody on paper of these dossiers, with the last sheet of that week: what is to do first."""
    wishes = visible(OnPaper, staff, OnPaper.dossier_id, *_WISH).where(OnPaper.ended_at.is_(None)).subquery()
    last = func.row_number().over(
        partition_by=(Sheet.dossier_id, Sheet.reader_id), order_by=(Sheet.printed_at.desc(), Sheet.id)
    )
    columns = (Sheet.id, Sheet.dossier_id, Sheet.reader_id, Sheet.printed_at, Sheet.changed_at, Sheet.handed_at)
    ranked = visible(Sheet, staff, *columns, last.label("rank")).where(Sheet.monday == monday).subquery()
    at = clock.now()
    query = (
        select(wishes, Account.display_name, Relationship.id.label("relationship_id"))
        .add_columns(ranked.c.id.label("sheet_id"), ranked.c.printed_at, ranked.c.changed_at, ranked.c.handed_at)
        .join(Account, Account.id == wishes.c.reader_id)
        .join(
            Relationship,
            and_(
                Relationship.account_id == wishes.c.reader_id,
                Relationship.dossier_id == wishes.c.dossier_id,
                Relationship.kind != Kind.STAFF,
                Relationship.verified_at.is_not(None),
                Relationship.starts_at <= at,
                Relationship.ends_at.is_(None) | (Relationship.ends_at > at),
            ),
        )
        .outerjoin(
            ranked,
            and_(
                ranked.c.dossier_id == wishes.c.dossier_id,
                ranked.c.reader_id == wishes.c.reader_id,
                ranked.c.rank == 1,
            ),
        )
        .where(wishes.c.dossier_id.in_(dossier_ids))
    )
    rows = {(row.dossier_id, row.reader_id): row for row in db.execute(query.order_by(Relationship.created_at.desc()))}
    found = [_waiting(row) for row in rows.values()]
    return sorted(found, key=lambda one: (_ORDER[one.state], one.name.casefold(), one.dossier_id))


def readers(db: Session, staff: Viewer, dossier_id: UUID) -> list[Somebody]:
    """Everybody with a link to this young person that stands now, and how they want their sheet."""
    at = clock.now()
    links = [one for one in cases(db, dossier_ids=[dossier_id]) if one.link_at(at) not in NO_TIE | {Link.STAFF}]
    wishes = visible(OnPaper, staff, *_WISH).where(OnPaper.dossier_id == dossier_id, OnPaper.ended_at.is_(None))
    wanted = {row.reader_id: row for row in db.execute(wishes)}
    names = names_of(db, (one.relationship.account_id for one in links))
    found = [
        Somebody(
            one.relationship.id,
            one.relationship.account_id,
            names.get(one.relationship.account_id, ""),
            one.link_at(at),
            wanted.get(one.relationship.account_id),
        )
        for one in links
    ]
    return sorted(found, key=lambda one: (one.link is not Link.SELF, one.name.casefold(), one.relationship_id))


def mine(db: Session, viewer: Viewer, dossier_id: UUID) -> Row[Any] | None:
    """How this viewer wants the sheet of this young person; None for not on paper."""
    query = visible(OnPaper, viewer, *_WISH).where(
        OnPaper.dossier_id == dossier_id, OnPaper.reader_id == viewer.account_id, OnPaper.ended_at.is_(None)
    )
    return db.execute(query).one_or_none()


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(
        *(row.dossier_id, row.relationship_id, row.display_name, row.mode, row.menus, row.handing),
        *(row.sheet_id, row.printed_at, row.handed_at, _state(row)),
    )


def _state(row: Row[Any]) -> State:
    if row.sheet_id is None:
        return State.PRINT
    if row.changed_at is not None:
        return State.AGAIN
    return State.HAND if row.handed_at is None else State.DONE
