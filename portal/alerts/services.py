"""Choosing how to be told, proving a telephone, letting a browser be told, and addresses that come back."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.alerts import queries
from portal.alerts.models import AlertChoice, AlertPhone, DeadAddress, PushDevice
from portal.connectors.push import Endpoint
from portal.core import clock, scope
from portal.core.errors import BadInput, NotFound
from portal.core.jobs import enqueue
from portal.core.keys import derive, marked
from portal.core.models import Account
from portal.inbox.models import NoticeKind
from portal.inbox.services import tell

CODE = "alerts.code"
"""The job that sends the code of a telephone."""
DIGITS, TRIES, LIVES = 6, 5, timedelta(minutes=10)
MOST_DEVICES = 10
"""Browsers of one account; the oldest makes way."""


def choose(db: Session, account_id: UUID, said: Mapping[str, Any]) -> None:
    """Keep what they chose (columns of ``AlertChoice``)."""
    found = queries.choice_of(db, account_id)
    for name, value in said.items():
        setattr(found, name, value)
    db.add(found)
    db.flush()


def ask_code(db: Session, account_id: UUID, number: str) -> None:
    """This number (E.164) is to be theirs: a code goes to it. Until it comes back, nothing else does."""
    phone = queries.phone_of(db, account_id) or AlertPhone(account_id=account_id)
    phone.number, phone.verified_at, phone.code_hash = number, None, None
    phone.tries, phone.code_until = 0, clock.now() + LIVES
    db.add(phone)
    db.flush()
    enqueue(db, CODE, {"phone": str(phone.id)})


def draw() -> str:
    """A new code."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def hash_of_code(secret_key: str, phone: AlertPhone, code: str) -> bytes:
    """What is kept of a code: it is of that number alone."""
    return marked(derive(secret_key, "sms code"), phone.id.bytes, phone.number, code)


def count_try(db: Session, account_id: UUID) -> None:
    """One more try, committed before the code is compared. Raises ``BadInput`` code « code-over »."""
    more = (
        update(AlertPhone)
        .where(AlertPhone.account_id == account_id, AlertPhone.tries < TRIES, AlertPhone.code_until > clock.now())
        .values(tries=AlertPhone.tries + 1)
        .execution_options(synchronize_session=False)
    )
    if not db.execute(more).rowcount:  # type: ignore[attr-defined]
        raise BadInput("code", "code-over")
    db.commit()


def verify(db: Session, account_id: UUID, said: str, secret_key: str) -> None:
    """The code came back: the number is theirs, and is told from now on. Raises ``BadInput`` code."""
    phone = queries.phone_of(db, account_id)
    code = "".join(str(unicodedata.decimal(sign)) for sign in said if sign.isdecimal())
    if phone is None or not hmac.compare_digest(phone.code_hash or bytes(32), hash_of_code(secret_key, phone, code)):
        raise BadInput("code", "code-wrong")
    phone.verified_at, phone.code_hash, phone.code_until = clock.now(), None, None
    choose(db, account_id, {"by_sms": True})


def forget_phone(db: Session, account_id: UUID) -> None:
    """This number is told nothing more, and is not kept."""
    db.execute(delete(AlertPhone).where(AlertPhone.account_id == account_id))
    db.execute(update(AlertChoice).where(AlertChoice.account_id == account_id).values(by_sms=False))


@scope.working("push")
def add_device(db: Session, account_id: UUID, device_key: bytes, to: Endpoint) -> None:
    """This browser is told from now on, of this account alone: whoever used it before is told there no more."""
    db.execute(delete(PushDevice).where(PushDevice.endpoint == to.url))
    facts = {"endpoint": to.url, "p256dh": to.p256dh, "auth": to.auth}
    db.add(PushDevice(account_id=account_id, device_key=device_key, **facts))
    db.flush()
    newest = select(PushDevice.id).where(PushDevice.account_id == account_id)
    kept = newest.order_by(PushDevice.created_at.desc(), PushDevice.id).limit(MOST_DEVICES)
    others = delete(PushDevice).where(PushDevice.account_id == account_id, PushDevice.id.not_in(kept))
    db.execute(others.execution_options(synchronize_session=False))


def remove_device(db: Session, account_id: UUID, device_id: UUID) -> None:
    """Raises ``NotFound`` for one that is not theirs."""
    one = db.get(PushDevice, device_id)
    if one is None or one.account_id != account_id:
        raise NotFound
    db.delete(one)
    db.flush()


@scope.working("push")
def forget_left(db: Session, account_id: UUID | None = None) -> None:
    """Browsers where their owner signed out go; those of one account, or everybody's."""
    gone = delete(PushDevice).where(~queries.stands())
    gone = gone if account_id is None else gone.where(PushDevice.account_id == account_id)
    db.execute(gone.execution_options(synchronize_session=False))


@scope.working("mail that came back")
def came_back(db: Session, email: str, code: str) -> int:
    """This address does not answer: whoever has it is written to there no more. How many accounts that is."""
    same = select(Account.id, Account.email).where(func.lower(Account.email) == email.strip().lower())
    found = db.execute(same.order_by(Account.id)).all()
    for account_id, theirs in found:
        one = db.scalar(select(DeadAddress).where(DeadAddress.account_id == account_id))
        if one is not None and one.email == theirs:
            continue
        if one is not None:
            db.delete(one)
            db.flush()
        db.add(DeadAddress(account_id=account_id, email=theirs, code=code))
        tell(db, account_id, NoticeKind.ADDRESS_DEAD)
    db.flush()
    return len(found)


@scope.working("address corrected")
def corrected(db: Session, account_id: UUID) -> None:
    """The secretary says that the address answers again. Whoever calls checked that they may."""
    db.execute(delete(DeadAddress).where(DeadAddress.account_id == account_id))
