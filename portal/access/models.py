"""What access is decided from, and the log of what was seen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.words import Action, Category, Strength
from portal.core import clock
from portal.core.db import Base, WithId


class Kind(StrEnum):
    """Relationship kinds (« lien »)."""

    SELF = "self"
    PARENT = "parent"
    DELEGATE = "delegate"
    """Holds parental authority by delegation (C. civ. 377)."""
    MEASURE = "measure"
    """Guardian, curator, family representative, future-protection mandate, safeguard of justice."""
    CHILD_WELFARE = "child_welfare"
    RELATIVE = "relative"
    TRUSTED = "trusted_person"
    OUTSIDE_DOCTOR = "outside_doctor"
    """A doctor elsewhere, by a share link: the link itself opens what it names, this kind opens nothing."""
    STAFF = "staff"


class Authority(StrEnum):
    """What a parent keeps of parental authority."""

    NONE = ""
    FULL = "full"
    INFORMED = "informed"
    """Authority without its exercise: told of important choices (C. civ. 373-2-1)."""
    WITHDRAWN = "withdrawn"


class Measure(StrEnum):
    """What a protection measure covers, and how."""

    NONE = ""
    PERSON_REPRESENT = "person_represent"
    PERSON_ASSIST = "person_assist"
    PROPERTY = "property"


class Post(StrEnum):
    """Staff by profession, as far as access tells professions apart."""

    NONE = ""
    MANAGEMENT = "management"
    ADMINISTRATION = "administration"
    CARE = "care"
    """Doctors, nurses, therapists."""
    EDUCATION = "education"
    SOCIAL_WORK = "social_work"
    KITCHEN = "kitchen"


class Relationship(WithId, Base):
    """A dated, verified link between an account and a dossier, with what proves it.

    Staff have one per assignment: to a dossier, to a unit (``unit_id``), or to the whole establishment (neither).
    """

    __tablename__ = "relationship"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("kind = 'staff' OR dossier_id IS NOT NULL", name="families_are_tied_to_a_dossier"),
        Index(None, "dossier_id"),
        Index(None, "account_id"),
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[Kind]
    authority: Mapped[Authority] = mapped_column(default=Authority.NONE)
    measure: Mapped[Measure] = mapped_column(default=Measure.NONE)
    post: Mapped[Post] = mapped_column(default=Post.NONE)
    referent: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    relative_key: Mapped[str | None] = mapped_column(Text)
    """Business identifier of the RelatedPerson in the DUI, when the link comes from there."""
    proof: Mapped[str] = mapped_column(Text, default="")
    """Which document proves it (its kind and date), never a copy."""
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who ended it before its time, or said when it ends; None when nobody did."""
    ended_because: Mapped[str] = mapped_column(Text, default="")
    """Which document says that it ends, or why."""
    emergency: Mapped[str] = mapped_column(Text, default="")
    """Why somebody at work broke the glass, in their words; empty for every other link (« bris de glace »)."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Reach(Base):
    """What ``decide()`` answers for a link, laid out in time: one row per link, category, nature and period.

    Recomputed in the same transaction as any change of facts. The dates stand inside, so a birthday needs no job.
    """

    __tablename__ = "reach"
    __table_args__ = (
        Index(None, "dossier_id"),
        Index(None, "account_id", "establishment_id", "category"),
        Index(
            "ix_reach_kept_back",
            "account_id",
            postgresql_where=text("NOT sees_place"),
            sqlite_where=text("NOT sees_place"),
        ),
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    category: Mapped[Category] = mapped_column(primary_key=True)
    nature: Mapped[str] = mapped_column(Text, primary_key=True)
    relationship_id: Mapped[UUID] = mapped_column(ForeignKey("relationship.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column()
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    full_at: Mapped[int]
    """Strength from which everything shows."""
    hour_at: Mapped[int]
    """Strength from which the hour shows; ``full_at`` when there is no such half-way."""
    sees_held: Mapped[bool]
    sees_patient_hidden: Mapped[bool]
    sees_representatives_hidden: Mapped[bool]
    sees_families_hidden: Mapped[bool]
    sees_others: Mapped[bool]
    """Reads the parts that belong to other accounts (staff, household)."""
    sees_mine: Mapped[bool]
    """Reads what is one's own part."""
    sees_plain: Mapped[bool]
    """Reads what belongs to nobody in particular; without it, only one's own part."""
    sees_place: Mapped[bool]
    """Reads where things take place; False under a contact ban."""
    published_to: Mapped[int]
    """Audiences this link belongs to where it reads what is published to them (``audience``); 0: it reads none."""
    may: Mapped[int]
    """Actions other than reading, as bits (``actions.bit``)."""


class Means(StrEnum):
    """How somebody came to know."""

    PAGE = "page"
    """A page of the portal, a file or a feed."""
    PAPER = "paper"
    PHONE = "phone"
    READ_ALOUD = "read_aloud"
    """Read to somebody who was there."""


class LogEntry(WithId, Base):
    """One line of « Qui a regardé »: who read which categories of which dossier, when, and as what.

    Added to, never changed. It says by itself what is needed to read it later: links end, posts change. The dossier's
    identifier is kept without a foreign key, so that purging a dossier later leaves the lines to be purged by their own
    rule.
    """

    __tablename__ = "access_log"
    __table_args__ = (Index(None, "dossier_id", "at"), Index(None, "establishment_id", "at"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    account_id: Mapped[UUID]
    """Who read; of a communication, who told."""
    dossier_id: Mapped[UUID]
    establishment_id: Mapped[UUID]
    categories: Mapped[str] = mapped_column(Text)
    """Categories shown, sorted, separated by spaces; of a communication, rows (``category`` or ``category:nature``)."""
    action: Mapped[Action]
    strength: Mapped[int] = mapped_column(default=Strength.LOW)
    endpoint: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[Kind]
    """As what they read it."""
    post: Mapped[Post] = mapped_column(default=Post.NONE)
    emergency: Mapped[bool] = mapped_column(default=False)
    """They had broken the glass (« accès d’urgence »)."""
    means: Mapped[Means] = mapped_column(default=Means.PAGE)
    to_relationship: Mapped[UUID | None]
    """Of a communication, to whom; no foreign key either."""
    told_at: Mapped[datetime | None]
    """Of a communication, when it took place; ``at`` is when it was written down."""
    seen_as: Mapped[UUID | None]
    """« Vu par… » : the account whose view was looked at."""
    helper_id: Mapped[UUID | None]
    """Who sat beside them (« avec l’aide de … »)."""
