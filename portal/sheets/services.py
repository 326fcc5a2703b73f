"""What is done with paper: who reads on it, what is printed for whom, what was handed over. Each print is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access.axes import Link
from portal.access.models import Kind, LogEntry, Means, Relationship
from portal.access.perimeter import Row, row_name
from portal.access.preview import Previewed, previewed
from portal.access.queries import at_work, visible
from portal.access.words import Action, Category, Viewer
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.core.models import Account, Dossier
from portal.liaison.models import STAFF
from portal.sheets import coupons, gathering
from portal.sheets.models import Handing, OnPaper, Sheet
from portal.sheets.said import digests
from portal.sheets.week import Week

AT_ONCE = 20
"""Sheets of one batch: as many are drawn in some three seconds."""
PRINTED = "desk.make"


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants their sheet."""

    mode: str = ""
    menus: bool = False
    handing: Handing = Handing.HANDED


def want(db: Session, viewer: Viewer, dossier_id: UUID, reader_id: UUID, wish: Wish) -> None:
    """From now on this reader gets the week on paper. The caller made sure who asks, and that both reach the dossier.

    Twice changes the wish. Raises ``BadInput`` mode « choice ».
    """
    if wish.mode not in ("", "easy"):
        raise BadInput("mode", "choice")
    facts = {"mode": wish.mode, "menus": wish.menus, "handing": wish.handing, "said_by": viewer.account_id}
    one: OnPaper | None = db.scalar(_of(viewer, dossier_id, reader_id))
    if one is None:
        one = OnPaper(**_label(db, dossier_id), reader_id=reader_id, private_to=reader_id, **facts)
        try:
            with db.begin_nested():
                db.add(one)
        except IntegrityError:  # asked at the same instant elsewhere: theirs is changed
            one = db.scalars(_of(viewer, dossier_id, reader_id)).one()
    for name, value in facts.items():
        setattr(one, name, value)
    one.said_at, one.ended_at = clock.now(), None
    db.flush()


def stop(db: Session, viewer: Viewer, dossier_id: UUID, reader_id: UUID) -> None:
    """No more paper for this reader; twice changes nothing."""
    one = db.scalar(_of(viewer, dossier_id, reader_id))
    if one is not None and one.ended_at is None:
        one.ended_at = clock.now()
        db.flush()


def own(db: Session, viewer: Viewer, dossier_id: UUID, monday: date, request_id: str, **how: bool | str) -> Week:
    """A week as its reader prints it for themselves, written in the log as paper. ``how``: as ``gathering.week``."""
    found = gathering.week(db, viewer, dossier_id, monday, **how)  # type: ignore[arg-type]
    links = select(Relationship.kind, Relationship.post).where(
        Relationship.account_id == viewer.account_id,
        Relationship.establishment_id == found.establishment_id,
        Relationship.dossier_id.in_([dossier_id]) | Relationship.dossier_id.is_(None),
    )
    ties = sorted(db.execute(links).all(), key=lambda one: (one.kind is Kind.STAFF, one.kind, one.post))
    note(db, viewer, found.establishment_id, {dossier_id: found.rows}, request_id, kind=ties[0].kind, post=ties[0].post)
    return found.week


@dataclass(frozen=True, slots=True)
class Order:
    """One sheet to print: by the reader's link, and how."""

    relationship_id: UUID
    wish: Wish


def print_for(
    db: Session, staff: Viewer, orders: Sequence[Order], monday: date, *, secret_key: str, request_id: str
) -> tuple[list[Week], set[UUID]]:
    """The weeks of these readers as both they and ``staff`` may see them, with coupons; and whose they are.

    What is printed is kept (``Sheet``) and told in the log. Raises ``BadInput`` readers « required » or « too_many »;
    ``NotFound`` (``NeedsStrength``) when one of them is not a link whose page ``staff`` may look at.
    """
    if not orders:
        raise BadInput("readers", "required")
    if len(orders) > AT_ONCE:
        raise BadInput("readers", "too_many")
    whose = [(previewed(db, staff, one.relationship_id), one.wish) for one in orders]
    weeks = [_print(db, staff, one, wish, monday, secret_key, request_id) for one, wish in whose]
    return weeks, {one.dossier_id for one, _ in whose}


def hand(
    db: Session, staff: Viewer, sheet_ids: Collection[UUID], handing: Handing, dossier_ids: Collection[UUID]
) -> set[UUID]:
    """These sheets were given, or posted; whose they are. Twice changes nothing. ``dossier_ids``: those ``staff`` works
    with. Raises ``NotFound``."""
    query = visible(Sheet, staff, Sheet.id, Sheet.dossier_id).where(Sheet.id.in_(sheet_ids))
    known = {row.id: row.dossier_id for row in db.execute(query) if row.dossier_id in dossier_ids}
    if not known or set(sheet_ids) - known.keys():
        raise NotFound
    waiting = update(Sheet).where(Sheet.id.in_(known), Sheet.handed_at.is_(None))
    db.execute(waiting.values(handed_at=clock.now(), handed_by=staff.account_id, handing=handing))
    return set(known.values())


def _print(
    db: Session, staff: Viewer, one: Previewed, wish: Wish, monday: date, secret_key: str, request_id: str
) -> Week:
    lang = db.scalar(select(Account.locale).where(Account.id == one.account_id)) or ""
    found = gathering.through(
        db, staff, one.account_id, one.dossier_id, monday,
        own=one.link is Link.SELF, easy=wish.mode != "", lang=lang, menus=wish.menus,
    )  # fmt: skip
    talons = coupons.issue(db, one, found.week, secret_key)
    db.add(
        Sheet(
            **_label(db, one.dossier_id),
            reader_id=one.account_id,
            private_to=one.account_id,
            monday=monday,
            said=digests(found.week.days),
            printed_by=staff.account_id,
        )
    )
    post = at_work(db, staff.account_id, found.establishment_id)
    told = {one.dossier_id: found.rows}
    place = found.establishment_id
    note(db, staff, place, told, request_id, kind=Kind.STAFF, post=post, to=one.relationship_id)
    return replace(found.week, to=one.name, talons=talons, private=True)


def note(
    db: Session, viewer: Viewer, place_id: UUID, rows: Mapping[UUID, Collection[Row]], request_id: str,
    *, to: UUID | None = None, **who: object,
) -> None:  # fmt: skip
    """A line of « Qui a regardé » for each dossier: what left on paper, for whom. ``who``: ``kind``, ``post``."""
    at = clock.now()
    for dossier_id, told in rows.items():
        db.add(
            LogEntry(
                account_id=viewer.account_id,
                dossier_id=dossier_id,
                establishment_id=place_id,
                categories=" ".join(sorted(map(row_name, told))),
                action=Action.VIEW,
                strength=int(viewer.strength),
                endpoint=PRINTED,
                request_id=request_id,
                means=Means.PAPER,
                to_relationship=to,
                told_at=at,
                at=at,
                helper_id=viewer.helper,
                **who,
            )
        )
    db.flush()


def _label(db: Session, dossier_id: UUID) -> dict[str, object]:
    place = db.scalars(select(Dossier.establishment_id).where(Dossier.id == dossier_id)).one()
    return {
        "dossier_id": dossier_id,
        "establishment_id": place,
        "category": Category.PLANNING,
        "published_to": STAFF,
    }


def _of(viewer: Viewer, dossier_id: UUID, reader_id: UUID) -> Any:
    return visible(OnPaper, viewer).where(OnPaper.dossier_id == dossier_id, OnPaper.reader_id == reader_id)
