"""Say that a tablet may become a key, make it one, take it back. The caller checked that the referent asks."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from portal.accounts import changes, passkeys
from portal.accounts import services as accounts
from portal.accounts.enrolment import ALPHABET, tidy
from portal.accounts.models import Method, Passkey, SignIn
from portal.accounts.passkeys import Site
from portal.accounts.queries import hash_of, is_minor
from portal.core import clock, scope
from portal.core.errors import BadInput, NotFound
from portal.core.keys import derive, marked
from portal.core.models import Account, AccountState
from portal.tablets.models import TabletCode
from portal.tablets.queries import Young, is_referent_of

SIGNS = 10
"""A guess names nobody, so it may be right of any code that waits: 30¹⁰ of them, six hundred million million."""
WAITS = timedelta(minutes=10)
"""From the referent's button to the tablet's key."""
KEPT = timedelta(days=1)
EASIEST = "pictures"
"""How somebody reads whose first own device this is and who has chosen nothing yet."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A tablet that told the code, and is about to become a key."""

    id: UUID
    account_id: UUID
    referent_id: UUID
    name: str
    keys: tuple[Passkey, ...]
    """Those there are: a device that holds one makes no second."""


@scope.working("own tablet")
def allow(db: Session, one: Young, *, by: UUID, secret_key: str) -> str:
    """A code, which nobody can find again afterwards; those of before serve no more."""
    at = clock.now()
    db.execute(delete(TabletCode).where(TabletCode.expires_at < at - KEPT))
    mine = update(TabletCode).where(TabletCode.account_id == one.account_id, TabletCode.expires_at > at)
    db.execute(mine.values(expires_at=at))
    code = "".join(secrets.choice(ALPHABET) for _ in range(SIGNS))
    facts = {"account_id": one.account_id, "dossier_id": one.dossier_id, "referent_id": by}
    db.add(TabletCode(code_hash=_mark(secret_key, code), expires_at=at + WAITS, **facts))
    db.flush()
    return code


@scope.working("own tablet")
def take(db: Session, code: str, *, secret_key: str) -> str:
    """This device is the tablet: the token it holds from now on.

    Raises ``BadInput`` code « unknown », whatever is wrong.
    """
    token = secrets.token_urlsafe(32)
    found = update(TabletCode).where(
        TabletCode.code_hash == _mark(secret_key, tidy(code)),
        TabletCode.token_hash.is_(None),
        TabletCode.expires_at > clock.now(),
    )
    if db.execute(found.values(token_hash=hash_of(token)).returning(TabletCode.id)).one_or_none() is None:
        raise BadInput("code", "unknown")
    return token


@scope.working("own tablet")
def waiting(db: Session, token: str) -> Waiting | None:
    """What this tablet waits for; None when it never told a code, too long ago, or is a key already; or when whoever
    allowed it is the referent no more."""
    query = (
        select(TabletCode, Account.display_name)
        .join(Account, Account.id == TabletCode.account_id)
        .where(
            TabletCode.token_hash == hash_of(token),
            TabletCode.served_at.is_(None),
            TabletCode.expires_at > clock.now(),
            Account.state == AccountState.ACTIVE,
            exists().where(*is_referent_of(TabletCode.referent_id, TabletCode.dossier_id)),
        )
    )
    found = db.execute(query).one_or_none()
    if found is None:
        return None
    one, name = found
    keys = db.scalars(select(Passkey).where(Passkey.account_id == one.account_id)).all()
    return Waiting(one.id, one.account_id, one.referent_id, name, tuple(keys))


@scope.working("own tablet")
def enrol(db: Session, tablet: Waiting, site: Site, device: str, answer: str, *, name: str) -> Passkey:
    """It is a key from now on. Raises ``BadInput`` passkey as ``passkeys.add`` does.

    A minor's vouches for nothing: the day they come of age it opens no more than it did, until somebody looks at it
    with them. An adult's is as good as one made after a letter.
    """
    served = update(TabletCode).where(TabletCode.id == tablet.id, TabletCode.served_at.is_(None))
    if db.execute(served.values(served_at=clock.now()).returning(TabletCode.id)).one_or_none() is None:
        raise BadInput("passkey", "again")
    adult = not is_minor(db, tablet.account_id)
    has = len(tablet.keys)
    made = passkeys.add(db, site, device, tablet.account_id, answer, name=name, vouched=adult, has=has)
    made.enrolled_by = tablet.referent_id
    unread = update(Account).where(Account.id == tablet.account_id, Account.mode == "")
    db.execute(unread.values(mode=EASIEST))
    db.flush()
    return made


@scope.working("own tablet")
def take_back(db: Session, account_id: UUID, way_id: UUID) -> None:
    """The tablet opens nothing any more, and what keys of theirs had opened is over. Raises ``NotFound``.

    Also their last one: their referent can open their space beside them, or let another tablet in.
    """
    one = db.get(Passkey, way_id)
    if one is None or one.account_id != account_id or one.enrolled_by is None:
        raise NotFound
    db.delete(one)
    opened = update(SignIn).where(SignIn.account_id == account_id, SignIn.method == Method.PASSKEY)
    db.execute(opened.where(SignIn.ended_at.is_(None)).values(ended_at=clock.now()))
    changes.note(db, account_id)
    db.flush()


@scope.working("own tablet")
def set_reading(db: Session, account_id: UUID, chosen: Mapping[str, str]) -> None:
    """How they read from now on, as ``accounts.services.keep_reading`` takes it. None of it is their own choice."""
    accounts.keep_reading(db, account_id, **chosen)


def _mark(secret_key: str, code: str) -> bytes:
    return marked(derive(secret_key, "tablets"), code)
