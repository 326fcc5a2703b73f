"""Coming in with a passphrase and a code, as the browser and the person meet it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from portal.access.models import Post
from portal.access.words import Strength
from portal.accounts import codes, device_cookie, enrolment, jobs, passphrases
from portal.accounts.models import Attempt, Method, Passphrase, SecondStep, SignIn
from portal.accounts.passphrase_views import PHRASES
from portal.accounts.services import open_session
from portal.core import clock
from portal.core.keys import derive, marked
from portal.core.models import Account, AccountState
from portal.core.work import run_once
from tests.accounts.conftest import PHRASE
from tests.browsing import BASE, Browser, Page
from tests.factories import a_dossier, a_parent, an_account, staff

SECRET = "x" * 40
Post_ = Callable[[], None]


class Letters:
    """A mail server that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    def send(self, to: str, subject: str, text: str) -> None:
        self.sent.append((to, subject, text))

    def code(self) -> str:
        found = re.search(r"\d{4} \d{4}", self.sent[-1][2])
        assert found is not None
        return found[0]


@pytest.fixture
def letters(sessions: sessionmaker[Session]) -> Letters:
    return Letters()


@pytest.fixture
def deliver(sessions: sessionmaker[Session], letters: Letters) -> Callable[[], None]:
    """What the worker does."""
    handlers = jobs.handlers(letters, SECRET, lambda _lang, _easy, text: text)
    return lambda: [None for _ in iter(lambda: run_once(sessions, handlers), False)] and None  # type: ignore[return-value]


def say(browser: Browser, who: str, phrase: str = PHRASE, *, status: int = 303) -> Page:
    return browser.submit("/entrer/phrase", {"who": who, "phrase": phrase, "suite": "/rendez-vous/"}, status=status)


def signed_in(db: Session, account: Account) -> list[tuple[Method, Strength]]:
    db.rollback()
    rows = db.scalars(select(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None)))
    return [(one.method, one.how) for one in rows]


def led(browser: Browser, path: str) -> str:
    """Where this page leads."""
    return str(browser.client.get(path, base_url=BASE).location)


def another(browser: Browser) -> Browser:
    return Browser(browser.app, browser.sessions, browser.count)


def test_an_address_a_phrase_and_the_code_of_the_mail_open_the_timetable(browser, db, mother, letters, deliver):
    answer = say(browser, " Samia@Famille.invalid ")
    assert answer.answer.location == "/entrer/code?suite=%2Frendez-vous%2F"
    deliver()
    assert letters.sent[0][0] == "samia@famille.invalid"
    page = browser.submit("/entrer/code", {"code": letters.code(), "suite": "/rendez-vous/"})
    assert page.answer.location == "/rendez-vous/"
    assert signed_in(db, mother) == [(Method.PASSPHRASE, Strength.LOW)]


def test_even_a_checked_identity_makes_no_passphrase_strong(browser, db, mother, letters, deliver):
    mother.identity_checked_at = clock.now()
    db.commit()
    say(browser, mother.email)
    deliver()
    browser.submit("/entrer/code", {"code": letters.code()})
    assert signed_in(db, mother) == [(Method.PASSPHRASE, Strength.LOW)]


@pytest.mark.parametrize("who", ["samia@famille.invalid", "personne@famille.invalid", "12345678", "", "' OR 1=1 --"])
def test_a_wrong_phrase_and_a_name_nobody_has_are_answered_alike(browser, mother, who):
    page = say(browser, who, "une phrase que personne n’a", status=422)
    assert "Ce nom et cette phrase ne vont pas ensemble" in page.text()
    assert "une phrase que personne" not in page.answer.text, "it is not written back in the page"
    bare = re.sub(r'(value|data-question)="[^"]*"', "", page.answer.text)
    other = another(browser)
    elsewhere = say(other, "encore.quelquun@famille.invalid", "une phrase que personne n’a", status=422)
    assert bare == re.sub(r'(value|data-question)="[^"]*"', "", elsewhere.answer.text)
    assert abs(page.statements - elsewhere.statements) == 0, "nor do they cost another number of statements"


