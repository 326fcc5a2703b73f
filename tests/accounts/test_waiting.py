"""SQLite has one writer, and a page that reads holds it: nothing slow is done meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from portal.accounts import passphrases
from tests.accounts.conftest import PHRASE
from tests.factories import an_account


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    return sqlite_engine


def test_nobody_waits_for_the_database_while_a_phrase_is_worked_out(browser, sessions, mother, monkeypatch):
    real = passphrases.is_right

    def worked_out(phrase: str, kept: str | None, *, known: bool = False) -> bool:
        with sessions.begin() as db:
            an_account(db, "Somebody else")
        return real(phrase, kept, known=known)

    monkeypatch.setattr(passphrases, "is_right", worked_out)
    browser.submit("/entrer/phrase", {"who": mother.email, "phrase": PHRASE})
