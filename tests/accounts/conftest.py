"""Somebody who signs in, a portal with one establishment, and argon2 that costs nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from portal.accounts import passphrases
from portal.core.models import Account
from tests.factories import a_dossier, a_parent, an_account

PHRASE = "girafe bleue sous la pluie"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What argon2 costs is asserted once, and paid in no other test."""
    monkeypatch.setattr(passphrases, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passphrases._nobodys.cache_clear()
    yield
    passphrases._nobodys.cache_clear()


@pytest.fixture
def mother(db: Session) -> Account:
    """With an address, a passphrase and a child."""
    account = an_account(db, "Samia Ouardamel", email="samia@famille.invalid")
    a_parent(db, a_dossier(db), account=account)
    passphrases.keep(db, account.id, passphrases.hashed(PHRASE))
    db.commit()
    return account