def test_nobodys_name_costs_the_same_hash(browser, mother, monkeypatch):
    asked: list[str] = []
    real = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, *a: asked.append("once") or real(self, *a))
    say(browser, "personne@famille.invalid", "x" * 20, status=422)
    say(browser, mother.email, "x" * 20, status=422)
    assert asked == ["once", "once"]


def test_a_phrase_alone_opens_nothing(browser, db, mother):
    say(browser, mother.email)
    assert signed_in(db, mother) == []
    assert led(browser, "/").startswith("/entrer?")


def test_a_code_serves_once(browser, db, mother, letters, deliver):
    say(browser, mother.email)
    kept = browser.client.get_cookie("__Host-relie", domain="localhost").value
    deliver()
    browser.submit("/entrer/code", {"code": letters.code()})
    thief = another(browser)
    thief.client.set_cookie("__Host-relie", kept, domain="localhost", secure=True)
    thief.submit("/entrer/code", {"code": letters.code()}, status=422)
    assert len(signed_in(db, mother)) == 1


def test_five_wrong_codes_end_it_even_for_the_right_one(browser, db, mother, letters, deliver):
    say(browser, mother.email)
    deliver()
    for _ in range(codes.TRIES):
        page = browser.submit("/entrer/code", {"code": "00000000"}, status=422)
    page = browser.submit("/entrer/code", {"code": letters.code()}, status=422)
    assert "Ce code ne sert plus" in page.text()
    assert signed_in(db, mother) == []


def test_a_code_is_over_after_ten_minutes(browser, db, mother, letters, deliver):
    say(browser, mother.email)
    deliver()
    with clock.frozen(clock.now() + codes.LIVES):
        browser.submit("/entrer/code", {"code": letters.code()}, status=422)
        assert led(browser, "/entrer/code") == "/entrer?suite=%2F"
    assert signed_in(db, mother) == []


def test_before_the_mail_leaves_no_code_is_right(browser, db, mother):
    say(browser, mother.email)
    for said in ("", "0", "00000000", "\x00" * 8):
        browser.submit("/entrer/code", {"code": said}, status=422)
    assert signed_in(db, mother) == []


def test_guessing_a_code_is_hopeless():
    assert codes.CHANCE < 1e-6


def test_the_database_holds_no_code_and_no_phrase(browser, db, mother, letters, deliver):
    say(browser, mother.email)
    deliver()
    db.rollback()
    whole = repr([db.execute(table.select()).all() for table in SignIn.metadata.sorted_tables])
    assert letters.code() not in whole
    assert letters.code().replace(" ", "") not in whole
    assert PHRASE not in whole


def test_guesses_are_counted_even_though_the_page_refuses_them(browser, db, mother):
    for _ in range(3):
        say(browser, mother.email, "x" * 20, status=422)
    db.rollback()
    assert len(db.scalars(select(Attempt)).all()) == 6, "by account and by device"


def test_a_flood_of_guesses_from_new_devices_ends_and_its_page_says_when_to_come_back(browser, mother):
    for _ in range(PHRASES.per_account):
        say(another(browser), mother.email, "x" * 20, status=422)
    page = say(another(browser), mother.email, "x" * 20, status=429)
    assert 0 < int(page.answer.headers["Retry-After"]) <= 3600
    assert "Trop d’essais" in page.text()


def test_meanwhile_the_owner_comes_in_on_the_device_they_know(browser, db, mother, letters, deliver):
    browser.open("/entrer")
    say(browser, mother.email)
    deliver()
    browser.submit("/entrer/code", {"code": letters.code()})
    browser.submit("/sortir", {})
    for _ in range(PHRASES.per_account + 1):
        stranger = another(browser)
        stranger.client.post("/entrer/phrase", base_url=BASE)
        token = re.search(r'csrf_token" value="([^"]+)', stranger.client.get("/lecture", base_url=BASE).text)[1]
        fields = {"csrf_token": token, "who": mother.email, "phrase": "x" * 20}
        last = stranger.client.post("/entrer/phrase", base_url=BASE, data=fields)
    assert last.status_code == 429
    say(browser, mother.email)
    deliver()
    browser.submit("/entrer/code", {"code": letters.code()})
    assert len(signed_in(db, mother)) == 1


