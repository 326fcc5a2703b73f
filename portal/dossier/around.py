"""Who looks after a young person: their referents as the DUI names them, those who work in their unit, the person they
trust, their establishment and its telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from portal.access.models import Kind, Post, Relationship
from portal.access.queries import visible
from portal.access.words import Viewer
from portal.core import clock
from portal.core.models import Account, Dossier, Establishment
from portal.dossier.models import Referent

Named = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Helper:
    """A referent. ``name`` may be "" when nobody knows whom the DUI means: the role is still told."""

    name: str
    role: str
    team: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works with this young person. ``name`` is "" where management does not show the names of staff."""

    post: Post
    name: str


@dataclass(frozen=True, slots=True)
class Around:
    establishment: str
    phone: str
    helpers: tuple[Helper, ...] = ()
    colleagues: tuple[Colleague, ...] = ()
    """By profession; those without a name once for each profession."""
    trusted: tuple[str, ...] = ()
    """Whom the young person chose to trust."""


def around(
    db: Session, viewer: Viewer, dossiers: Iterable[UUID], today: date, named: Named, *, trusted: bool = False
) -> dict[UUID, Around]:
    """For each of these dossiers, which must come from the viewer's own scope. One statement.

    ``named``: whether an establishment shows the names of its staff, as a column; ``trusted``: the reader is told whom
    the young person trusts.
    """
    found = union_all(_referents(viewer, today), _at_work(named), *([_trusted()] if trusted else ())).subquery()
    rows = db.execute(
        select(Dossier.id.label("dossier_id"), Establishment.name.label("place"), Establishment.phone, *found.c)
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .outerjoin(found, found.c.of == Dossier.id)
        .where(Dossier.id.in_(list(dossiers)))
        .order_by(Dossier.id, found.c.team, found.c.who)
    ).all()
    return {one: _around(list(those)) for one, those in groupby(rows, key=lambda row: row.dossier_id)}


def _around(rows: list[Row[Any]]) -> Around:
    by_what = {what: [row for row in rows if row.what == what] for what in ("referent", "staff", "trusted")}
    helpers = tuple(Helper(row.who, row.role, row.team, row.since) for row in by_what["referent"])
    told = {helper.name for helper in helpers}
    others = {(Post(row.role), row.who) for row in by_what["staff"] if row.who not in told or not row.who}
    order = list(Post)
    return Around(
        rows[0].place,
        rows[0].phone,
        helpers,
        tuple(Colleague(*one) for one in sorted(others, key=lambda one: (order.index(one[0]), one[1]))),
        tuple(sorted({row.who for row in by_what["trusted"]} - {""})),
    )


def _referents(viewer: Viewer, today: date) -> Select[*tuple[Any, ...]]:
    columns = (Referent.dossier_id, Referent.name, Referent.role, Referent.team, Referent.since)
    named = visible(Referent, viewer, *columns).where(
        or_(Referent.since.is_(None), Referent.since <= today),
        or_(Referent.until.is_(None), Referent.until >= today),
    )
    one = named.subquery()
    return select(
        literal("referent").label("what"),
        one.c.dossier_id.label("of"),
        one.c.name.label("who"),
        one.c.role.label("role"),
        one.c.team.label("team"),
        one.c.since.label("since"),
    )


def _at_work(named: Named) -> Select[*tuple[Any, ...]]:
    """Whoever is assigned to the unit, or to the young person; nobody who broke a glass."""
    theirs = or_(
        Relationship.dossier_id == Dossier.id,
        and_(Relationship.dossier_id.is_(None), Relationship.unit_id == Dossier.unit_id),
    )
    shown = func.coalesce(named(Dossier.establishment_id), false())
    return (
        select(
            literal("staff"),
            Dossier.id,
            case((shown, Account.display_name), else_=""),
            cast(Relationship.post, String(40)),
            literal(""),
            cast(null(), Date()),
        )
        .join(Relationship, theirs)
        .join(Account, Account.id == Relationship.account_id)
        .where(Relationship.kind == Kind.STAFF, Relationship.emergency == "", *_stands())
    )


def _trusted() -> Select[*tuple[Any, ...]]:
    return (
        select(literal("trusted"), Dossier.id, Account.display_name, literal(""), literal(""), cast(null(), Date()))
        .join(Relationship, Relationship.dossier_id == Dossier.id)
        .join(Account, Account.id == Relationship.account_id)
        .where(Relationship.kind == Kind.TRUSTED, *_stands())
    )


def _stands() -> tuple[ColumnElement[bool], ...]:
    at = clock.now()
    return (
        Relationship.verified_at.is_not(None),
        Relationship.starts_at <= at,
        or_(Relationship.ends_at.is_(None), Relationship.ends_at > at),
    )
