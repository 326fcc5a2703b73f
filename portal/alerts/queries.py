"""What each person chose, and by which means they can be told now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from portal.access.models import Kind, Relationship
from portal.accounts.models import SignIn
from portal.alerts.models import AlertChoice, AlertPhone, DeadAddress, Pace, PushDevice
from portal.core import clock, scope
from portal.core.models import Account, AccountState


def choice_of(db: Session, account_id: UUID) -> AlertChoice:
    """What they chose; for whoever chose nothing, what is done then, not kept."""
    found = db.scalar(select(AlertChoice).where(AlertChoice.account_id == account_id))
    return found or AlertChoice(
        account_id=account_id,
        by_mail=True,
        by_sms=False,
        pace=Pace.AT_ONCE,
        hour=18,
        weekday=4,
        quiet_from=21,
        quiet_to=7,
    )


def phone_of(db: Session, account_id: UUID) -> AlertPhone | None:
    return db.scalar(select(AlertPhone).where(AlertPhone.account_id == account_id))


def devices_of(db: Session, account_id: UUID) -> list[PushDevice]:
    """Browsers of theirs that are told, the latest first; none where they signed out since."""
    mine = select(PushDevice).where(PushDevice.account_id == account_id, stands())
    return list(db.scalars(mine.order_by(PushDevice.created_at.desc(), PushDevice.id)))


def stands() -> ColumnElement[bool]:
    """Whether a push device is still its owner's: they came in there, and did not sign out since. A session that only
    ran out does not count; sign-ins are forgotten after three months, and the device with them."""
    here = (SignIn.account_id == PushDevice.account_id, SignIn.device_key == PushDevice.device_key)
    left = exists().where(*here, SignIn.ended_at.is_not(None), SignIn.ended_at >= PushDevice.created_at)
    return exists().where(*here, SignIn.ended_at.is_(None)) & ~left


def dead_since(db: Session, account_id: UUID) -> datetime | None:
    """Since when the address the account has now does not answer; None when nothing came back from it."""
    same = select(DeadAddress.since).join(Account, Account.id == DeadAddress.account_id)
    return db.scalar(same.where(DeadAddress.account_id == account_id, DeadAddress.email == Account.email))


@dataclass(frozen=True, slots=True)
class Dead:
    """Somebody whose address does not answer."""

    account_id: UUID
    name: str
    email: str
    since: datetime


def dead_in(db: Session, establishment_ids: Collection[UUID]) -> list[Dead]:
    """Those tied to these establishments, by whatever link that is not over, the longest silence first. Whoever asks
    works there, as the page settled."""
    with scope.within(db, scope.establishments(*establishment_ids)):
        tied = exists().where(
            Relationship.account_id == Account.id,
            Relationship.establishment_id.in_(establishment_ids),
            Relationship.kind != Kind.OUTSIDE_DOCTOR,
            Relationship.ends_at.is_(None) | (Relationship.ends_at > clock.now()),
        )
        rows = (
            select(Account.id, Account.display_name, DeadAddress.email, DeadAddress.since)
            .join(DeadAddress, DeadAddress.account_id == Account.id)
            .where(DeadAddress.email == Account.email, Account.state == AccountState.ACTIVE, tied)
        )
        return [Dead(*row) for row in db.execute(rows.order_by(DeadAddress.since, Account.id))]