def test_the_hour_of_a_flood_ends(browser, mother):
    at = clock.now()
    with clock.frozen(at):
        for _ in range(PHRASES.per_account):
            say(another(browser), mother.email, "x" * 20, status=422)
        say(another(browser), mother.email, status=429)
    with clock.frozen(at + PHRASES.window):
        say(another(browser), mother.email)


def test_staff_have_no_use_for_a_passphrase(browser, db, mother):
    staff(db, a_dossier(db), Post.EDUCATION, account=mother)
    db.commit()
    page = say(browser, mother.email, status=422)
    assert "n’est pas ouverte pour vous" in page.text()
    browser.app.extensions["settings"] = browser.app.extensions["settings"].with_(staff_passphrase=True)
    say(browser, mother.email)


def test_a_closed_account_is_a_name_nobody_has(browser, db, mother):
    mother.state = AccountState.CLOSED
    db.commit()
    assert "ne vont pas ensemble" in say(browser, mother.email, status=422).text()


def test_a_machine_that_works_out_too_many_at_once_says_so_quickly(browser, mother, monkeypatch):
    seats = [
        passphrases._seats[False].acquire(blocking=False) for _ in range(passphrases.AT_ONCE + passphrases.WAITING)
    ]
    try:
        page = say(browser, mother.email, status=503)
    finally:
        for _ in filter(None, seats):
            passphrases._seats[False].release()
    assert page.answer.headers["Retry-After"] == "5"
    say(browser, mother.email)


def test_the_device_is_known_again_by_a_cookie_of_its_own(browser, db, mother):
    page = browser.open("/entrer")
    said = next(one for one in page.answer.headers.getlist("Set-Cookie") if device_cookie.COOKIE in one)
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in said.split(";")}
    assert "Domain" not in said
    assert not [one for one in browser.open("/entrer").answer.headers.getlist("Set-Cookie") if "appareil" in one]


def test_a_session_prepared_by_somebody_else_is_replaced(browser, db, mother, letters, deliver):
    say(browser, mother.email)
    before = browser.client.get_cookie("__Host-relie", domain="localhost").value
    deliver()
    browser.submit("/entrer/code", {"code": letters.code()})
    victim = another(browser)
    victim.client.set_cookie("__Host-relie", before, domain="localhost", secure=True)
    assert led(victim, "/").startswith("/entrer?")


def test_old_steps_and_tries_do_not_pile_up(browser, db, mother):
    at = clock.now()
    with clock.frozen(at):
        say(browser, mother.email)
    with clock.frozen(at + timedelta(days=2)):
        say(browser, mother.email)
    db.rollback()
    assert len(db.scalars(select(SecondStep)).all()) == 1
    assert all(one.at > at + timedelta(days=1) for one in db.scalars(select(Attempt)))


def test_a_form_prepared_before_signing_in_is_worth_nothing_after(browser, mother, letters, deliver):
    """Whoever planted a cookie in this browser knows the secret of its forms."""
    say(browser, mother.email)
    with browser.client.session_transaction(base_url=BASE) as session:
        before = session["csrf_token"]
    deliver()
    browser.submit("/entrer/code", {"code": letters.code()})
    browser.open("/lecture")
    with browser.client.session_transaction(base_url=BASE) as session:
        assert session["csrf_token"] != before


def test_however_many_strangers_wait_an_owner_enters_on_a_device_of_their_own(app, browser, db, mother):
    browser.open("/entrer")
    known = browser.client.get_cookie(device_cookie.COOKIE, domain="localhost").value
    mark = marked(derive(SECRET, "device"), known)
    open_session(db, mother.id, Strength.LOW, method=Method.PASSPHRASE, device_key=mark)
    db.commit()
    seats = [
        passphrases._seats[False].acquire(blocking=False) for _ in range(passphrases.AT_ONCE + passphrases.WAITING)
    ]
    try:
        assert all(seats)
        say(another(browser), mother.email, status=503)
        say(browser, mother.email)
    finally:
        for _ in seats:
            passphrases._seats[False].release()


