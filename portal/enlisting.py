"""What stands beside an assignment: sessions, ways in, invitations, notices. ``staffing`` asks here.

Whether somebody may ask was settled by ``staffing.services``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import joining
from portal.accounts import enrolling, enrolment
from portal.accounts.enrolments import Enrolment
from portal.accounts.models import Federation, Passkey, Passphrase, SignIn
from portal.accounts.services import end_all
from portal.core import clock, scope
from portal.core.jobs import enqueue
from portal.staffing.joints import Invitation, Ways
from portal.staffing.queries import gone

LIFE_DAYS = 7
"""An invitation is handed over and used in the same week."""
SEE_OFF = "staffing.see_off"
EVERY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Enlisting:
    """Answers to ``staffing.joints.Joints``, for the portal of these settings."""

    secret_key: str
    public_url: str

    def ways(self, db: Session, account_ids: Collection[UUID]) -> Mapping[UUID, Ways]:
        """Every one of them has an answer."""
        return ways(db, account_ids)

    def invite(
        self, db: Session, account_id: UUID, *, establishment_id: UUID, by: UUID | None, handed: bool
    ) -> Invitation:
        """Redeeming it takes former ways in away: whoever needs one has lost theirs, or has none."""
        made = enrolment.issue(
            db,
            account_id,
            secret_key=self.secret_key,
            establishment_id=establishment_id,
            by=by,
            handed=handed,
            days=LIFE_DAYS,
            replaces=True,
        )
        return Invitation(
            f"{self.public_url}/lettre#{made.number}.{made.secret}", made.number, made.secret, made.expires_at
        )

    def uninvite(self, db: Session, account_id: UUID) -> None:
        enrolment.revoke(db, account_id)

    def ended(self, db: Session, account_id: UUID) -> None:
        ended(db, account_id)


@scope.working("ways in")
def ways(db: Session, account_ids: Collection[UUID]) -> dict[UUID, Ways]:
    """How each of these comes in, and when they were last here."""
    keys = set(db.scalars(select(Passkey.account_id).where(Passkey.account_id.in_(account_ids))))
    other = set(db.scalars(select(Passphrase.account_id).where(Passphrase.account_id.in_(account_ids))))
    other |= set(db.scalars(select(Federation.account_id).where(Federation.account_id.in_(account_ids))))
    seen = select(SignIn.account_id, func.max(SignIn.last_seen_at)).where(SignIn.account_id.in_(account_ids))
    last: dict[UUID, datetime] = {row[0]: row[1] for row in db.execute(seen.group_by(SignIn.account_id))}
    waiting = select(Enrolment).where(
        Enrolment.account_id.in_(account_ids),
        Enrolment.redeemed_at.is_(None),
        Enrolment.revoked_at.is_(None),
        Enrolment.expires_at > clock.now(),
    )
    until = {one.account_id: one.expires_at for one in db.scalars(waiting) if enrolment.is_open(one)}
    return {one: Ways(one in keys, one in other, last.get(one), until.get(one)) for one in account_ids}


@scope.working("ways in")
def ended(db: Session, account_id: UUID) -> None:
    """Signed out everywhere. With no link left to anybody, nothing is left to come in with."""
    joining.ended(db, account_id)
    end_all(db, account_id)
    if gone(db, account_id):
        _shut(db, account_id)


def see_off(db: Session, _args: dict[str, Any]) -> None:
    """Those whose last assignment ended by its date lose their ways in; then ask for the next turn."""
    with scope.within(db, scope.everywhere("staffing")):
        left = gone(db)
        for account_id, found in ways(db, left).items():
            if found.any or found.invited_until is not None or _is_here(db, account_id):
                joining.ended(db, account_id)
                _shut(db, account_id)
    ask_to_see_off(db)


def ask_to_see_off(db: Session, *, first: bool = False) -> None:
    """One turn waits at a time; at once when a worker starts."""
    enqueue(db, SEE_OFF, {}, due=clock.now() + (timedelta() if first else EVERY), key=SEE_OFF)


def _shut(db: Session, account_id: UUID) -> None:
    enrolment.revoke(db, account_id)
    enrolling.revoke_all(db, account_id)


def _is_here(db: Session, account_id: UUID) -> bool:
    now = clock.now()
    query = select(SignIn.id).where(
        SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.expires_at > now, SignIn.idle_until > now
    )
    return db.scalar(query.limit(1)) is not None
