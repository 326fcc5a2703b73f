"""Passphrases: which are accepted, and comparing one without keeping pages waiting.

argon2id costs 64 MiB and a tenth of a second on purpose. One is worked out at a time in each process, outside any
transaction, and few may wait: beyond that, people are told to try again rather than every page standing still.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from portal.accounts import changes
from portal.accounts.enrolments import Enrolment
from portal.accounts.models import Passphrase
from portal.core import clock, scope
from portal.core.errors import BadInput, Busy
from portal.core.models import Account, AccountState

LEAST, LONGEST = 12, 256
"""Signs. The CNIL asks 50 bits of what is throttled (deliberation 2022-100), NIST SP 800-63B-4 15 signs or a code."""
OWN_WORDS_LEFT = 8
"""Signs that must be left once the person's own name is taken out."""

HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
"""argon2id (RFC 9106, second recommended option, on one thread)."""
AT_ONCE, WAITING = 1, 3
PATIENCE = 3.0
"""Seconds somebody may wait for their turn."""
_turn = BoundedSemaphore(AT_ONCE)
_seats = {known: BoundedSemaphore(AT_ONCE + WAITING) for known in (False, True)}
"""Of devices that came in before, and of all the others: however many strangers wait, an owner has a seat."""

COMMON = Path(__file__).parent / "common.txt"
PREFIX = 10
"""Hexadecimal signs of each."""
_NUMBER = re.compile(r"\d{8}")


def refuse_weak(phrase: str, own_name: str) -> None:
    """Raises ``BadInput`` phrase: « too_short », « too_long », « common », « own_name »."""
    if len(phrase) < LEAST:
        raise BadInput("phrase", "too_short")
    if len(phrase) > LONGEST:
        raise BadInput("phrase", "too_long")
    plain = _plain(phrase)
    bare = plain.strip("0123456789")
    if _is_common(plain) or _is_common(bare) or _repeats(plain) or _is_a_run(plain):
        raise BadInput("phrase", "common")
    left = bare
    for part in _plain_words(own_name):
        left = left.replace(part, "")
    if left != bare and len(left) < OWN_WORDS_LEFT:
        raise BadInput("phrase", "own_name")


@cache
def common() -> frozenset[str]:
    """What everybody thinks of first: beginnings of SHA-256, since much of it is not fit to be read."""
    return frozenset(COMMON.read_text("ascii").split())


def _is_common(plain: str) -> bool:
    return hashlib.sha256(plain.encode()).hexdigest()[:PREFIX] in common()


def hashed(phrase: str) -> str:
    """Its argon2id hash. Raises ``Busy``. Call it outside a transaction."""
    with _a_turn(known=True):
        return HASHER.hash(_written(phrase))


