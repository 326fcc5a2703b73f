"""What this feature needs of others. Features never import each other: ``portal.joining`` answers, ``app`` wires."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from portal.access.models import Relationship
from portal.access.words import Viewer
from portal.core.models import Dossier
from portal.ties.models import Correction


@dataclass(frozen=True, slots=True)
class CloseOne:
    """Somebody close as the DUI names them. Codes are those of ``ties.kinds``; labels are the DUI's words."""

    dossier_id: UUID
    key: str
    name: str
    mail: str
    relation: str
    relation_label: str
    role: str
    protection: str
    protection_label: str

    @property
    def said(self) -> str:
        """What the DUI says of them, in its words; its codes when it has none."""
        return ", ".join(
            word for word in (self.relation_label or self.relation, self.protection_label or self.protection) if word
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A young person found for an emergency: just enough to know it is the right one."""

    dossier: Dossier
    given_name: str
    initial: str
    unit: str


class Joints(Protocol):
    """Each works in the caller's transaction."""

    def close_ones(self, db: Session, viewer: Viewer, dossier_ids: Collection[UUID]) -> list[CloseOne]:
        """Those close to these young people, as far as the viewer reads them."""

    def verified(self, db: Session, link: Relationship) -> None:
        """A link counts from now on: its address is its own."""

    def ended(self, db: Session, account_id: UUID) -> None:
        """A link of this account ended: what it was told of people it no longer reaches goes."""

    def asked(self, db: Session, one: Correction) -> None:
        """Somebody asks for a correction."""

    def answered(self, db: Session, one: Correction) -> None:
        """Staff answered."""

    def broken(self, db: Session, link: Relationship) -> None:
        """Somebody broke the glass: management and the referent know at once."""

    def settle(self, db: Session, dossier: Dossier) -> None:
        """The DUI says again where this young person stands."""

    def find(self, db: Session, establishment_id: UUID, unit_id: UUID, given_name: str) -> list[Found]:
        """Young people present in this unit whose first name is exactly this, whatever its case and accents."""


def joints() -> Joints:
    found: Joints = current_app.extensions["joints"]
    return found
