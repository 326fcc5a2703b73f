"""Passkeys (WebAuthn): asking a device for one, and believing its answer.

A question is stateless: a nonce and an instant under a mark that only this portal makes, bound to what it is asked for
and to the device's cookie. So many pages may stand open, nothing is written when one is shown, and an answer taken
elsewhere is not ours. An answer is taken once (``SpentChallenge``).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn.helpers import parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.accounts import changes
from portal.accounts.models import Passkey, SpentChallenge
from portal.accounts.queries import hash_of_bytes
from portal.core import clock, scope
from portal.core.config import Settings
from portal.core.errors import BadInput
from portal.core.keys import derive, marked

ENTER, ADD = "enter", "add"
"""What a question is asked for."""

LIVES = timedelta(minutes=15)
"""A page may stand open that long before its question is too old."""
NONCE, INSTANT = 32, 8
AT_MOST = 12
"""Passkeys of one account."""
NAME_SIGNS = 40
_SURE = UserVerificationRequirement.REQUIRED
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Site:
    """As browsers know this portal. A key made for another name does not open it."""

    host: str
    origin: str
    key: bytes


def site_of(settings: Settings) -> Site:
    """From ``RELIE_PUBLIC_URL``."""
    parts = urlsplit(settings.public_url)
    return Site(parts.hostname or "localhost", f"{parts.scheme}://{parts.netloc}", derive(settings.secret_key, "key"))


def question(site: Site, purpose: str, device: str) -> bytes:
    """72 bytes, 32 of them random."""
    body = secrets.token_bytes(NONCE) + int(clock.now().timestamp()).to_bytes(INSTANT, "big")
    return body + marked(site.key, purpose, device, body)


def is_ours(site: Site, purpose: str, device: str, asked: bytes) -> bool:
    """Whether we asked this, for this, of this device, and not too long ago."""
    body, mark = asked[: NONCE + INSTANT], asked[NONCE + INSTANT :]
    if not hmac.compare_digest(mark, marked(site.key, purpose, device, body)):
        return False
    at = datetime.fromtimestamp(int.from_bytes(body[NONCE:], "big"), UTC)
    return timedelta(seconds=-1) <= clock.now() - at <= LIVES


def asking(site: Site, device: str) -> str:
    """What a page asks to sign in: any passkey of this portal that the device holds (JSON of WebAuthn)."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=question(site, ENTER, device), user_verification=_SURE
    )
    return webauthn.options_to_json(options)


def asking_for_one_more(site: Site, device: str, account_id: UUID, name: str, has: Iterable[Passkey]) -> str:
    """What a page asks to make a passkey: one the device can find by itself, that checks who holds the device."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Relie",
        user_id=account_id.bytes,
        user_name=name,
        user_display_name=name,
        challenge=question(site, f"{ADD} {account_id}", device),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_SURE
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in has],
    )
    return webauthn.options_to_json(options)


def add(
    db: Session, site: Site, device: str, account_id: UUID, answer: str, *, name: str, vouched: bool, has: int
) -> Passkey:
    """Keep the passkey a device just made. ``has``: how many there are already.

    Raises ``BadInput`` passkey: « refused » when the answer is not one to our question, « too_old » for a page that
    stood open too long, « again » for an answer given twice, « too_many ».
    """
    if has >= AT_MOST:
        raise BadInput("passkey", "too_many")
    asked = _believed(lambda: _asked_in(answer))
    _refuse_old(site, f"{ADD} {account_id}", device, asked)
    told = _believed(
        lambda: webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=asked,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    )
    made = Passkey(
        account_id=account_id,
        credential_id=told.credential_id,
        public_key=told.credential_public_key,
        sign_count=told.sign_count,
        name=name[:NAME_SIGNS],
        synced=told.credential_backed_up,
        vouched=vouched,
    )
    _spend(db, asked)
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:  # somebody else's credential, told again as one's own
        raise BadInput("passkey", "refused") from None
    changes.note(db, account_id)
    return made


@scope.working("sign in")
def who_answers(db: Session, site: Site, device: str, answer: str) -> Passkey:
    """The passkey that answered our question to sign in. Raises ``BadInput`` passkey as ``add`` does, and « unknown »
    for a key that is not, or no longer, one of ours."""
    told = _believed(lambda: parse_authentication_credential_json(answer))
    asked = _believed(lambda: parse_client_data_json(told.response.client_data_json).challenge)
    _refuse_old(site, ENTER, device, asked)
    one = db.scalars(select(Passkey).where(Passkey.credential_id == told.raw_id)).one_or_none()
    if one is None or told.response.user_handle not in (None, one.account_id.bytes):
        raise BadInput("passkey", "unknown")
    seen = _believed(
        lambda: webauthn.verify_authentication_response(
            credential=told,
            expected_challenge=asked,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=one.public_key,
            credential_current_sign_count=one.sign_count,
            require_user_verification=True,
        )
    )
    _spend(db, asked)
    one.sign_count, one.synced, one.used_at = seen.new_sign_count, seen.credential_backed_up, clock.now()
    return one


def _asked_in(answer: str) -> bytes:
    told = webauthn.helpers.parse_registration_credential_json(answer)
    return parse_client_data_json(told.response.client_data_json).challenge


def _believed(check: Callable[[], Made]) -> Made:
    """Whatever a check stumbles over is a refusal: the answer was written by a stranger until it is proved."""
    try:
        return check()
    except (
        WebAuthnException,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        ArithmeticError,
        LookupError,
        RecursionError,
    ):
        raise BadInput("passkey", "refused") from None


def _refuse_old(site: Site, purpose: str, device: str, asked: bytes) -> None:
    if not is_ours(site, purpose, device, asked):
        raise BadInput("passkey", "too_old")


def _spend(db: Session, asked: bytes) -> None:
    """Of two answers to one question, at most one is taken."""
    at = clock.now()
    db.execute(delete(SpentChallenge).where(SpentChallenge.until < at))
    try:
        with db.begin_nested():
            db.add(SpentChallenge(hash=hash_of_bytes(asked), until=at + LIVES + LIVES))
    except IntegrityError:
        raise BadInput("passkey", "again") from None
