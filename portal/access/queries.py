"""``visible()`` and ``one()``: the only ways to read a row about a person.

One statement answers list, page, count and search, so a withdrawal acts on all of them at the next request.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.models import Kind, Post, Reach, Relationship
from portal.access.rows import Rows, current
from portal.access.words import Action, Category, Mandated, Strength, Viewer
from portal.core import clock
from portal.core.errors import NeedsStrength, NotFound, PortalError
from portal.core.models import Communal


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
    emergency: bool = False
    """The link is a broken glass."""


def visible(
    model: Any, viewer: Viewer, *columns: Any, action: Action = Action.VIEW, at: datetime | None = None
) -> Select[Any]:
    """The rows of ``model`` this viewer may read now, or do ``action`` to, as a statement to narrow further.

    ``columns``: which ones to read (default: whole rows). When the sign-in only opens the hour of some rows, every
    column not named in the model's ``HOUR_COLUMNS`` reads as NULL there; under a contact ban, its ``PLACE_COLUMNS``
    do. Whole rows then leave such rows out, and so does a model that tells nothing but places (``IS_PLACE``).
    Raises ``UndeclaredCategory`` when the model may hold nothing that the page declared (``viewer.serving``).
    """
    at = at or clock.now()
    declared = _declared(model, viewer)
    if issubclass(model, Communal):
        reaches = _communal(model, viewer, at) if action is Action.VIEW else false()
        return select(*(columns or (model,))).where(reaches, model.category.in_(declared))
    rows = Rows(model, viewer, at)
    if action is not Action.VIEW:
        return select(*(columns or (model,))).where(rows.may(action), model.category.in_(declared))
    shown = select(*rows.shown(columns)).where(rows.condition(columns), model.category.in_(declared))
    return shown if viewer.mandate is None else shown.where(model.dossier_id == viewer.mandate.dossier_id)


def places(model: Any, viewer: Viewer, at: datetime | None = None) -> ColumnElement[bool]:
    """Whether this viewer may read where a row takes place, and with which of the family: False under a contact ban."""
    return Rows(model, viewer, at or clock.now()).reach(Reach.full_at, Reach.sees_place)


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
    query = (
        select(
            Reach.dossier_id,
            Reach.establishment_id,
            Relationship.kind,
            Relationship.post,
            Relationship.emergency != "",
            Reach.category,
        )
        .join(Relationship, Relationship.id == Reach.relationship_id)
        .where(Reach.account_id == viewer.account_id, *current(at), Reach.hour_at <= viewer.strength)
        .where(Relationship.account_id == viewer.account_id)  # known already; said, an index finds them together
        .distinct()
    )
    if viewer.through is not None:
        query = query.where(_also_reached(viewer.through, at))
    if viewer.mandate is not None:
        query = query.where(*_mandated(viewer.mandate))
    rows = db.execute(query).all()
    found: dict[tuple[UUID, UUID, Kind, Post, bool], set[Category]] = {}
    for *key, category in rows:
        found.setdefault(tuple(key), set()).add(category)  # type: ignore[arg-type]  # five columns, as selected
    return tuple(Reached(*key[:4], frozenset(categories), key[4]) for key, categories in found.items())


def _mandated(mandate: Mandated) -> tuple[ColumnElement[bool], ...]:
    return Reach.dossier_id == mandate.dossier_id, Reach.category.in_(sorted(mandate.themes))


def _also_reached(account_id: UUID, at: datetime) -> ColumnElement[bool]:
    other = aliased(Reach)
    return exists().where(
        other.account_id == account_id,
        other.dossier_id == Reach.dossier_id,
        other.category == Reach.category,
        other.starts_at <= at,
        other.ends_at > at,
        other.full_at <= Strength.SUBSTANTIAL,
    )


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


def posts_of(db: Session, viewer: Viewer, at: datetime | None = None) -> set[Post]:
    """As what this viewer works for whole establishments, be they without any dossier. None for a weak sign-in."""
    if viewer.strength is not Strength.SUBSTANTIAL or viewer.through is not None:
        return set()
    mine = select(Relationship.post).where(
        Relationship.account_id == viewer.account_id, *_in_post(tuple(Post), at or clock.now())
    )
    return set(db.scalars(mine))


def at_work(db: Session, account_id: UUID, establishment_id: UUID, at: datetime | None = None) -> Post:
    """As what somebody works in an establishment, be it for one unit of it; ``NONE`` for nobody there."""
    at = at or clock.now()
    query = select(Relationship.post).where(
        Relationship.account_id == account_id,
        Relationship.establishment_id == establishment_id,
        Relationship.emergency == "",
        *_assigned(at),
    )
    return db.scalar(query.order_by(Relationship.created_at).limit(1)) or Post.NONE


def _assigned(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Relationship.kind == Kind.STAFF,
        Relationship.verified_at.is_not(None),
        Relationship.starts_at <= at,
        or_(Relationship.ends_at.is_(None), Relationship.ends_at > at),
    )


def _in_post(posts: Iterable[Post], at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Relationship.post.in_(list(posts)),
        Relationship.dossier_id.is_(None),
        Relationship.unit_id.is_(None),
        *_assigned(at),
    )


def _declared(model: Any, viewer: Viewer) -> list[str]:
    may_hold: frozenset[Category] = model.CATEGORIES
    declared = may_hold & viewer.serving
    if not declared:
        raise UndeclaredCategory(model.__name__)
    return sorted(declared if viewer.mandate is None else declared & viewer.mandate.themes)


def _communal(model: type[Communal] | Any, viewer: Viewer, at: datetime) -> ColumnElement[bool]:
    return exists().where(
        Reach.account_id == viewer.account_id,
        Reach.establishment_id == model.establishment_id,
        Reach.category == model.category,
        *current(at),
        Reach.full_at <= viewer.strength,
        Reach.sees_plain,
        *(() if viewer.mandate is None else _mandated(viewer.mandate)),
    )
