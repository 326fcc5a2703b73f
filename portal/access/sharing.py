"""What people decide about sharing: the perimeter of an establishment, agreements and restrictions on one dossier."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.words import Category
from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.helped import Helped


def stands(at: datetime, starts_at: datetime, *ends: datetime | None) -> bool:
    """Whether something dated counts at ``at``: it has started, and none of its ends has come."""
    return starts_at <= at and all(end is None or at < end for end in ends)


class Perimeter(WithId, Base):
    """« Périmètre de partage » : one version of what management opens, in force until the next one starts."""

    __tablename__ = "perimeter"
    __table_args__ = (
        UniqueConstraint("establishment_id", "version"),
        UniqueConstraint("establishment_id", "starts_at"),
    )
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    version: Mapped[int]
    """1, 2, 3… in one establishment."""
    starts_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    because: Mapped[str] = mapped_column(Text, default="")
    """Why, in management's words: the opinion of the conseil de la vie sociale and its date, for instance."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Opening(Base):
    """One cell that a version of the perimeter opens or closes; cells it does not name stay as shipped."""

    __tablename__ = "opening"
    perimeter_id: Mapped[UUID] = mapped_column(ForeignKey("perimeter.id"), primary_key=True)
    column: Mapped[str] = mapped_column("perimeter_column", Text, primary_key=True)
    """A ``perimeter.Column``, or ``perimeter.STAFF_COLUMN``."""
    category: Mapped[Category] = mapped_column(primary_key=True)
    nature: Mapped[str] = mapped_column(Text, default="", primary_key=True)
    is_open: Mapped[bool]


class Agreement(Helped, WithId, Base):
    """« Accord de partage » : one row of the perimeter on one dossier, granted to one relationship (FHIR Consent)."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_it_starts"),
        Index(None, "dossier_id"),
        Index(None, "relationship_id"),
    )
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    relationship_id: Mapped[UUID] = mapped_column(ForeignKey("relationship.id"))
    """To whom."""
    category: Mapped[Category]
    nature: Mapped[str] = mapped_column(Text, default="")
    receipt: Mapped[UUID]
    """What was granted together has one receipt."""
    given_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    capacity: Mapped[str] = mapped_column(Text)
    """As what they were entitled: an ``axes.Link``."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_with: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who sat beside whoever took it back."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    def stands(self, at: datetime) -> bool:
        return stands(at, self.starts_at, self.ends_at, self.withdrawn_at)


class Source(StrEnum):
    """Where a restriction comes from."""

    COURT_ORDER = "court_order"
    """A judge's decision: it closes what its text names."""
    CONTACT_BAN = "contact_ban"
    """An ordonnance de protection or a contact ban: besides, where people are stays out of every answer."""
    FREEZE = "freeze"
    """« Gel de protection » by management, while a child may be in danger."""
    OPPOSITION = "opposition"
    """The young person opposes that their representatives know (CSP L1111-5); a care professional records it."""


class Against(StrEnum):
    """Whom a restriction holds back."""

    ONE = "one"
    """One account, by whatever family link it is tied."""
    REPRESENTATIVES = "representatives"
    """Parents, delegates, child welfare, and those who hold a measure."""
    FAMILIES = "families"
    """Everybody but staff and the young person."""
    EVERYBODY = "everybody"
    """Everybody but staff."""


class Restriction(WithId, Base):
    """« Restriction » : a dated limit with its source and its proof. It only takes away."""

    __tablename__ = "restriction"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("(against = 'one') = (account_id IS NOT NULL)", name="one_names_an_account"),
        Index(None, "dossier_id"),
    )
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    source: Mapped[Source]
    against: Mapped[Against]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    rows: Mapped[str] = mapped_column("perimeter_rows", Text)
    """Rows it closes, as ``category`` or ``category:nature``, sorted, separated by spaces."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    proof: Mapped[str] = mapped_column(Text)
    """Which document says so (its kind and date), never a copy."""
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    lift_asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    lift_proof: Mapped[str] = mapped_column(Text, default="")
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    lifted_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    def stands(self, at: datetime) -> bool:
        return stands(at, self.starts_at, self.ends_at, self.lifted_at)