def test_a_phrase_kept_at_a_lower_cost_is_kept_at_todays_after_the_next_success(browser, db, mother, monkeypatch):
    former = db.scalars(select(Passphrase)).one()
    key, before = former.id, former.hash
    db.rollback()
    monkeypatch.setattr(passphrases, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    say(browser, mother.email, "une autre phrase que la sienne", status=422)
    db.expire_all()
    assert db.scalars(select(Passphrase.hash)).one() == before, "whoever does not know it changes nothing"
    db.rollback()
    say(browser, mother.email)
    db.expire_all()
    one = db.scalars(select(Passphrase)).one()
    assert one.id == key, "the same way in: nothing was taken away"
    assert "m=16,t=2" in one.hash
    assert passphrases.is_right(PHRASE, one.hash)
    db.rollback()
    say(browser, mother.email)
    assert db.scalars(select(Passphrase.hash)).one() == one.hash, "once is enough"


def test_whoever_is_inside_proves_it_again_by_the_phrase_alone_and_the_code(browser, db, mother, letters, deliver):
    at = clock.now()
    with clock.frozen(at):
        say(browser, mother.email)
        deliver()
        browser.submit("/entrer/code", {"code": letters.code()})
    with clock.frozen(at + timedelta(minutes=11)):
        assert led(browser, "/ma-connexion/phrase").startswith("/entrer/encore")
        page = browser.open("/entrer/encore?suite=/ma-connexion/phrase")
        assert not page.soup.select("#who"), "whose account it is is known"
        again = {"phrase": "une autre phrase que la sienne", "suite": "/ma-connexion/phrase"}
        browser.submit("/entrer/phrase", again, status=422)
        browser.submit("/entrer/phrase", again | {"phrase": PHRASE})
        deliver()
        browser.submit("/entrer/code", {"code": letters.code(), "suite": "/ma-connexion/phrase"})
        browser.open("/ma-connexion/phrase")


SECOND = "trois lapins sur la colline"


@pytest.fixture
def father(db, mother) -> tuple[Account, str]:
    """At the same e-mail address, with a letter that served, and a passphrase chosen later."""
    account = an_account(db, "Julien Valdombre", email="Samia@famille.invalid")
    link = a_parent(db, a_dossier(db), account=account)
    made = enrolment.issue(
        db, account.id, secret_key=SECRET, establishment_id=link.establishment_id, by=None, handed=True
    )
    enrolment.redeem(db, made.number, made.secret, secret_key=SECRET)
    with clock.frozen(clock.now() + timedelta(days=1)):
        passphrases.keep(db, account.id, passphrases.hashed(SECOND))
    db.commit()
    return account, made.number


def test_of_two_people_with_one_address_it_calls_whoever_chose_a_phrase_first(browser, mother, father):
    say(browser, mother.email)
    other = another(browser)
    say(other, father[1], SECOND)
    assert other.open("/entrer/code").status == 200


def test_it_still_calls_them_when_they_choose_another_phrase(browser, db, mother, father):
    with clock.frozen(clock.now() + timedelta(days=30)):
        passphrases.keep(db, mother.id, passphrases.hashed(SECOND + " encore"))
        db.commit()
        say(browser, mother.email, SECOND + " encore")


def test_the_others_phrase_with_the_address_is_answered_as_a_name_nobody_has(browser, mother, father):
    shared = say(browser, mother.email, SECOND, status=422)
    nobody = say(another(browser), "personne@famille.invalid", SECOND, status=422)
    bare = [re.sub(r'(value|data-question)="[^"]*"', "", page.answer.text) for page in (shared, nobody)]
    assert bare[0] == bare[1]
    assert shared.statements == nobody.statements


def test_the_number_of_the_letter_is_said_to_everybody_who_has_one_shared_or_not(browser, db, mother, father):
    db.execute(update(Account).where(Account.id == mother.id).values(email="elle@famille.invalid"))
    db.commit()
    browser.sign_in(father[0].id, Strength.LOW)
    assert "Adresse partagée avec quelqu’un" in browser.open("/ma-connexion").text()
    assert father[1][:4] in browser.open("/ma-connexion/phrase").text()
