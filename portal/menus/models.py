"""Menus as families read them, and each file they came from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.words import Category
from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.models import Communal
from portal.menus.words import Course, Declared, Meal, declared

_WORDS = JSON(none_as_null=True)
"""A list of words; ``None`` is SQL NULL and nothing else."""


class MenuImport(WithId, Base):
    """One menu file taken in: when, by whom, what was understood and what was not. For staff only."""

    __tablename__ = "menu_import"
    __table_args__ = (Index(None, "establishment_id", "sha256"),)
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    taken_at: Mapped[datetime] = mapped_column(default=clock.now)
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Nobody in particular when it came by the command line."""
    file_name: Mapped[str] = mapped_column(Text)
    """As the sender called it, without folders, for staff to recognise."""
    sha256: Mapped[str] = mapped_column(Text)
    only: Mapped[str] = mapped_column(Text, default="")
    """The one restaurant that was asked for, or "" for the whole file."""
    lines: Mapped[int]
    dishes: Mapped[int]
    refused: Mapped[int]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    """``scdl_outline.outline``: values by kind with their counts and first lines, refusals."""


class Dish(WithId, Communal, Base):
    """« Plat » : one dish of one meal, for everyone a restaurant serves."""

    __tablename__ = "dish"
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.MENUS})
    __table_args__ = (Index(None, "establishment_id", "day"),)
    category: Mapped[str] = mapped_column(Text, default=Category.MENUS.value)
    import_id: Mapped[UUID] = mapped_column(ForeignKey("menu_import.id"))
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    day: Mapped[date]
    meal: Mapped[Meal]
    course: Mapped[Course]
    position: Mapped[int]
    """Order within the meal, as the kitchen wrote it."""
    name: Mapped[str] = mapped_column(Text)
    allergens: Mapped[list[str] | None] = mapped_column(_WORDS)
    """Words of ``Allergen``. ``[]``: the kitchen says there are none. ``None``: not given."""
    allergens_unread: Mapped[list[str]] = mapped_column(_WORDS, default=list)
    """What the kitchen wrote among the allergens that is none of the fourteen: shown as written."""
    diets: Mapped[list[str]] = mapped_column(_WORDS, default=list)
    """« Régimes » this dish is made for, as written."""
    signs: Mapped[list[str]] = mapped_column(_WORDS, default=list)
    """Official signs of quality, as SCDL names them."""
    labels: Mapped[list[str]] = mapped_column(_WORDS, default=list)
    textures: Mapped[list[str]] = mapped_column(_WORDS, default=list)
    """Words of ``Texture``, or the kitchen's own."""
    precision: Mapped[str] = mapped_column(Text, default="")
    """Such as « Menu alternatif » or « Semaine du goût »."""
    guests: Mapped[str] = mapped_column(Text, default="")
    """« Convives »; "" for everybody."""
    restaurant: Mapped[str] = mapped_column(Text, default="")
    restaurant_id: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str] = mapped_column(Text, default="")
    issued_at: Mapped[datetime | None]
    """When the kitchen published or last changed this line, if it says: an older file does not replace a newer one."""

    @property
    def declared(self) -> Declared:
        """Allergens listed, none, or not given."""
        return declared(self.allergens, self.allergens_unread)
