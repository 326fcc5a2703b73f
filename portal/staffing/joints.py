"""What this feature needs of others. Features never import each other: ``portal.enlisting`` answers, ``app`` wires."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody comes in, as far as management needs to know."""

    passkey: bool
    other: bool
    """A passphrase, or somebody else who vouches for them."""
    last_at: datetime | None
    """When they were last here."""
    invited_until: datetime | None
    """An invitation waits for them until then."""

    @property
    def any(self) -> bool:
        return self.passkey or self.other


@dataclass(frozen=True, slots=True)
class Invitation:
    """Shown once: nobody can find the secret again."""

    address: str
    number: str
    secret: str
    expires_at: datetime


class Joints(Protocol):
    """Each works in the caller's transaction."""

    def ways(self, db: Session, account_ids: Collection[UUID]) -> Mapping[UUID, Ways]:
        """How each of these comes in; every one of them has an answer."""

    def invite(
        self, db: Session, account_id: UUID, *, establishment_id: UUID, by: UUID | None, handed: bool
    ) -> Invitation:
        """A new invitation, in the place of those that wait. ``handed``: to their own hands, their identity known."""

    def uninvite(self, db: Session, account_id: UUID) -> None:
        """Invitations that wait are worth nothing any more."""

    def ended(self, db: Session, account_id: UUID) -> None:
        """An assignment ended: they are signed out everywhere; with the last one their ways in go too."""


def joints() -> Joints:
    found: Joints = current_app.extensions["staffing"]
    return found
