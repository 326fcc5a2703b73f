"""The ways in that somebody has: listing them, and taking one away without locking anybody out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.accounts import changes
from portal.accounts.models import Authenticator, Federation, Method, Passkey, Passphrase, SignIn
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.core.models import Account

Way: TypeAlias = Passkey | Passphrase | Authenticator | Federation


@dataclass(frozen=True, slots=True)
class Ways:
    """By what somebody may come in."""

    passkeys: Sequence[Passkey]
    passphrase: Passphrase | None
    app: Authenticator | None
    federations: Sequence[Federation]
    email: str
    checked: bool
    """Whether staff saw who holds the account."""

    @property
    def has_code(self) -> bool:
        """Whether a passphrase can be followed by a code."""
        return self.app is not None or self.email != ""

    @property
    def vouched(self) -> bool:
        """Whether one of the passkeys opens everything that theirs may be."""
        return self.checked and any(one.vouched for one in self.passkeys)

    def without(self, way: Way) -> Ways:
        return replace(
            self,
            passkeys=[one for one in self.passkeys if one.id != way.id],
            passphrase=None if way is self.passphrase else self.passphrase,
            app=None if way is self.app else self.app,
            federations=[one for one in self.federations if one.id != way.id],
        )

    @property
    def some(self) -> bool:
        """Whether there is a way in at all."""
        return bool(self.passkeys or self.federations) or (self.passphrase is not None and self.has_code)


def ways_of(db: Session, account_id: UUID) -> Ways:
    """Raises ``NotFound`` for an account that is not there. In the scope of that account."""
    account = db.get(Account, account_id, populate_existing=True)
    if account is None:
        raise NotFound
    keys = select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at, Passkey.id)
    theirs = select(Federation).where(Federation.account_id == account_id).order_by(Federation.linked_at, Federation.id)
    return Ways(
        passkeys=db.scalars(keys).all(),
        passphrase=db.scalars(select(Passphrase).where(Passphrase.account_id == account_id)).one_or_none(),
        app=db.scalars(select(Authenticator).where(Authenticator.account_id == account_id)).one_or_none(),
        federations=db.scalars(theirs).all(),
        email=account.email or "",
        checked=account.identity_checked_at is not None,
    )


def passkey_of(db: Session, account_id: UUID, way_id: UUID) -> Passkey:
    """One's own. Raises ``NotFound``."""
    one = db.get(Passkey, way_id)
    if one is None or one.account_id != account_id:
        raise NotFound
    return one


def remove(db: Session, account_id: UUID, way: Way, *, even_last: bool = False) -> None:
    """This way in opens nothing from now on. Raises ``BadInput`` way « last » when there is no other, unless
    ``even_last``: somebody beside whom staff can open their space is locked out of nothing."""
    if not even_last and not ways_of(db, account_id).without(way).some:
        raise BadInput("way", "last")
    db.delete(way)
    changes.note(db, account_id)
    db.flush()


def end_others(db: Session, account_id: UUID, keep: UUID, *methods: Method) -> None:
    """Every other session of this account ends: those opened by these ways in, or all."""
    others = update(SignIn).where(SignIn.account_id == account_id, SignIn.id != keep, SignIn.ended_at.is_(None))
    if methods:
        others = others.where(SignIn.method.in_(methods))
    db.execute(others.values(ended_at=clock.now()))


def end_one(db: Session, account_id: UUID, sign_in_id: UUID) -> None:
    """One device is signed out. Raises ``NotFound`` for one that is not one's own."""
    one = db.get(SignIn, sign_in_id)
    if one is None or one.account_id != account_id:
        raise NotFound
    one.ended_at = one.ended_at or clock.now()
