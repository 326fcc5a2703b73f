"""Ways in of whoever is tied to nobody here: they go, with their devices and letters, and the account stays."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal.access import services as access
from portal.access.models import Relationship
from portal.accounts import enrolment
from portal.accounts.enrolments import Enrolment
from portal.accounts.models import Authenticator, Federation, Passkey, Passphrase, SignIn
from portal.accounts.services import open_session
from portal.beside.models import PictureCode
from portal.core import clock
from portal.core.models import Account, AccountState, DossierState
from portal.retention import queries, services
from tests.factories import NOON, a_parent, an_account

KINDS = (Passkey, Passphrase, Authenticator, Federation, SignIn, PictureCode, Enrolment)
SECRET = "k" * 40


@pytest.fixture
def entered(sessions, families):
    """``entered("name")``: a relative of that young person, by every way there is."""

    def make(name: str, days_ago: int | None = None, *, family: str = "near") -> object:
        with sessions.begin() as db, clock.frozen(NOON - timedelta(days=days_ago or 0)):
            account = an_account(db, name)
            one = a_parent(db, families[family].dossier, account=account)
            where = {"secret_key": SECRET, "establishment_id": one.establishment_id, "by": None, "handed": True}
            made = enrolment.issue(db, account.id, **where)
            enrolment.redeem(db, made.number, made.secret, secret_key=SECRET)
            open_session(db, account.id, 1)
            key = {"credential_id": uuid4().bytes, "public_key": b"", "sign_count": 0, "name": "x"}
            db.add_all(
                [
                    Passkey(account_id=account.id, **key, synced=False, vouched=True),
                    Passphrase(account_id=account.id, hash="x"),
                    Authenticator(account_id=account.id, sealed=b"x"),
                    Federation(account_id=account.id, provider="fc", issuer="i", subject=name, vouched=True),
                    PictureCode(account_id=account.id, mark=bytes(32)),
                ]
            )
            if days_ago is not None:
                one.ends_at = clock.now()
            return account.id

    return make


def held(sessions, account_id) -> list[int]:
    with sessions() as db:
        return [db.scalar(select(func.count()).where(kind.account_id == account_id)) for kind in KINDS]


def test_three_months_after_the_last_link_every_way_in_is_gone_and_one_that_still_has_a_link_keeps_them(
    sessions, families, vault, entered
):
    long, lately, here = entered("long", 95), entered("lately", 85), entered("here")
    both = entered("both", 95)
    with sessions.begin() as db:
        a_parent(db, families["far"].dossier, account=db.get_one(Account, both))
        assert long in queries.without_use(db, NOON)
    services.purge(sessions, vault, NOON)
    assert held(sessions, long) == [0] * len(KINDS)
    assert all(held(sessions, lately)[:4])
    assert all(held(sessions, here))
    assert all(held(sessions, both)[:4])
    with sessions() as db:
        assert db.get_one(Account, long).state is AccountState.ACTIVE, "a new letter opens it again"
        assert db.get_one(Account, long).display_name == "long"
    services.purge(sessions, vault, NOON)


def test_a_closed_account_loses_them_at_once_though_its_dossier_stays(sessions, vault, entered):
    closed = entered("closed")
    with sessions.begin() as db:
        access.close_account(db, db.get_one(Account, closed))
        assert db.scalar(select(func.count()).select_from(Relationship).where(Relationship.account_id == closed))
    assert services.purge(sessions, vault, NOON).ways >= 1
    assert held(sessions, closed) == [0] * len(KINDS)


@pytest.mark.parametrize(("state", "months", "kept"), [
    (DossierState.LEFT, 4, False),
    (DossierState.LEFT, 2, True),
    (DossierState.LEFT_READABLE, 4, True),
])  # fmt: skip
def test_a_dossier_nobody_reads_any_more_ties_nobody(sessions, families, vault, leave, entered, state, months, kept):
    one = entered("mother")
    leave(families["near"], months, state)
    services.purge(sessions, vault, NOON)
    assert any(held(sessions, one)) is kept
