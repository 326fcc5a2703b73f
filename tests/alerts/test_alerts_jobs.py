"""A mail says that there is something new: rarely, to the right person, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from portal.access.models import Relationship
from portal.alerts.jobs import QUIET, Means, handlers
from portal.connectors.mail import FolderMailer, Mail, MailError, MailRefused, MailUnavailable
from portal.core import clock
from portal.core.jobs import Job, troubled
from portal.core.models import Account, AccountState, Dossier
from portal.core.work import run_once
from portal.inbox.models import NoticeKind
from portal.inbox.services import SETTLE, mark_read, tell
from tests.factories import NOON, a_dossier, a_parent, an_account, an_event, viewing

ADDED, CANCELLED = NoticeKind.APPOINTMENT_ADDED, NoticeKind.APPOINTMENT_CANCELLED
URL = "https://relie.example"
Sessions = sessionmaker[Session]


def french(lang: str, easy: bool, text: str) -> str:
    return text


class House:
    """A mother, her child's dossier, a worker, and what the postman took."""

    def __init__(self, sessions: Sessions, folder: Path) -> None:
        self.sessions, self.mailer = sessions, FolderMailer(folder, "relie@institut.example")
        with sessions.begin() as db:
            self.dossier: Dossier = a_dossier(db)
            account = an_account(db, "CANARI-mere", email="mere@famille.example")
            self.mother: Relationship = a_parent(db, self.dossier, account=account)

    def tell(self, kind: NoticeKind = ADDED, at: datetime = NOON, **changes: Any) -> None:
        with clock.frozen(at), self.sessions.begin() as db:
            tell(db, self.mother.account_id, kind, about=an_event(db, self.dossier, **changes))

    def change(self, **changes: Any) -> None:
        with self.sessions.begin() as db:
            account = db.get_one(Account, self.mother.account_id)
            for name, value in changes.items():
                setattr(account, name, value)

    def work(self, at: datetime, mailer: Any = None, words: Any = french) -> None:
        with clock.frozen(at):
            while run_once(self.sessions, handlers(Means(mailer or self.mailer, None, None, URL, words, "x" * 40))):
                pass

    @property
    def mails(self) -> list[Mail]:
        return self.mailer.messages()


@pytest.fixture
def house(sessions: Sessions, tmp_path: Path) -> House:
    return House(sessions, tmp_path / "mail")


class Failing:
    """A postman who always fails the same way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def send(self, to: str, subject: str, text: str) -> None:
        raise self.error


def test_a_mail_follows_a_notice(house: House) -> None:
    house.tell()
    house.work(NOON + SETTLE - timedelta(seconds=1))
    assert house.mails == []
    house.work(NOON + SETTLE)
    (mail,) = house.mails
    assert (mail.to, mail.subject) == ("mere@famille.example", "Il y a du nouveau dans Relie")
    assert URL in mail.text


def test_a_mail_says_nothing_of_anybody(house: House) -> None:
    """Whatever is told, of whomever: the very same words."""
    house.tell(title="CANARI-neurologue", note="CANARI")
    house.work(NOON + SETTLE)
    later = NOON + timedelta(days=1)
    with house.sessions.begin() as db:
        mark_read(db, viewing(house.mother))
    house.tell(CANCELLED, later, nature="justice", title="CANARI-juge")
    house.work(later + SETTLE)
    one, two = house.mails
    assert (one.subject, one.text) == (two.subject, two.text)
    assert one.text == (
        "Bonjour,\n\nIl y a du nouveau dans Relie. Pour le lire\u00a0:\nhttps://relie.example\n\n"
        "Pour protéger votre vie privée, ce message n’en dit pas plus.\n"
    )


def test_changes_that_come_together_make_one_mail(house: House) -> None:
    for minute in range(4):
        house.tell(at=NOON + timedelta(minutes=minute))
    house.work(NOON + SETTLE)
    house.work(NOON + timedelta(days=2))
    assert len(house.mails) == 1


def test_nobody_is_written_to_twice_in_the_quiet_time(house: House) -> None:
    first = NOON + SETTLE
    house.tell()
    house.work(first)
    house.tell(CANCELLED, NOON + timedelta(hours=1))
    house.work(first + QUIET - timedelta(seconds=1))
    assert len(house.mails) == 1
    house.work(first + QUIET)
    assert len(house.mails) == 2


def test_what_was_announced_is_not_announced_again(house: House) -> None:
    house.tell()
    house.work(NOON + SETTLE)
    house.work(NOON + timedelta(days=3))
    assert len(house.mails) == 1


def test_what_changes_again_after_the_mail_is_announced_again(house: House) -> None:
    with house.sessions.begin() as db:
        event = an_event(db, house.dossier)
    for days in (0, 2):
        with clock.frozen(NOON + timedelta(days=days)), house.sessions.begin() as db:
            tell(db, house.mother.account_id, NoticeKind.APPOINTMENT_CHANGED, about=event)
        house.work(NOON + timedelta(days=days) + SETTLE)
    assert len(house.mails) == 2


def test_who_has_read_it_is_not_written_to(house: House) -> None:
    house.tell()
    with house.sessions.begin() as db:
        mark_read(db, viewing(house.mother))
    house.work(NOON + SETTLE)
    assert house.mails == []


@pytest.mark.parametrize("changes", [{"email": None}, {"email": ""}, {"state": AccountState.CLOSED}])
def test_who_cannot_be_written_to_is_not(house: House, changes: dict[str, Any]) -> None:
    house.change(**changes)
    house.tell()
    house.work(NOON + SETTLE)
    assert house.mails == []
    with house.sessions() as db:
        assert db.scalars(select(Job)).all() == []


def test_a_link_that_ended_meanwhile_sends_no_mail(house: House, sessions: Sessions) -> None:
    """Even an empty mail would say that something happened in the child's life."""
    house.tell()
    with sessions.begin() as db:
        account = an_account(db, email="pere@famille.example")
        father = a_parent(db, house.dossier, account=account, ends_at=NOON + timedelta(minutes=1))
        with clock.frozen(NOON):
            tell(db, father.account_id, ADDED, about=an_event(db, house.dossier))
    house.work(NOON + SETTLE)
    assert [mail.to for mail in house.mails] == ["mere@famille.example"]


