"""Whoever owns an account is told when a way into it changed: by mail, or in their inbox, and never by the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from portal import server
from portal.access.words import Strength
from portal.accounts import changes, codes, enrolling, enrolment, passphrases, ways
from portal.accounts.models import Method
from portal.connectors.mail import MailRefused, MailUnavailable
from portal.core import clock
from portal.core.jobs import Job, troubled
from portal.core.models import Account, AccountState, Establishment
from portal.core.work import run_once
from portal.inbox.models import Notice
from tests.accounts.conftest import PHRASE
from tests.accounts.test_own import NEW, a_key, by
from tests.browsing import Browser
from tests.factories import NOON, a_dossier, a_parent, an_account, an_establishment

URL = "https://relie.example"


class Post:
    """A mail server that keeps what it was given, or always fails the same way."""

    def __init__(self, error: Exception | None = None) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.error = error

    def send(self, to: str, subject: str, text: str) -> None:
        if self.error:
            raise self.error
        self.sent.append((to, subject, text))


def work(sessions: sessionmaker[Session], post: Post, at: Any = None) -> list[tuple[str, str, str]]:
    """What the worker does three minutes later."""
    say = lambda _lang, _easy, text: text  # noqa: E731 - French
    handlers = changes.handlers(post, URL, say, server._tell_change)
    with clock.frozen((at or clock.now()) + timedelta(minutes=3)):
        while run_once(sessions, handlers):
            pass
    return post.sent


@pytest.fixture
def quiet(db: Session, mother: Account) -> Account:
    """The mother, told of nothing yet."""
    db.execute(delete(Job))
    db.commit()
    return mother


def asked(db: Session) -> list[str]:
    db.rollback()
    found = [str(one.args["account"]) for one in db.scalars(select(Job).where(Job.kind == changes.CHANGED))]
    db.rollback()
    return found


def add_phrase(browser: Browser, _db: Session, _account: Account) -> None:
    browser.submit("/ma-connexion/phrase", {"phrase": NEW})


def remove_phrase(browser: Browser, db: Session, account: Account) -> None:
    a_key(db, account)
    browser.submit("/ma-connexion/phrase/retirer", {})


def remove_key(browser: Browser, db: Session, account: Account) -> None:
    browser.submit(f"/ma-connexion/cle/{a_key(db, account).id}/retirer", {})


def add_app(browser: Browser, _db: Session, _account: Account) -> None:
    page = browser.open("/ma-connexion/application")
    sealed = page.soup.select_one("[name=sealed]")["value"]
    from tests.accounts.test_own import code_now, secret_in

    browser.submit("/ma-connexion/application", {"sealed": sealed, "code": code_now(secret_in(page)[1])})


def lose_everything(_browser: Browser, db: Session, account: Account) -> None:
    enrolling.revoke_all(db, account.id)
    db.commit()


def redeem(browser: Browser, db: Session, account: Account) -> None:
    facts = {"secret_key": "x" * 40, "by": None, "handed": True, "replaces": True}
    place = db.scalars(select(Establishment.id)).first()
    made = enrolment.issue(db, account.id, establishment_id=place, **facts)
    db.commit()
    browser.submit("/lettre", {"number": made.number, "secret": made.secret})


@pytest.mark.parametrize("change", [add_phrase, remove_phrase, remove_key, add_app, lose_everything, redeem])
def test_every_change_of_a_way_in_is_told_to_its_owner_and_to_nobody_else(browser, db, quiet, change):
    an_account(db, "Somebody else", email="else@famille.invalid")
    db.commit()
    by(browser, quiet, Method.PASSKEY, Strength.SUBSTANTIAL)
    change(browser, db, quiet)
    assert asked(db) == [str(quiet.id)]


@pytest.mark.parametrize("path", ["phrase/retirer", "application"])
def test_what_was_refused_is_told_to_nobody(browser, db, quiet, path):
    by(browser, quiet, Method.PASSPHRASE)
    browser.submit(f"/ma-connexion/{path}", {"sealed": "x", "code": "1"}, status=422 if "phrase" in path else 303)
    assert asked(db) == []


def test_the_mail_says_when_where_to_look_and_whom_to_call_and_nothing_of_anybody(sessions, db, quiet):
    place = an_establishment(db, name="Institut CANARI-des-enfants", phone="02 61 91 00 12")
    a_parent(db, a_dossier(db, place), account=quiet)
    with clock.frozen(NOON):
        changes.note(db, quiet.id)
        db.commit()
    ((to, subject, text),) = work(sessions, Post(), NOON)
    assert to == "samia@famille.invalid"
    assert subject == "Votre façon d’entrer dans Relie a changé"
    assert "mercredi 18\u00a0novembre à midi" in text
    assert "02\u00a061\u00a091\u00a000\u00a012" in text
    assert f"{URL}/ma-connexion" in text
    assert not re.search("CANARI|Samia|Ouardamel|clé|phrase", text)


def test_several_changes_in_two_minutes_are_one_mail(sessions, db, quiet):
    for _ in range(3):
        changes.note(db, quiet.id)
        db.commit()
    assert len(work(sessions, Post())) == 1


def test_whoever_has_no_address_finds_a_notice_that_leads_to_their_ways_in(browser, sessions, db, quiet):
    quiet.email = None
    changes.note(db, quiet.id)
    db.commit()
    assert work(sessions, Post()) == []
    page = by(browser, quiet, Method.PASSKEY, Strength.SUBSTANTIAL).open("/")
    assert "Une façon d’entrer a changé" in page.text()
    assert "/ma-connexion" in [link for link in page.links() if "connexion" in link]


def test_whoever_has_an_address_is_told_once_and_not_in_the_inbox_too(sessions, db, quiet):
    changes.note(db, quiet.id)
    db.commit()
    work(sessions, Post())
    assert db.scalars(select(Notice)).all() == []


def test_no_page_waits_for_a_mail_server_and_none_that_is_down_loses_the_word(browser, sessions, db, quiet):
    by(browser, quiet, Method.PASSPHRASE)
    browser.submit("/ma-connexion/phrase", {"phrase": NEW})
    work(sessions, Post(MailUnavailable("down")))
    assert len(work(sessions, Post(), clock.now() + timedelta(hours=1))) == 1


def test_a_refused_address_is_shown_to_staff_and_a_closed_account_is_told_nothing(sessions, db, quiet):
    changes.note(db, quiet.id)
    db.commit()
    work(sessions, Post(MailRefused("550")))
    assert [one.kind for one in troubled(db)] == [changes.CHANGED]
    quiet.state = AccountState.CLOSED
    changes.note(db, quiet.id)
    db.commit()
    assert work(sessions, Post()) == []


def test_services_tell_too_whoever_calls_them(db, quiet):
    """A way in cannot be changed by code that forgot to say so."""
    at = clock.now()
    with clock.frozen(at):
        step = int(at.timestamp()) // codes.STEP_SECONDS
        kept = codes.sealed("x" * 40, quiet.id, bytes(20))
        calls: list[Callable[[], object]] = [
            lambda: codes.keep(db, quiet.id, "x" * 40, kept, codes.totp(bytes(20), step)),
            lambda: passphrases.keep(db, quiet.id, passphrases.hashed(NEW)),
            lambda: ways.remove(db, quiet.id, a_key(db, quiet, credential_id=uuid4().bytes)),
        ]
        for call in calls:
            db.execute(delete(Job))
            call()
            db.commit()
            assert asked(db) == [str(quiet.id)]
    assert PHRASE != NEW
