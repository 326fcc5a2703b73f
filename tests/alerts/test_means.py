"""Each by the means they chose: at their hour, once, and only while something is still there to see."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from portal.access.words import Strength
from portal.accounts.models import SignIn
from portal.accounts.services import open_session
from portal.alerts import queries, services
from portal.alerts.jobs import Means, handlers
from portal.alerts.models import AlertPhone, Pace, PushDevice
from portal.connectors.mail import AddressRefused, FolderMailer, MailUnavailable
from portal.connectors.push import Endpoint, PushGone
from portal.connectors.sms import SmsUnavailable
from portal.core import clock
from portal.core.models import Account
from portal.core.work import run_once
from portal.inbox.models import Notice, NoticeKind
from portal.inbox.services import SETTLE, mark_read, tell
from tests.factories import NOON, a_dossier, a_parent, an_account, an_event, viewing

LATER = NOON + SETTLE
DEVICE = b"d" * 32


class Kept:
    """A gateway, or a push service, that keeps what it took or fails."""

    def __init__(self):
        self.sent, self.error = [], None

    def send(self, to, text):
        if self.error:
            raise self.error
        self.sent.append((to, text))


class House:
    def __init__(self, sessions, folder):
        self.sessions, self.mailer = sessions, FolderMailer(folder, "relie@institut.example")
        self.texter, self.pusher = Kept(), Kept()
        with sessions.begin() as db:
            self.dossier = a_dossier(db)
            self.mother = a_parent(db, self.dossier, account=an_account(db, email="mere@famille.example"))
        self.account_id = self.mother.account_id

    def choose(self, **said):
        with self.sessions.begin() as db:
            services.choose(db, self.account_id, said)

    def tell(self, at=NOON):
        with clock.frozen(at), self.sessions.begin() as db:
            tell(db, self.account_id, NoticeKind.APPOINTMENT_ADDED, about=an_event(db, self.dossier))

    def work(self, at, mailer=None):
        means = Means(mailer or self.mailer, self.texter, self.pusher, "https://relie.example", said, "x" * 40)
        with clock.frozen(at):
            while run_once(self.sessions, handlers(means)):
                pass

    def phone(self):
        with clock.frozen(NOON), self.sessions.begin() as db:
            services.ask_code(db, self.account_id, "+33612345678")
        self.work(NOON)
        code = self.texter.sent.pop()[1].split(": ")[1][:6]
        with clock.frozen(NOON), self.sessions() as db:
            services.count_try(db, self.account_id)
            services.verify(db, self.account_id, code, "x" * 40)
            db.commit()

    def device(self, name="a"):
        with clock.frozen(NOON), self.sessions.begin() as db:
            open_session(db, self.account_id, Strength.LOW, device_key=DEVICE)
        with clock.frozen(NOON + timedelta(seconds=1)), self.sessions.begin() as db:
            services.add_device(
                db, self.account_id, DEVICE, Endpoint(f"https://push.example/{name}", "k" * 30, "a" * 22)
            )

    @property
    def mails(self):
        return len(self.mailer.messages())


def said(lang, easy, text):
    return text.replace("\u00a0", " ")


@pytest.fixture
def house(sessions, tmp_path):
    return House(sessions, tmp_path / "mail")


def test_a_daily_digest_leaves_once_at_its_hour_and_is_never_empty(house):
    house.choose(pace=Pace.DAILY, hour=18)
    house.tell()
    house.tell(NOON + timedelta(hours=1))
    house.work(NOON + timedelta(hours=5, minutes=59))
    assert house.mails == 0
    house.work(NOON + timedelta(hours=6))
    assert house.mails == 1
    for days in (1, 2, 8):
        house.work(NOON + timedelta(days=days, hours=6))
    assert house.mails == 1


def test_what_was_withdrawn_before_the_digest_sends_none(house):
    house.choose(pace=Pace.DAILY)
    house.tell()
    house.work(LATER)
    with house.sessions.begin() as db:
        for one in db.scalars(select(Notice)):
            one.held_until = clock.FOREVER
    house.work(NOON + timedelta(hours=6))
    assert house.mails == 0


def test_no_mail_leaves_in_a_quiet_hour_even_when_the_server_was_down_before(house):
    house.tell(NOON + timedelta(hours=8, minutes=50))  # 20:50
    down = SimpleNamespace(send=lambda *_: (_ for _ in ()).throw(MailUnavailable("smtp_421")))
    house.work(NOON + timedelta(hours=8, minutes=55), down)
    house.work(NOON + timedelta(hours=10))
    assert house.mails == 0
    house.work(NOON + timedelta(hours=19))
    assert house.mails == 1


def test_what_was_read_while_the_server_was_down_sends_nothing(house):
    house.tell()
    house.work(LATER, SimpleNamespace(send=lambda *_: (_ for _ in ()).throw(MailUnavailable("smtp_421"))))
    with clock.frozen(LATER), house.sessions.begin() as db:
        mark_read(db, viewing(house.mother))
    house.work(LATER + timedelta(hours=1))
    assert house.mails == 0


def test_whoever_wants_nothing_outside_gets_nothing(house):
    house.choose(by_mail=False)
    house.tell()
    house.work(LATER)
    assert house.mails == 0


def test_a_telephone_is_told_once_its_code_came_back_and_says_no_more_than_a_mail(house):
    with clock.frozen(NOON), house.sessions.begin() as db:
        services.choose(db, house.account_id, {"by_sms": True})
        services.ask_code(db, house.account_id, "+33612345678")
    house.tell()
    house.work(LATER)
    ((_, code),) = house.texter.sent
    assert code.startswith("Votre code pour Relie : ")
    house.texter.sent.clear()
    house.phone()
    house.tell(NOON + timedelta(hours=5))
    house.work(NOON + timedelta(hours=5) + SETTLE)
    assert house.texter.sent == [("+33612345678", "Il y a du nouveau dans Relie. https://relie.example")]


def test_a_code_is_guessed_at_five_times_and_no_more(house):
    with clock.frozen(NOON), house.sessions.begin() as db:
        services.ask_code(db, house.account_id, "+33612345678")
    house.work(NOON)
    code = house.texter.sent.pop()[1].split(": ")[1][:6]
    with clock.frozen(NOON), house.sessions() as db:
        for _ in range(services.TRIES):
            services.count_try(db, house.account_id)
        with pytest.raises(Exception, match="code-over"):
            services.count_try(db, house.account_id)
        db.rollback()
        phone = db.scalars(select(AlertPhone)).one()
        assert code.encode() not in (phone.code_hash or b"")


def test_a_gateway_that_is_down_keeps_no_mail_waiting(house):
    house.phone()
    house.texter.error = SmsUnavailable("http_503")
    house.tell()
    house.work(LATER)
    assert house.mails == 1
    house.texter.error = None
    house.work(LATER + timedelta(hours=1))
    assert (house.mails, len(house.texter.sent)) == (1, 1)


def test_a_browser_is_told_until_its_owner_signs_out_there(house):
    house.device()
    house.tell()
    house.work(LATER)
    ((to, text),) = house.pusher.sent
    assert (to.url, text) == ("https://push.example/a", "Il y a du nouveau dans Relie")
    with clock.frozen(LATER), house.sessions.begin() as db:
        db.scalars(select(SignIn)).one().ended_at = LATER
    house.tell(NOON + timedelta(hours=5))
    house.work(NOON + timedelta(hours=6))
    assert len(house.pusher.sent) == 1
    assert devices(house) == 0


def test_signing_out_of_a_later_session_counts_too(house):
    """The one in which it subscribed only ran out."""
    house.device()
    with clock.frozen(LATER), house.sessions.begin() as db:
        open_session(db, house.account_id, Strength.LOW, device_key=DEVICE)
        db.flush()
        for one in db.scalars(select(SignIn).where(SignIn.created_at == LATER)):
            one.ended_at = LATER
    house.tell(NOON + timedelta(hours=5))
    house.work(NOON + timedelta(hours=6))
    assert (len(house.pusher.sent), devices(house)) == (0, 0)


def test_a_session_that_only_ran_out_keeps_its_browser(house):
    house.device()
    house.tell(NOON + timedelta(days=20))
    house.work(NOON + timedelta(days=20) + SETTLE)
    assert len(house.pusher.sent) == 1


def test_a_browser_that_is_gone_is_forgotten_and_the_mail_leaves(house):
    house.device()
    house.pusher.error = PushGone("http_410")
    house.tell()
    house.work(LATER)
    assert (house.mails, devices(house)) == (1, 0)


def test_a_browser_is_one_readers(house):
    house.device()
    with house.sessions.begin() as db:
        other = an_account(db)
        services.add_device(db, other.id, DEVICE, Endpoint("https://push.example/a", "k" * 30, "a" * 22))
        assert db.scalars(select(PushDevice.account_id)).all() == [other.id]


def test_an_address_that_came_back_is_listed_and_written_to_no_more_until_it_is_another(house):
    refused = SimpleNamespace(send=lambda *_: (_ for _ in ()).throw(AddressRefused("smtp_550")))
    house.tell()
    house.work(LATER, refused)
    house.tell(NOON + timedelta(hours=5))
    house.work(NOON + timedelta(hours=6))
    assert house.mails == 0
    with house.sessions() as db:
        assert queries.dead_since(db, house.account_id) == LATER
        assert [one.email for one in queries.dead_in(db, {house.dossier.establishment_id})] == ["mere@famille.example"]
        assert queries.dead_in(db, {a_dossier(db).establishment_id}) == []
        assert NoticeKind.ADDRESS_DEAD in db.scalars(select(Notice.kind)).all()
    with house.sessions.begin() as db:
        db.get_one(Account, house.account_id).email = "autre@famille.example"
    house.tell(NOON + timedelta(hours=20))
    house.work(NOON + timedelta(hours=21))
    assert [one.to for one in house.mailer.messages()] == ["autre@famille.example"]


def test_the_secretary_says_that_an_address_answers_again(house):
    with house.sessions.begin() as db:
        assert services.came_back(db, "MERE@famille.example ", "5.1.1") == 1
        assert services.came_back(db, "nobody@famille.example", "5.1.1") == 0
        services.corrected(db, house.account_id)
    house.tell(NOON + timedelta(hours=1))
    house.work(NOON + timedelta(hours=1) + SETTLE)
    assert house.mails == 1


def devices(house):
    with house.sessions() as db:
        return len(db.scalars(select(PushDevice)).all())