def test_a_hidden_row_sends_no_mail(house: House) -> None:
    house.tell(held_until=clock.FOREVER)
    house.work(NOON + SETTLE)
    assert house.mails == []


def test_an_account_that_is_gone_ends_the_job(house: House, sessions: Sessions) -> None:
    from portal.core.jobs import enqueue

    with sessions.begin() as db:
        enqueue(db, "inbox.mail", {"account": str(uuid4())}, due=NOON)
    house.work(NOON)
    with sessions() as db:
        assert db.scalars(select(Job)).all() == []


def test_a_server_that_is_down_is_tried_again_until_it_works(house: House) -> None:
    house.tell()
    house.work(NOON + SETTLE, Failing(MailUnavailable("smtp_421")))
    assert house.mails == []
    house.work(NOON + SETTLE + timedelta(minutes=1))
    assert len(house.mails) == 1


@pytest.mark.parametrize(
    ("error", "email", "kept"),
    [
        (MailRefused("smtp_554"), "mere@famille.example", "GiveUp:smtp_554"),
    ],
)
def test_a_message_that_is_refused_is_for_staff_to_repair(
    house: House, error: MailError | None, email: str, kept: str
) -> None:
    house.change(email=email)
    for days in (0, 1):
        house.tell(at=NOON + timedelta(days=days))
        house.work(NOON + timedelta(days=days) + SETTLE, Failing(error) if error else None)
    with house.sessions() as db:
        (dead,) = troubled(db)
    assert (dead.kind, dead.error) == ("alerts.mail", kept)
    assert house.mails == []


def test_the_database_is_free_while_the_server_is_slow(house: House, sessions: Sessions) -> None:
    """A page of another family is written while the mail server thinks."""

    class Slow(Failing):
        def send(self, to: str, subject: str, text: str) -> None:
            with sessions.begin() as db:
                an_account(db)
            house.mailer.send(to, subject, text)

    house.tell()
    house.work(NOON + SETTLE, Slow(Exception()))
    assert len(house.mails) == 1


@pytest.mark.parametrize(("mode", "easy"), [("", False), ("easy", True), ("pictures", True)])
def test_the_mail_is_in_the_words_of_its_reader(house: House, mode: str, easy: bool) -> None:
    asked: list[tuple[str, bool]] = []

    def words(lang: str, simple: bool, text: str) -> str:
        asked.append((lang, simple))
        return text.replace("Il y a du nouveau", "There is news")

    house.change(locale="en", mode=mode)
    house.tell()
    house.work(NOON + SETTLE, words=words)
    assert set(asked) == {("en", easy)}
    assert house.mails[0].subject == "There is news dans Relie"
    assert "There is news" in house.mails[0].text


def test_two_people_each_get_their_own_mail(house: House, sessions: Sessions) -> None:
    with sessions.begin() as db:
        father = a_parent(db, house.dossier, account=an_account(db, email="pere@famille.example"))
        event = an_event(db, house.dossier)
        with clock.frozen(NOON):
            for account_id in sorted((father.account_id, house.mother.account_id)):
                tell(db, account_id, ADDED, about=event)
    house.work(NOON + SETTLE)
    assert sorted(mail.to for mail in house.mails) == ["mere@famille.example", "pere@famille.example"]
