"""A notice: something a person should know, kept until they have seen it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.words import Category
from portal.core import clock
from portal.core.db import Base, WithId
from portal.core.models import Shared


class NoticeKind(StrEnum):
    """What a notice is about; templates have the words."""

    APPOINTMENT_ADDED = "appointment_added"
    APPOINTMENT_CHANGED = "appointment_changed"
    APPOINTMENT_CANCELLED = "appointment_cancelled"
    RECEPTION_REFUSED = "reception_refused"
    """For staff: a message of the DUI was refused. About no dossier."""
    MAJORITY = "majority"
    """A young person comes of age soon."""
    CRETON = "creton"
    """A Creton decision ends soon."""
    AGREEMENT_ENDS = "agreement_ends"
    """To whoever gave an agreement: it ends soon."""
    ENDS_SOON = "ends_soon"
    """For those who run the establishment: something ends soon. About no dossier."""
    CORRECTION_ASKED = "correction_asked"
    """For staff: somebody says that their link is not as it is written. About no dossier."""
    CORRECTION_ANSWERED = "correction_answered"
    """To whoever asked, who may reach nothing of the dossier: about no dossier either."""
    ACT_ASKED = "act_asked"
    """To whoever decides: staff ask for an accord. About no dossier."""
    MANDATE_RECORDED = "mandate_recorded"
    """To a relative: staff wrote down that they let them open their space beside them. About no dossier."""
    GLASS_BROKEN = "glass_broken"
    """For management and the referent: somebody broke the glass."""
    EVENT_ANSWERED = "event_answered"
    """For the referent: a family answered a rendez-vous; ``event`` says which."""
    ABSENCE_ANNOUNCED = "absence_announced"
    """For the unit and the referent."""
    ABSENCE_WITHDRAWN = "absence_withdrawn"
    """For the same: it is no longer so."""
    ABSENCE_SEEN = "absence_seen"
    """To whoever announced it: the unit saw it."""
    CALL_ASKED = "call_asked"
    """For those who are asked to call."""
    CALL_CHANGED = "call_changed"
    """To whoever asked: it was taken, done, or nobody answered."""
    WAY_CHANGED = "way_changed"
    """To whoever has no e-mail address: a way into their account changed. About no dossier."""
    ADDRESS_DEAD = "address_dead"
    """To whoever has it: mail to their address came back. About no dossier."""


class Notice(WithId, Shared, Base):
    """« Nouveau » : one thing to tell one account.

    Its label (category, nature, hold, …) is that of the item it is about, so ``access.visible`` answers for the notice
    as it does for the item. It says nothing itself: a kind and identifiers.
    """

    __tablename__ = "notice"
    __table_args__ = (Index(None, "account_id", "read_at"), Index(None, "dossier_id"))
    CATEGORIES: ClassVar[frozenset[Category]] = frozenset(Category)
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id"))  # type: ignore[assignment]
    """None when it is about no young person; then ``establishment_id`` is None and ``category`` is "" too."""
    establishment_id: Mapped[UUID | None] = mapped_column(ForeignKey("establishment.id"))  # type: ignore[assignment]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[NoticeKind]
    item_id: Mapped[UUID | None]
    """The row it is about, in the table its kind implies."""
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    """More identifiers and codes, never a value."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    """When it was last told."""
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    """When somebody was told outside (``alerts``) that there was something new, this included."""
