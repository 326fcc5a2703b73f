"""« Mandat » : a relative lets staff open their space beside them; and who may sit beside whom.

A mandate opens nothing by itself. It names a person, a young person and themes; what is read by it is what
``visible()`` gives that person, narrowed to the themes, and to what the member of staff reads too (``Viewer``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Text, exists
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.models import Kind, Post, Reach, Relationship
from portal.access.perimeter import hour_strength, strength_needed
from portal.access.rows import current
from portal.access.sharing import stands
from portal.access.words import Category, Mandated, Nature, Strength
from portal.core import clock
from portal.core.db import Base, WithId

LONGEST = timedelta(days=366)
"""A year, the longest of them."""
BESIDE = tuple(post for post in Post if post not in (Post.NONE, Post.KITCHEN))
"""Posts that sit beside somebody."""


class Paper(StrEnum):
    """What staff saw before they wrote a mandate down. Never a copy of it."""

    FORM = "form"
    """The establishment's own form, signed here."""
    LETTER = "letter"
    """A letter they signed."""
    DEED = "deed"
    """A deed made before a notary, or a mandate for future protection."""


class Mandate(WithId, Base):
    """What one relative lets staff look at in their place, beside them, until when. Taken back at once."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index(None, "dossier_id"),
        Index(None, "account_id"),
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    """Whose space."""
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    themes: Mapped[str] = mapped_column(Text)
    """Categories, sorted, separated by spaces."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    paper: Mapped[Paper]
    paper_on: Mapped[date]
    """The day it was signed."""
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_with: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who sat beside whoever took it back."""

    def stands(self, at: datetime) -> bool:
        return stands(at, self.starts_at, self.ends_at, self.withdrawn_at)

    @property
    def opens(self) -> Mandated:
        """What it narrows a session to. A theme that is no longer one opens nothing."""
        return Mandated(self.dossier_id, frozenset(map(Category, self.themes.split())) & THEMES)


def _shows(category: Category) -> bool:
    needed = min(strength_needed(category, nature, young_person=False) for nature in Nature)
    return min(needed, hour_strength(category) or needed) <= Strength.ACCOMPANIED


THEMES = frozenset(category for category in Category if _shows(category))
"""What a session opened by a mandate can show at all: it is never stronger than accompanied."""


def sits(account_id: UUID, dossier_id: UUID | ColumnElement[UUID], at: datetime) -> ColumnElement[bool]:
    """Whether somebody at work may sit beside people of this dossier now: not the kitchen, not by a broken glass.

    Asked of ``reach``: assignments that end by date are in it, and nobody reaches a child of their own as staff.
    """
    return exists().where(
        Reach.account_id == account_id,
        Reach.dossier_id == dossier_id,
        Reach.category == Category.IDENTITY,
        *current(at),
        Reach.full_at <= Strength.SUBSTANTIAL,
        Relationship.id == Reach.relationship_id,
        Relationship.kind == Kind.STAFF,
        Relationship.post.in_(BESIDE),
        Relationship.emergency == "",
    )


def reads(
    account_id: UUID | ColumnElement[UUID], dossier_id: UUID, strength: Strength, at: datetime, of: Iterable[Category]
) -> ColumnElement[bool]:
    """Whether somebody reads any of these categories of this dossier now, as family or as the young person."""
    return exists().where(
        Reach.account_id == account_id,
        Reach.dossier_id == dossier_id,
        Reach.category.in_(sorted(of)),
        *current(at),
        Reach.hour_at <= strength,
        Relationship.id == Reach.relationship_id,
        Relationship.kind != Kind.STAFF,
    )
