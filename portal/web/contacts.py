"""Whom to call. Establishments and their telephone are no secret; nothing else is read here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.models import Establishment

AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Contact:
    name: str
    phone: str

    @property
    def number(self) -> str:
        """The number as it is read, never cut at the end of a line."""
        return self.phone.replace(" ", "\u00a0")

    @property
    def url(self) -> str:
        """What a phone dials: ``tel:0261910012``."""
        return "tel:" + "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


def contacts(db: Session, establishments: Collection[UUID] = ()) -> list[Contact]:
    """Establishments that gave a telephone number, by name; these ones only, when some are named."""
    query = select(Establishment.name, Establishment.phone).where(Establishment.phone != "")
    if establishments:
        query = query.where(Establishment.id.in_(list(establishments)))
    rows = db.execute(query.order_by(Establishment.name).limit(AT_MOST))
    return [Contact(name, phone) for name, phone in rows]
