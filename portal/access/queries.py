"""``visible()`` and ``one()``: the only ways to read a row about a person.

One statement answers list, page, count and search, so a withdrawal acts on all of them at the next request.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.access.models import Kind, Post, Reach, Relationship
from portal.access.words import Action, Category, Strength, Viewer
from portal.core import clock
from portal.core.errors import NeedsStrength, NotFound, PortalError
from portal.core.models import Communal, HiddenFrom, Shared


class UndeclaredCategory(PortalError):
    """A page reads a category it did not declare: a fault of ours, found by its first test."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A dossier this viewer reaches now, and which categories of it, at the strength of the sign-in."""

    dossier_id: UUID
    establishment_id: UUID
    kind: Kind
    post: Post
    categories: frozenset[Category]


def visible(
    model: Any, viewer: Viewer, *columns: Any, action: Action = Action.VIEW, at: datetime | None = None
) -> Select[Any]:
    """The rows of ``model`` this viewer may read now, as a statement to narrow further.

    ``columns``: which ones to read (default: whole rows). When the sign-in only opens the hour of some rows, every
    column not named in the model's ``HOUR_COLUMNS`` reads as NULL there; whole rows then leave those out.
    Raises ``UndeclaredCategory`` when the model may hold nothing that the page declared (``viewer.serving``).
    """
    at = at or clock.now()
    declared = _declared(model, viewer)
    if action is not Action.VIEW:
        return select(*(columns or (model,))).where(false())
    if issubclass(model, Communal):
        return select(*(columns or (model,))).where(_communal(model, viewer, at), model.category.in_(declared))
    hours: frozenset[str] = getattr(model, "HOUR_COLUMNS", frozenset())
    whole = _reaches(model, viewer, at, Reach.full_at)
    if not columns or not hours or viewer.strength is Strength.SUBSTANTIAL:
        return select(*(columns or (model,))).where(whole, model.category.in_(declared))
    shown = [_masked(column, whole, hours, model) for column in columns]
    return select(*shown).where(_reaches(model, viewer, at, Reach.hour_at), model.category.in_(declared))


def one(db: Session, model: Any, item_id: UUID, viewer: Viewer, *columns: Any) -> Any:
    """The row of that identifier (a ``Row`` when columns are named, else the object).

    Raises ``NotFound``, the same for a hidden row and an absent one; ``NeedsStrength`` instead when a stronger sign-in
    could change the answer, whether or not the row exists.
    """
    found: Row[Any] | None = db.execute(visible(model, viewer, *columns).where(model.id == item_id)).one_or_none()
    if found is None:
        raise NeedsStrength if viewer.strength is not Strength.SUBSTANTIAL else NotFound
    return found if columns else found[0]


def reached(db: Session, viewer: Viewer, at: datetime | None = None) -> tuple[Reached, ...]:
    """Every dossier this viewer reaches now. One statement; the scope of a request."""
    at = at or clock.now()
    rows = db.execute(
        select(Reach.dossier_id, Reach.establishment_id, Relationship.kind, Relationship.post, Reach.category)
        .join(Relationship, Relationship.id == Reach.relationship_id)
        .where(Reach.account_id == viewer.account_id, *_current(at), Reach.hour_at <= viewer.strength)
        .distinct()
    ).all()
    found: dict[tuple[UUID, UUID, Kind, Post], set[Category]] = {}
    for *key, category in rows:
        found.setdefault(tuple(key), set()).add(category)  # type: ignore[arg-type]  # four columns, as selected
    return tuple(Reached(*key, frozenset(categories)) for key, categories in found.items())


def posted(db: Session, viewer: Viewer, posts: Iterable[Post], at: datetime | None = None) -> tuple[UUID, ...]:
    """Establishments this viewer works for as a whole, in one of these posts. Needs a substantial sign-in."""
    at = at or clock.now()
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    mine = select(Relationship.establishment_id).where(
        Relationship.account_id == viewer.account_id, *_in_post(posts, at)
    )
    return tuple(sorted(db.scalars(mine.distinct())))


def posted_to(db: Session, establishment_id: UUID, posts: Iterable[Post], at: datetime | None = None) -> set[UUID]:
    """Accounts that work for this establishment as a whole, in one of these posts."""
    them = select(Relationship.account_id).where(
        Relationship.establishment_id == establishment_id, *_in_post(posts, at or clock.now())
    )
    return set(db.scalars(them))


def _in_post(posts: Iterable[Post], at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Relationship.kind == Kind.STAFF,
        Relationship.post.in_(list(posts)),
        Relationship.dossier_id.is_(None),
        Relationship.unit_id.is_(None),
        Relationship.verified_at.is_not(None),
        Relationship.starts_at <= at,
        or_(Relationship.ends_at.is_(None), Relationship.ends_at > at),
    )


def _declared(model: Any, viewer: Viewer) -> list[str]:
    may_hold: frozenset[Category] = model.CATEGORIES
    declared = may_hold & viewer.serving
    if not declared:
        raise UndeclaredCategory(model.__name__)
    return sorted(declared)


def _current(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Reach.starts_at <= at, Reach.ends_at > at


def _reaches(
    model: type[Shared] | Any, viewer: Viewer, at: datetime, needed: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    return exists().where(
        Reach.account_id == viewer.account_id,
        Reach.dossier_id == model.dossier_id,
        Reach.category == model.category,
        Reach.nature == model.nature,
        *_current(at),
        needed <= viewer.strength,
        _item(model, viewer, at),
    )


def _item(model: Any, viewer: Viewer, at: datetime) -> ColumnElement[bool]:
    """The row's own word, read in the order of ``facts.item_of``: others', held, hidden, mine, plain."""
    others = and_(model.private_to.is_not(None), model.private_to != viewer.account_id)
    held = and_(model.held_until.is_not(None), model.held_until > at)
    return or_(
        and_(others, Reach.sees_others),
        and_(
            ~others,
            or_(
                and_(held, Reach.sees_held),
                and_(~held, _label(model)),
            ),
        ),
    )


def _label(model: Any) -> ColumnElement[bool]:
    hidden = model.hidden_from
    return or_(
        and_(hidden == HiddenFrom.NOBODY, or_(model.private_to.is_not(None), Reach.sees_plain)),
        and_(hidden == HiddenFrom.PATIENT, Reach.sees_patient_hidden),
        and_(hidden == HiddenFrom.REPRESENTATIVES, Reach.sees_representatives_hidden),
        and_(hidden == HiddenFrom.FAMILIES, Reach.sees_families_hidden),
    )


def _masked(column: Any, whole: ColumnElement[bool], hours: frozenset[str], model: Any) -> Any:
    if column.key in hours and column.class_ is model:
        return column
    return case((whole, column)).label(column.key)


def _communal(model: type[Communal] | Any, viewer: Viewer, at: datetime) -> ColumnElement[bool]:
    return exists().where(
        Reach.account_id == viewer.account_id,
        Reach.establishment_id == model.establishment_id,
        Reach.category == model.category,
        *_current(at),
        Reach.full_at <= viewer.strength,
    )