def is_right(phrase: str, kept: str | None, *, known: bool = False) -> bool:
    """Whether this is the phrase; for nobody's (None) the same work, and False. Raises ``Busy``.

    ``known``: said on a device that came in to this account before.

    Call it outside a transaction: a page that waits here must hold no row.
    """
    with _a_turn(known=known):
        try:
            return HASHER.verify(kept or _nobodys(), _written(phrase)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def anew(phrase: str, kept: str) -> str | None:
    """A phrase that was just right, as it would be kept today; None when it is kept so, or nobody has time.

    What argon2 costs grows with the years: whoever comes in is brought along. Call it outside a transaction.
    """
    if not HASHER.check_needs_rehash(kept):
        return None
    try:
        return hashed(phrase)
    except Busy:
        return None


@scope.working("sign in")
def renew(db: Session, account_id: UUID, former: str, kept: str) -> None:
    """The same phrase under another hash, unless another phrase was chosen meanwhile. It is the same way in: nobody is
    told, and nothing is written to the journal of what was taken away."""
    same = update(Passphrase).where(Passphrase.account_id == account_id, Passphrase.hash == former)
    db.execute(same.values(hash=kept).execution_options(synchronize_session=False))


@scope.working("sign in")
def named(db: Session, said: str) -> tuple[UUID, str] | None:
    """(account, hash of its passphrase) of whoever is called so: by e-mail, or by the number of their letter.

    The same statement whoever it is. Of two people with one address, it calls whoever chose a passphrase first, and
    goes on calling them when they choose another; the other is called by the number of their letter, which every page
    about a passphrase says to everybody, so that it tells nobody that there is another.
    """
    who = _each()
    number = re.sub(r"\s", "", said)
    if _NUMBER.fullmatch(number):
        letter = select(func.coalesce(Enrolment.joined_to, Enrolment.account_id)).where(
            Enrolment.number == number, Enrolment.redeemed_at.is_not(None)
        )
        who = who.where(Account.id.in_(letter))
    else:
        who = who.where(func.lower(Account.email) == said.strip().lower())
    found = db.execute(
        who.where(Account.state == AccountState.ACTIVE).order_by(Passphrase.created_at, Passphrase.id).limit(1)
    ).one_or_none()
    return (found.account_id, found.hash) if found else None


@scope.working("sign in")
def of(db: Session, account_id: UUID) -> tuple[UUID, str] | None:
    """The same of somebody known."""
    found = db.execute(_each().where(Account.id == account_id, Account.state == AccountState.ACTIVE)).one_or_none()
    return (found.account_id, found.hash) if found else None


def _each() -> Select[UUID, str]:
    return select(Passphrase.account_id, Passphrase.hash).join(Account, Account.id == Passphrase.account_id)


@scope.working("ways in")
def numbers_of(db: Session, account_id: UUID) -> list[str]:
    """Numbers of letters by which this account may be called, the newest first."""
    mine = func.coalesce(Enrolment.joined_to, Enrolment.account_id) == account_id
    redeemed = select(Enrolment.number).where(mine, Enrolment.redeemed_at.is_not(None))
    return list(db.scalars(redeemed.order_by(Enrolment.redeemed_at.desc())))


def keep(db: Session, account_id: UUID, kept: str) -> None:
    """From now on this is the passphrase (its hash); that of before is none any more."""
    gone = delete(Passphrase).where(Passphrase.account_id == account_id).returning(Passphrase.created_at)
    first = db.scalar(gone)
    db.add(Passphrase(account_id=account_id, hash=kept, created_at=first or clock.now()))
    changes.note(db, account_id)
    db.flush()


@cache
def _nobodys() -> str:
    return HASHER.hash("nobody's passphrase")


@contextmanager
def _a_turn(*, known: bool) -> Iterator[None]:
    seats = _seats[known]
    if not seats.acquire(blocking=False):
        raise Busy
    try:
        if not _turn.acquire(timeout=PATIENCE):
            raise Busy
        try:
            yield
        finally:
            _turn.release()
    finally:
        seats.release()


def _written(phrase: str) -> str:
    """The same signs, however the keyboard wrote them (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", phrase)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in letters if sign.isalnum())


def _plain_words(name: str) -> list[str]:
    words = (_plain(word) for word in re.split(r"[\s'’-]+", name))
    return sorted({word for word in words if len(word) >= 3}, key=len, reverse=True)


def _repeats(plain: str) -> bool:
    """One sign, or something everybody thinks of, over and over."""
    for size in range(1, len(plain) // 2 + 1):
        part = plain[:size]
        if (part * (len(plain) // size + 1))[: len(plain)] == plain and (size < 4 or _is_common(part)):
            return True
    return not plain


def _is_a_run(plain: str) -> bool:
    """« abcdefghijkl », « 123456789012 », « azertyuiopqs »."""
    runs = (
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890123456789",
        "azertyuiopqsdfghjklmwxcvbn",
        "qwertyuiopasdfghjklzxcvbnm",
    )
    return any(plain in run or plain in run[::-1] for run in runs)
