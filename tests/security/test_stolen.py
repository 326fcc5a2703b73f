"""Somebody holds a copy of another's cookie: how long it is worth something."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.access.words import Strength
from portal.accounts.models import Method, SignIn
from portal.accounts.services import open_session
from portal.core import clock
from portal.core.models import Account, AccountState
from tests.browsing import BASE, Browser

COOKIE = "__Host-relie"


def another(browser: Browser) -> Browser:
    return Browser(browser.app, browser.sessions, browser.count)


def stolen(browser: Browser) -> Browser:
    """A device of somebody else, with this one's cookie and nothing more."""
    thief = another(browser)
    cookie = browser.client.get_cookie(COOKIE, domain="localhost")
    assert cookie is not None
    thief.client.set_cookie(COOKIE, cookie.value, domain="localhost", secure=True)
    return thief


def is_in(browser: Browser) -> bool:
    return browser.client.get("/ma-connexion", base_url=BASE).status_code == 200


@pytest.fixture
def phone(browser, mother):
    return browser.sign_in(mother.id)


def test_until_it_is_ended_a_copy_is_as_good_as_the_cookie(phone):
    assert is_in(stolen(phone)), "else the tests below would show nothing"


def test_signing_out_everywhere_from_another_device_ends_the_copy_too(phone, mother):
    thief, tablet = stolen(phone), another(phone).sign_in(mother.id)
    tablet.submit("/ma-connexion/sortir-partout", {})
    assert not is_in(thief)
    assert not is_in(phone)
    assert is_in(tablet)


def test_ending_that_one_device_ends_the_copy_too(phone, mother, db):
    (listed,) = db.scalars(select(SignIn).where(SignIn.account_id == mother.id))
    thief, tablet = stolen(phone), another(phone).sign_in(mother.id)
    tablet.submit(f"/ma-connexion/appareils/{listed.id}/sortir", {})
    assert not is_in(thief)


def test_signing_out_ends_the_copy_and_a_copy_signed_out_ends_the_cookie(phone):
    thief = stolen(phone)
    thief.submit("/sortir", {})
    assert not is_in(phone)
    assert not is_in(thief)


def test_a_copy_ends_with_the_silence_and_with_the_day_of_the_session(phone, db):
    for column in (SignIn.idle_until, SignIn.expires_at):
        thief = stolen(phone)  # a device that is told it is out forgets its cookie
        later = clock.now() + timedelta(hours=1)
        db.execute(update(SignIn).values(idle_until=later, expires_at=later))
        db.commit()
        assert is_in(thief)
        db.execute(update(SignIn).values({column: clock.now() - timedelta(seconds=1)}))
        db.commit()
        assert not is_in(thief)


def test_a_closed_account_ends_the_copy(phone, mother, db):
    thief = stolen(phone)
    db.execute(update(Account).where(Account.id == mother.id).values(state=AccountState.CLOSED))
    db.commit()
    assert not is_in(thief)


def test_a_copy_changes_no_way_in_once_the_proof_is_old(phone, mother, db):
    thief = stolen(phone)
    db.execute(update(SignIn).values(proved_at=clock.now() - timedelta(minutes=11)))
    db.commit()
    page = thief.submit("/ma-connexion/phrase", {"phrase": "une autre phrase bien longue"})
    assert str(page.answer.location).startswith("/entrer/encore")


def test_the_database_opens_nothing_to_whoever_reads_it(phone, mother, db):
    """Neither the hash of a token nor the row's identifier is a token."""
    token = open_session(db, mother.id, Strength.LOW, method=Method.PASSKEY)
    db.commit()
    rows = list(db.scalars(select(SignIn).where(SignIn.account_id == mother.id)))
    held = [str(value) for one in rows for value in vars(one).values()]
    assert token not in " ".join(held)
    serializer = phone.app.session_interface.get_signing_serializer(phone.app)
    for guess in (rows[-1].token_hash.hex(), str(rows[-1].id), token[:-1], token + "A"):
        thief = another(phone)
        value = serializer.dumps({"_user_id": guess, "_fresh": True})
        thief.client.set_cookie(COOKIE, value, domain="localhost", secure=True)
        assert not is_in(thief), "even with the key that signs cookies"
