"""Which rows of a model somebody reads, and how much of each, as SQL over ``reach``. The door is ``visible``."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Boolean, Column, ColumnElement, and_, case, exists, false, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import FunctionElement

from portal.access import actions
from portal.access.actions import bit
from portal.access.models import Reach
from portal.access.words import Action, Category, Strength, Viewer
from portal.core.models import HiddenFrom, Shared


def current(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Reach.starts_at <= at, Reach.ends_at > at


class _Among(FunctionElement[bool]):
    """A column among the rows of a subquery. PostgreSQL knows already: row-level security asks the same first."""

    type = Boolean()
    inherit_cache = True
    _is_implicitly_boolean = True  # else SQLite is asked whether it « = 1 », and no index answers that


@compiles(_Among)
def _in(element: _Among, compiler: Any, **options: Any) -> str:
    column, among = element.clauses
    return f"{compiler.process(column, **options)} IN {compiler.process(among, **options)}"


@compiles(_Among, "postgresql")
def _walled(_element: _Among, _compiler: Any, **_options: Any) -> str:
    return "true"


class Rows:
    """What a viewer reads of the rows of one model, as SQL."""

    def __init__(self, model: type[Shared] | Any, viewer: Viewer, at: datetime) -> None:
        self.model, self.viewer, self.at = model, viewer, at
        self.hours: frozenset[str] = getattr(model, "HOUR_COLUMNS", frozenset())
        self.places: frozenset[str] = getattr(model, "PLACE_COLUMNS", frozenset())
        self._kept_back: CTE | None = None
        self.masks_hours = bool(self.hours) and viewer.strength is not Strength.SUBSTANTIAL

    def condition(self, columns: tuple[Any, ...]) -> ColumnElement[bool]:
        """Which rows are read. Their dossiers are named first, so that an index finds them among everybody's."""
        if getattr(self.model, "IS_PLACE", False) or (self.places and not columns):
            return and_(self._near(), self.reach(Reach.full_at, Reach.sees_place))
        return and_(self._near(), self.reach(Reach.hour_at if columns and self.masks_hours else Reach.full_at))

    def _near(self) -> ColumnElement[bool]:
        """Implied by what follows, and asked once: no database looks for the rows of an EXISTS by itself."""
        mine = select(Reach.dossier_id).where(Reach.account_id == self.viewer.account_id, *current(self.at))
        return _Among(self.model.dossier_id, mine.scalar_subquery())

    def shown(self, columns: tuple[Any, ...]) -> tuple[Any, ...]:
        """Which columns, each NULL where it may not be read."""
        return tuple(self._masked(column) for column in columns) or (self.model,)

    def may(self, action: Action) -> ColumnElement[bool]:
        """Which rows the action may be done to. Nobody changes anything through « Vu par… »."""
        if self.viewer.through is not None or self.viewer.strength < actions.strength_for(action):
            return false()
        account_id, of = self.viewer.account_id, _item(self.model, self.viewer.account_id, self.at)
        if action is Action.REVIEW:
            of = or_(self.model.private_to.is_(None), self.model.private_to != account_id)
        elif action is Action.PUBLISH:
            of = or_(self.model.category == Category.DOCUMENTS, ~_others(self.model, account_id))
        else:
            of = and_(of, Reach.full_at <= self.viewer.strength)
        return and_(self._near(), self._exists(account_id, of, Reach.may.op("&")(bit(action)) != 0))

    def reach(self, needed: Mapped[int], *more: Mapped[bool]) -> ColumnElement[bool]:
        """What the viewer reads; in a preview, of that only what they read who preview."""
        viewer = self.viewer
        opens = self._reads(viewer.account_id, needed <= viewer.strength, *more)
        if viewer.through is None:
            return opens
        return and_(opens, self._reads(viewer.through, Reach.full_at <= Strength.SUBSTANTIAL))

    def _reads(self, account_id: UUID, *more: Any) -> ColumnElement[bool]:
        return self._exists(account_id, _item(self.model, account_id, self.at), *more)

    def _exists(self, account_id: UUID, *more: Any) -> ColumnElement[bool]:
        return exists().where(
            Reach.account_id == account_id,
            Reach.dossier_id == self.model.dossier_id,
            Reach.category == self.model.category,
            Reach.nature == self.model.nature,
            *current(self.at),
            *more,
        )

    def _masked(self, column: Any) -> Any:
        is_ours = getattr(column, "class_", None) is self.model
        if self.masks_hours and not (is_ours and column.key in self.hours):
            return case((self.reach(Reach.full_at, *self._placed(is_ours, column)), column)).label(column.key)
        if more := self._placed(is_ours, column):
            return case((or_(self._knows_places(), self.reach(Reach.full_at, *more)), column)).label(column.key)
        return column

    def _knows_places(self) -> ColumnElement[bool]:
        """No link of theirs keeps places back: asked once, then of no row. (``condition`` has read the row whole.)"""
        if self._kept_back is None:
            one = exists().where(Reach.account_id == self.viewer.account_id, *current(self.at), ~Reach.sees_place)
            self._kept_back = select(one.label("kept_back")).cte()
        return ~select(self._kept_back.c.kept_back).scalar_subquery()

    def _placed(self, is_ours: bool, column: Any) -> tuple[Mapped[bool], ...]:
        """Raises ``ValueError`` for an expression, be it another name, of a text that a contact ban hides."""
        if is_ours and column.key in self.places:
            return (Reach.sees_place,)
        model: Any = self.model
        for one in () if is_ours or not self.places else visitors.iterate(column):
            if isinstance(one, Column) and one.table is model.__table__ and one.name in self.places:
                raise ValueError(f"{self.model.__name__}.{one.name} is read under its own name, where bans hide it")
        return ()


def _item(model: Any, account_id: UUID, at: datetime) -> ColumnElement[bool]:
    """The row's own word, read in the order of ``facts.item_of``: others', held, hidden, mine, published, plain."""
    others = _others(model, account_id)
    held = and_(model.held_until.is_not(None), model.held_until > at)
    return or_(
        and_(others, Reach.sees_others),
        and_(~others, held, Reach.sees_held),
        and_(~others, ~held, _label(model, account_id)),
    )


def _others(model: Any, account_id: UUID) -> ColumnElement[bool]:
    return and_(model.private_to.is_not(None), model.private_to != account_id, ~_published(model))


def _published(model: Any) -> ColumnElement[bool]:
    among: ColumnElement[bool] = model.published_to.op("&")(Reach.published_to) != 0
    return among


def _label(model: Any, account_id: UUID) -> ColumnElement[bool]:
    hidden = model.hidden_from
    mine = and_(model.private_to.is_not(None), model.private_to == account_id)
    return or_(
        and_(hidden == HiddenFrom.PATIENT, Reach.sees_patient_hidden),
        and_(hidden == HiddenFrom.REPRESENTATIVES, Reach.sees_representatives_hidden),
        and_(hidden == HiddenFrom.FAMILIES, Reach.sees_families_hidden),
        and_(
            hidden == HiddenFrom.NOBODY,
            or_(and_(mine, Reach.sees_mine), and_(~mine, or_(_published(model), Reach.sees_plain))),
        ),
    )
