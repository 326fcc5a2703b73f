"""What a dossier holds beside its bare core row: identity, people, stays, and things kept raw. Keys are the DUI's."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.words import Category
from portal.connectors.dui.records import State, StayState
from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.models import Shared


class Identity(WithId, Shared, Base):
    """The name. Category ``identity``; one row a dossier."""

    __tablename__ = "identity"
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.IDENTITY})
    __table_args__ = (UniqueConstraint("dossier_id"),)
    family_name: Mapped[str] = mapped_column(Text, default="")
    given_name: Mapped[str] = mapped_column(Text, default="")
    gender: Mapped[str] = mapped_column(Text, default="")
    """FHIR: ``male``, ``female``, ``other``, ``unknown`` or ""."""


class Relative(WithId, Shared, Base):
    """Somebody close, or who decides for the young person. Category ``household``.

    Being written here gives no access: access is a verified ``Relationship`` between an account and a dossier.
    """

    __tablename__ = "relative"
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.HOUSEHOLD})
    __table_args__ = (UniqueConstraint("dossier_id", "key"),)
    key: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text, default="")
    given_name: Mapped[str] = mapped_column(Text, default="")
    relation: Mapped[str] = mapped_column(Text, default="")
    """TRE_R216 code (MTH, FTH, TUTEUR…)."""
    relation_label: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str] = mapped_column(Text, default="")
    """TRE_R260 code (ECON: to be told in an emergency)."""
    protection: Mapped[str] = mapped_column(Text, default="")
    """TRE_R217 code of a legal protection."""
    protection_label: Mapped[str] = mapped_column(Text, default="")


class Contact(WithId, Shared, Base):
    """A phone, a mail or a postal address. Category ``household``: a parent reads only their own part."""

    __tablename__ = "contact"
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.HOUSEHOLD})
    __table_args__ = (Index(None, "dossier_id", "owner"),)
    owner: Mapped[str] = mapped_column(Text, default="")
    """Key of the relative it belongs to; "" for the young person."""
    kind: Mapped[str] = mapped_column(Text)
    """``phone``, ``mail`` or ``address``."""
    value: Mapped[str] = mapped_column(Text)
    use: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    """Order in which the DUI gives the contacts of one owner."""


class Professional(WithId, Base):
    """A professional as the DUI names them. Shown only through what they do (an event, a referent)."""

    __tablename__ = "professional"
    __table_args__ = (UniqueConstraint("establishment_id", "key"),)
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str] = mapped_column(Text, default="")
    role_code: Mapped[str] = mapped_column(Text, default="")


class Referent(WithId, Shared, Base):
    """A professional who follows this young person in particular. Category ``identity``."""

    __tablename__ = "referent"
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.IDENTITY})
    __table_args__ = (UniqueConstraint("dossier_id", "key"),)
    key: Mapped[str] = mapped_column(Text)
    team: Mapped[str] = mapped_column(Text)
    """The DUI's list it comes from; a new version of the list replaces the old one."""
    professional_key: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[date | None]
    until: Mapped[date | None]


class Stay(WithId, Shared, Base):
    """From when to when, in which unit. Category ``identity``. Drives ``Dossier.state`` and ``Dossier.unit_id``."""

    __tablename__ = "stay"
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset({Category.IDENTITY})
    __table_args__ = (UniqueConstraint("dossier_id", "key"),)
    key: Mapped[str] = mapped_column(Text)
    state: Mapped[StayState]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    service: Mapped[str] = mapped_column(Text, default="")


class Kept(WithId, Shared, Base):
    """A resource kept as received, for a feature to come: where it lies, never what it says."""

    __tablename__ = "kept"
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset(Category)
    __table_args__ = (UniqueConstraint("dossier_id", "resource_type", "key"),)
    key: Mapped[str] = mapped_column(Text)
    resource_type: Mapped[str] = mapped_column(Text)
    vault_key: Mapped[str] = mapped_column(Text)
    """The raw message."""
    entry: Mapped[int]
    """Index in its ``Bundle.entry``."""


class DossierSource(Base):
    """What reception remembers of one dossier. No page reads it."""

    __tablename__ = "dossier_source"
    __table_args__ = (UniqueConstraint("establishment_id", "ins"),)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    ins: Mapped[str | None] = mapped_column(Text)
    """Qualified INS, to recognise a patient who comes without a local identifier."""
    sent_at: Mapped[datetime]
    """Time of the newest message; an older one is ignored."""
    digest: Mapped[str] = mapped_column(Text)
    """That message's SHA-256: the very same message again changes nothing."""


class SourceReference(Base):
    """How a DUI refers to something (``Patient/12``) → our key, so that a later message may say only that."""

    __tablename__ = "source_reference"
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    dossier_key: Mapped[str | None] = mapped_column(Text)
    """None for what belongs to no young person, such as a professional."""


class DuiClient(WithId, Base):
    """A DUI allowed to send us dossiers. Its token is shown once, and only hashed here."""

    __tablename__ = "dui_client"
    name: Mapped[str] = mapped_column(Text, unique=True)
    token_digest: Mapped[str] = mapped_column(Text)
    """SHA-256 of the secret half of the token, in hexadecimal."""
    former_digest: Mapped[str | None] = mapped_column(Text)
    """The token before the last rotation, good until ``former_until``: a DUI is not reconfigured in one instant."""
    former_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    rotated_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class DuiClientScope(Base):
    """An establishment a DUI may write."""

    __tablename__ = "dui_client_scope"
    client_id: Mapped[UUID] = mapped_column(ForeignKey("dui_client.id"), primary_key=True)
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"), primary_key=True)


class DuiMessage(WithId, Base):
    """One message received, taken or not: what the state-of-reception page tells staff. Codes and places, no value."""

    __tablename__ = "dui_message"
    __table_args__ = (Index(None, "establishment_id", "received_at"),)
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("dui_client.id"))
    client: Mapped[str] = mapped_column(Text)
    """Name of the DUI, or of the command that imported a file."""
    establishment_id: Mapped[UUID | None] = mapped_column(ForeignKey("establishment.id"))
    """None when a refused message did not say, or named one that is not the sender's."""
    received_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    state: Mapped[State]
    version: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    """Bytes."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    warnings: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)
    """``{"code", "entry", "path"}`` each."""
    issues: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)
    """Why it was refused, same form."""
    vault_key: Mapped[str | None] = mapped_column(Text)
    """The raw message; None when refused."""
