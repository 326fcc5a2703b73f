"""The code that follows a passphrase: by mail, or of an app (TOTP, RFC 6238). Each serves once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
import unicodedata
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.accounts import changes
from portal.accounts.models import Authenticator, SecondStep
from portal.accounts.queries import hash_of
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.jobs import enqueue
from portal.core.keys import derive, marked, seal, unseal
from portal.core.models import Account

MAIL = "accounts.code"
"""The job that sends a code."""
DIGITS, TRIES, LIVES = 8, 5, timedelta(minutes=10)
CHANCE = TRIES / 10**DIGITS
"""Of guessing a code while it lives."""

STEP_SECONDS, APP_DIGITS, SLACK = 30, 6, 1
"""What authenticator apps understand. A clock may be one step off, before or after."""
SECRET_BYTES = 20


@scope.working("sign in")
def begin(db: Session, account_id: UUID) -> str | None:
    """A passphrase was right: ask for the code of the app, or send one by mail. What the device must hold, 256 bits.

    None when the account has neither. Old steps go.
    """
    db.execute(delete(SecondStep).where(SecondStep.expires_at < clock.now()))
    by_app = db.scalar(select(Authenticator.id).where(Authenticator.account_id == account_id)) is not None
    if not by_app and not db.scalar(select(Account.email).where(Account.id == account_id)):
        return None
    token = secrets.token_urlsafe(32)
    step = SecondStep(token_hash=hash_of(token), account_id=account_id, by_app=by_app, expires_at=clock.now() + LIVES)
    db.add(step)
    db.flush()
    if not by_app:
        enqueue(db, MAIL, {"step": str(step.id)})
    return token


@scope.working("sign in")
def waiting(db: Session, token: str) -> SecondStep | None:
    """The step this device is in; None when it is over, past its time, or out of tries."""
    one = db.scalars(select(SecondStep).where(SecondStep.token_hash == hash_of(token))).one_or_none()
    return one if one and one.tries < TRIES and one.expires_at > clock.now() else None


@scope.working("sign in")
def count(db: Session, step_id: UUID) -> bool:
    """One more try, unless there were enough. To be committed before the code is compared."""
    more = (
        update(SecondStep)
        .where(SecondStep.id == step_id, SecondStep.tries < TRIES)
        .values(tries=SecondStep.tries + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(db.execute(more).rowcount)  # type: ignore[attr-defined]


@scope.working("sign in")
def take(db: Session, step: SecondStep, said: str, secret_key: str) -> bool:
    """Whether this is the code. Then it is spent: of two who send it at once, one is believed."""
    code = _digits(said)
    right = _is_of_app(db, step.account_id, code, secret_key) if step.by_app else _is_of_mail(step, code, secret_key)
    if not right:
        return False
    gone = delete(SecondStep).where(SecondStep.id == step.id).execution_options(synchronize_session=False)
    return bool(db.execute(gone).rowcount)  # type: ignore[attr-defined]


def _digits(said: str) -> str:
    """The digits that were typed, whatever keyboard wrote them: what is compared below is ASCII."""
    return "".join(str(unicodedata.decimal(sign)) for sign in said if sign.isdecimal())


def draw() -> str:
    """A new code."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def hash_of_code(secret_key: str, step_id: UUID, code: str) -> bytes:
    """What is kept of a code: with the database alone, nobody finds it by trying all of them."""
    return marked(derive(secret_key, "code"), step_id.bytes, code)


def _is_of_mail(step: SecondStep, code: str, secret_key: str) -> bool:
    return hmac.compare_digest(step.code_hash or bytes(32), hash_of_code(secret_key, step.id, code))


def _is_of_app(db: Session, account_id: UUID, code: str, secret_key: str) -> bool:
    """Right, and of a step after the last one that was taken."""
    one = db.scalars(select(Authenticator).where(Authenticator.account_id == account_id)).one_or_none()
    found = matching(opened(secret_key, account_id, one.sealed), code) if one else None
    if one is None or found is None:
        return False
    newer = (
        update(Authenticator)
        .where(Authenticator.id == one.id, Authenticator.last_step < found)
        .values(last_step=found)
        .execution_options(synchronize_session=False)
    )
    return bool(db.execute(newer).rowcount)  # type: ignore[attr-defined]


def totp(secret: bytes, step: int) -> str:
    """The code of one step of 30 seconds (RFC 4226, 5.3)."""
    mac = hmac.digest(secret, struct.pack(">Q", step), hashlib.sha1)
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFFFFFF) % 10**APP_DIGITS:0{APP_DIGITS}d}"


def matching(secret: bytes, code: str) -> int | None:
    """The step near now whose code this is."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    steps = range(now - SLACK, now + SLACK + 1)
    return next((step for step in steps if hmac.compare_digest(totp(secret, step), code)), None)


def new_secret(secret_key: str, account_id: UUID) -> bytes:
    """A new secret for an app, sealed: the page that shows it carries it back so."""
    return sealed(secret_key, account_id, secrets.token_bytes(SECRET_BYTES))


def sealed(secret_key: str, account_id: UUID, secret: bytes) -> bytes:
    """Under a key the database does not hold, for this account alone."""
    return seal(derive(secret_key, "authenticator"), secret, account_id.bytes)


def opened(secret_key: str, account_id: UUID, kept: bytes) -> bytes:
    """Raises ``BadInput`` app « refused » for what was not sealed here for this account."""
    found = unseal(derive(secret_key, "authenticator"), kept, account_id.bytes)
    if found is None:
        raise BadInput("app", "refused")
    return found


def keep(db: Session, account_id: UUID, secret_key: str, kept: bytes, code: str) -> None:
    """From now on this app shows the codes, once it showed one. Raises ``BadInput`` app « refused », code « wrong »."""
    step = matching(opened(secret_key, account_id, kept), _digits(code))
    if step is None:
        raise BadInput("code", "wrong")
    db.execute(delete(Authenticator).where(Authenticator.account_id == account_id))
    db.add(Authenticator(account_id=account_id, sealed=kept, last_step=step))
    changes.note(db, account_id)
    db.flush()


def address_for_app(secret: str, name: str) -> str:
    """What the QR code says to an app. ``secret``: in base32."""
    return f"otpauth://totp/Relie:{quote(name)}?secret={secret}&issuer=Relie&digits={APP_DIGITS}&period={STEP_SECONDS}"
