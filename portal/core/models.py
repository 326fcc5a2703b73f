"""The few tables everything refers to: organisation, establishment, unit, account, dossier."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, validates

from portal.core import clock
from portal.core.db import Base, WithId


class AccountState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class DossierState(StrEnum):
    """Where a young person stands with the establishment."""

    PRE_ADMISSION = "pre_admission"
    PRESENT = "present"
    LEFT_READABLE = "left_readable"
    """« Grisé » : left, still readable for a time."""
    LEFT = "left"
    """Left for good: only an access request opens it."""


LEFT = frozenset({DossierState.LEFT_READABLE, DossierState.LEFT})


class HiddenFrom(StrEnum):
    """Security labels of the DUI (JDV_J08), as a set written in one word."""

    NOBODY = ""
    PATIENT = "patient"
    """INVISIBLE_PATIENT."""
    REPRESENTATIVES = "representatives"
    """INVISIBLE_REPRESENTANTS_LEGAUX."""
    FAMILIES = "families"
    """Both of them, or a label we do not know: staff only, and staff are told."""


class Organisation(WithId, Base):
    """The body that runs one or several establishments (organisme gestionnaire)."""

    __tablename__ = "organisation"
    name: Mapped[str] = mapped_column(Text)


class Establishment(WithId, Base):
    """One institute, known to the DUI by its geographic FINESS number (9 characters)."""

    __tablename__ = "establishment"
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    finess: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text, default="Europe/Paris")
    phone: Mapped[str] = mapped_column(Text, default="")


class Unit(WithId, Base):
    """A group young people live or spend the day in."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("establishment_id", "key"),)
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    boarding: Mapped[bool] = mapped_column(default=False)


class Account(WithId, Base):
    """Somebody who may sign in. What they may see stands in their relationships, never here."""

    __tablename__ = "account"
    display_name: Mapped[str] = mapped_column(Text)
    state: Mapped[AccountState] = mapped_column(default=AccountState.ACTIVE)
    email: Mapped[str | None] = mapped_column(Text)
    identity_checked_at: Mapped[datetime | None]
    """When staff saw who holds this account, papers in hand or on a telephone number they know. Until then a way in
    proves that it is the same person as before, not who it is."""
    identity_checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    mode: Mapped[str] = mapped_column(Text, default="")
    """Preferred reading mode: "" (standard), "easy" or "pictures"."""
    theme: Mapped[str] = mapped_column(Text, default="")
    locale: Mapped[str] = mapped_column(Text, default="fr")
    reading: Mapped[str] = mapped_column(Text, default="")
    """The rest of how they read and listen, as ``web.reading`` writes it."""
    reading_own: Mapped[str] = mapped_column(Text, default="")
    """Which of these they chose themselves, by name, a space between: a referent changes only the others."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Dossier(WithId, Base):
    """The portal's read model of one young person's DUI record.

    It carries only what decisions need. The name stands in ``dossier.models.Identity``, a shared row like any other, so
    that even a name is read through ``access``.
    """

    __tablename__ = "dossier"
    __table_args__ = (UniqueConstraint("establishment_id", "key"),)
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    key: Mapped[str] = mapped_column(Text)
    """Business identifier of the DUI: ``3+FINESS/local-id``."""
    birth_date: Mapped[date]
    state: Mapped[DossierState] = mapped_column(default=DossierState.PRESENT)
    state_since: Mapped[datetime] = mapped_column(default=clock.now)
    """When the state became what it is."""
    left_at: Mapped[datetime | None]
    """When they left; None for whoever has not. How long what is known of them is kept counts from here."""
    received_at: Mapped[datetime | None]
    """When the last DUI message about this dossier was taken in."""

    @validates("state")
    def _date(self, _name: str, state: DossierState) -> DossierState:
        """Whoever changes the state, its dates follow: nobody can forget them."""
        if state != self.state:
            self.state_since = clock.now()
        if state not in LEFT:
            self.left_at = None
        elif self.left_at is None:
            self.left_at = clock.now()
        return state


class Shared:
    """Every row about a person carries this, and is read through ``access.visible`` only."""

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    category: Mapped[str] = mapped_column(Text)
    nature: Mapped[str] = mapped_column(Text, default="")
    held_until: Mapped[datetime | None]
    """Kept back until then; ``clock.FOREVER`` keeps it back for good."""
    hidden_from: Mapped[HiddenFrom] = mapped_column(default=HiddenFrom.NOBODY)
    private_to: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Only this account reads it (a wish, a deposit not yet shared), and the audiences it is published to."""
    published_to: Mapped[int] = mapped_column(default=0)
    """Audiences it is published to (``access.audience``); 0: none."""

    @declared_attr.directive
    def __table_args__(cls) -> tuple[object, ...]:
        return (Index(None, "dossier_id"),)


class Communal:
    """What belongs to an establishment and to nobody in particular, such as a menu."""

    establishment_id: Mapped[UUID] = mapped_column(ForeignKey("establishment.id"))
    category: Mapped[str] = mapped_column(Text)


class Mark(Base):
    """A fact about this database itself, such as being a demo."""

    __tablename__ = "mark"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text, default="")
