"""Letters and invitations: making one, redeeming it once, revoking it, and the second code of those that were posted.

Whoever asks for a letter must be checked before (``letters``, ``staffing``): nothing here does. Everything that fails
with a secret fails alike, after the same statements: an answer tells neither which numbers exist nor what became of
them. A refusal must still be committed, or a guess would not count.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.accounts import changes
from portal.accounts.enrolments import Enrolment
from portal.core import clock, scope
from portal.core.errors import BadInput, NotFound
from portal.core.keys import derive, marked
from portal.core.models import Account, AccountState

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Signs nobody takes for one another, on paper or on the telephone."""
SECRET_SIGNS = 8
TRIES = 10
"""Then the letter is locked. Ten guesses among 30⁸: one chance in some sixty thousand million."""
NUMBER_DIGITS = 8
LIFE_DAYS = 30
SECOND_DIGITS = 8
SECOND_TRIES = 5
SECOND_LIFE = timedelta(minutes=30)
"""As long as a telephone call and finding the page."""
SECOND_CHANCE = SECOND_TRIES / 10**SECOND_DIGITS
"""Of guessing one second code."""
_NOTHING = bytes(32)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new letter with its secret, which nobody can find again afterwards. Written without spaces."""

    number: str
    secret: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Issued({self.number})"


@scope.working("letter")
def issue(
    db: Session,
    account_id: UUID,
    *,
    secret_key: str,
    establishment_id: UUID,
    by: UUID | None,
    handed: bool,
    days: int = LIFE_DAYS,
    replaces: bool = False,
) -> Issued:
    """A new letter; the account's other open ones open nothing any more. ``secret_key``: the portal's own.

    ``handed``: whoever makes it sees the identity papers of whom they give it to. ``replaces``: redeeming it takes
    former ways in away. Raises ``NotFound`` for an account that is closed or absent; ``BadInput`` by « own_letter ».
    """
    account = db.get(Account, account_id)
    if account is None or account.state is not AccountState.ACTIVE:
        raise NotFound
    if by == account_id:
        raise BadInput("by", "own_letter")
    _shut(db, account_id)
    number, secret, at = _free_number(db), _draw(ALPHABET, SECRET_SIGNS), clock.now()
    one = Enrolment(
        number=number,
        secret_hash=_hash(secret_key, number, secret),
        account_id=account_id,
        establishment_id=establishment_id,
        issued_by=by,
        issued_at=at,
        expires_at=at + timedelta(days=days),
        handed=handed,
        replaces=replaces,
    )
    db.add(one)
    db.flush()
    return Issued(number, secret, one.expires_at)


@scope.working("letter")
def look(db: Session, number: str, secret: str, *, secret_key: str) -> Enrolment:
    """The letter that somebody holds, without redeeming it. One guess is counted, and forgotten when it was right.

    Raises ``BadInput`` secret « unknown » for a wrong secret or number, and for a letter that was redeemed, revoked,
    locked, is past its end, or whose account was closed.
    """
    return _look(db, number, secret, secret_key)


@scope.working("letter")
def redeem(db: Session, number: str, secret: str, *, secret_key: str) -> Enrolment:
    """The letter serves, once; the caller signs ``account_id`` in. Raises ``BadInput`` as ``look`` does.

    Handed over, it says who holds the account from now on. Posted, nobody knows any more until ``confirm``: somebody
    else may have opened it. When it ``replaces``, the caller takes former ways in away.
    """
    one = _look(db, number, secret, secret_key)
    one.redeemed_at, one.confirmed_at = clock.now(), None  # of a letter that was to serve otherwise
    account = db.get_one(Account, one.account_id)
    account.identity_checked_at = one.issued_at if one.handed else None
    account.identity_checked_by = one.issued_by if one.handed else None
    changes.note(db, one.account_id)
    db.flush()
    return one


@scope.working("letter")
def redeem_beside(db: Session, one: Enrolment, account_id: UUID) -> None:
    """A letter that ``look`` found serves somebody who has an account already: theirs stays as surely known as it was.

    The caller moves the links, and has seen a posted letter's second code (``confirm_letter``).
    """
    one.redeemed_at, one.joined_to = clock.now(), account_id
    changes.note(db, account_id)
    db.flush()


@scope.working("letter")
def revoke(db: Session, account_id: UUID) -> int:
    """Every open letter of this account opens nothing any more. How many there were."""
    return _shut(db, account_id)


@scope.working("letter")
def second_code(db: Session, one: Enrolment, *, by: UUID, secret_key: str) -> str:
    """A code to be read out to somebody whose voice or face is known; one given before no longer counts.

    Raises ``BadInput``: code « no_need » for a letter that was handed over, or confirmed already, « over » for one that
    was revoked, or ended before it served; by « own_letter ».
    """
    if by == one.account_id:
        raise BadInput("by", "own_letter")
    if one.handed or one.confirmed_at is not None:
        raise BadInput("code", "no_need")
    if one.revoked_at is not None or (one.redeemed_at is None and not _is_open(one)):
        raise BadInput("code", "over")
    code = _draw("0123456789", SECOND_DIGITS)
    one.second_hash, one.second_by = _hash(secret_key, f"second {one.number}", code), by
    one.second_until, one.second_tries = clock.now() + SECOND_LIFE, 0
    db.flush()
    return code


@scope.working("letter")
def confirm(db: Session, account_id: UUID, code: str, *, secret_key: str) -> None:
    """Somebody who redeemed a posted letter types the code staff read out: who they are is known from now on.

    Raises ``BadInput`` code « unknown », whether it is wrong, too old, tried too often or was never given.
    """
    one = db.scalar(
        select(Enrolment)
        .where(Enrolment.account_id == account_id, Enrolment.redeemed_at.is_not(None), Enrolment.joined_to.is_(None))
        .order_by(Enrolment.redeemed_at.desc())
        .limit(1)
        .with_for_update()
    )
    _confirm(db, one, code, secret_key)
    assert one is not None, "only a letter is confirmed"
    account = db.get_one(Account, account_id)
    account.identity_checked_at, account.identity_checked_by = clock.now(), one.second_by
    db.flush()


@scope.working("letter")
def confirm_letter(db: Session, one: Enrolment, code: str, *, secret_key: str) -> None:
    """The same for a letter that has not served yet: it says of the letter, not of an account. Raises alike."""
    db.refresh(one, with_for_update=True)  # of many guesses at once each takes its turn
    _confirm(db, one, code, secret_key)


def is_open(one: Enrolment) -> bool:
    """Whether it may still serve."""
    return _is_open(one) and one.tries < TRIES


def tidy(typed: str) -> str:
    """What somebody typed, without what paper puts between signs, in capitals."""
    return "".join(sign for sign in typed.upper() if sign.isalnum() and sign.isascii())


def _look(db: Session, number: str, secret: str, secret_key: str) -> Enrolment:
    number, secret = tidy(number), tidy(secret)
    # Counted first: of many guesses at once each takes its turn at the row, and no eleventh is looked at.
    guess = update(Enrolment).where(Enrolment.number == number, Enrolment.tries < TRIES)
    counted = db.execute(guess.values(tries=Enrolment.tries + 1).returning(Enrolment.id)).scalar_one_or_none()
    found = db.execute(
        select(Enrolment, Account.state)
        .join(Account, Account.id == Enrolment.account_id)
        .where(Enrolment.number == number)
        .execution_options(populate_existing=True)
    ).one_or_none()
    one, state = found or (None, None)
    right = hmac.compare_digest(_hash(secret_key, number, secret), one.secret_hash if one else _NOTHING)
    if one is None or not right or counted is None or not _is_open(one) or state is not AccountState.ACTIVE:
        raise BadInput("secret", "unknown")
    one.tries = 0
    db.flush()
    return one


def _confirm(db: Session, one: Enrolment | None, code: str, secret_key: str) -> None:
    number, wanted = (one.number, one.second_hash) if one else ("", None)
    right = hmac.compare_digest(_hash(secret_key, f"second {number}", tidy(code)), wanted or _NOTHING)
    if one is None or one.second_until is None:
        raise BadInput("code", "unknown")
    one.second_tries += 1
    db.flush()
    if not right or one.second_tries > SECOND_TRIES or one.second_until <= clock.now() or one.revoked_at is not None:
        raise BadInput("code", "unknown")
    one.confirmed_at, one.second_hash, one.second_until = clock.now(), None, None


def _is_open(one: Enrolment) -> bool:
    return one.redeemed_at is None and one.revoked_at is None and one.expires_at > clock.now()


def _shut(db: Session, account_id: UUID) -> int:
    at = clock.now()
    mine = Enrolment.account_id == account_id
    found = db.scalars(select(Enrolment).where(mine, Enrolment.redeemed_at.is_(None), Enrolment.revoked_at.is_(None)))
    shut = 0
    for one in found:
        shut += is_open(one)
        one.revoked_at = at
    db.flush()
    return shut


def _free_number(db: Session) -> str:
    while True:
        number = _draw("0123456789", NUMBER_DIGITS)
        if db.scalar(select(Enrolment.id).where(Enrolment.number == number)) is None:
            return number


def _draw(signs: str, length: int) -> str:
    return "".join(secrets.choice(signs) for _ in range(length))


def _hash(secret_key: str, number: str, secret: str) -> bytes:
    return marked(derive(secret_key, "letters"), number, secret)
