"""Sessions of ours, as the database knows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, sessionmaker

from portal.access.words import Strength
from portal.accounts import queries, services
from portal.accounts.models import SignIn
from portal.accounts.strengths import LIFE
from portal.core import clock
from portal.core.models import Account
from tests.factories import an_account

NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def mother(db: Session) -> Account:
    account = an_account(db, "Madame Carpentier")
    db.commit()
    return account


def opened(db: Session, account: Account, strength: Strength = Strength.SUBSTANTIAL) -> str:
    token = services.open_session(db, account.id, strength)
    db.commit()
    return token


def holder(db: Session, token: str) -> UUID | None:
    found = queries.signed_in(db, token)
    db.rollback()
    return found.account_id if found else None


def test_the_database_holds_only_the_hash_of_the_token(db: Session, mother: Account) -> None:
    token = opened(db, mother)
    row = db.execute(SignIn.__table__.select()).one()
    assert token not in repr(row)
    assert row.token_hash == queries.hash_of(token)


def test_tokens_are_long_and_never_the_same(db: Session, mother: Account) -> None:
    tokens = {services.open_session(db, mother.id, Strength.LOW) for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 43, "256 bits"


@pytest.mark.parametrize("token", ["", "x" * 43, "' OR 1=1 --"])
def test_a_token_nobody_was_given_opens_nothing(db: Session, mother: Account, token: str) -> None:
    opened(db, mother)
    assert holder(db, token) is None


def test_ending_one_session_leaves_the_others(db: Session, mother: Account) -> None:
    here, there = opened(db, mother), opened(db, mother)
    services.end_session(db, here)
    db.commit()
    assert (holder(db, here), holder(db, there)) == (None, mother.id)


@pytest.mark.parametrize("strength", Strength)
def test_a_session_ends_when_nobody_uses_it(db: Session, mother: Account, strength: Strength) -> None:
    idle, _ = LIFE[strength]
    with clock.frozen(NOON):
        token = opened(db, mother, strength)
    with clock.frozen(NOON + idle - SECOND):
        assert holder(db, token) == mother.id
    with clock.frozen(NOON + idle):
        assert holder(db, token) is None


@pytest.mark.parametrize("strength", Strength)
def test_a_session_ends_however_busy(db: Session, mother: Account, strength: Strength) -> None:
    idle, whole = LIFE[strength]
    at = NOON
    with clock.frozen(at):
        token = opened(db, mother, strength)
    while at < NOON + whole - SECOND:
        at = min(at + idle / 2, NOON + whole - SECOND)
        with clock.frozen(at):
            who = queries.signed_in(db, token)
            assert who is not None
            services.notice(db, who)
            db.commit()
    with clock.frozen(NOON + whole):
        assert holder(db, token) is None


def test_the_strong_sign_in_lives_no_longer_than_the_weak_one() -> None:
    for kind in range(2):
        lives = [LIFE[strength][kind] for strength in (Strength.SUBSTANTIAL, Strength.LOW)]
        assert lives == sorted(lives)


def test_being_seen_is_written_once_a_minute_at_most(db: Session, mother: Account, count: Callable[[], int]) -> None:
    with clock.frozen(NOON):
        token = opened(db, mother)
    before = count()
    with clock.frozen(NOON + timedelta(seconds=59)):
        who = queries.signed_in(db, token)
        assert who is not None
        services.notice(db, who)
    assert count() - before == 1, "one statement says who is there"
    with clock.frozen(NOON + timedelta(seconds=60)):
        services.notice(db, who)
    db.commit()
    assert count() - before == 2
    assert db.execute(SignIn.__table__.select()).one().last_seen_at == NOON + timedelta(seconds=60)


def test_who_is_signed_in_is_plain_values_and_no_row(
    db: Session, sessions: sessionmaker[Session], mother: Account
) -> None:
    token = opened(db, mother, Strength.LOW)
    with sessions() as fresh:
        who = queries.signed_in(fresh, token)
        assert not list(fresh.identity_map.values())
    assert who is not None
    assert (who.account_id, who.display_name, who.strength) == (mother.id, "Madame Carpentier", Strength.LOW)


def test_preferences_go_to_this_account_only(db: Session, mother: Account) -> None:
    other = an_account(db)
    services.keep_reading(db, mother.id, mode="easy", theme="dark", locale="en", rest="atkinson")
    db.commit()
    db.refresh(mother)
    db.refresh(other)
    assert (mother.mode, mother.theme, mother.locale) == ("easy", "dark", "en")
    assert (other.mode, other.theme, other.locale) == ("", "", "fr")
