"""« Mes appareils et connexions » : what one may change there, when, and what follows."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.models import Post
from portal.access.words import Strength
from portal.accounts import codes, enrolling, passphrases, queries
from portal.accounts.fresh import FRESH
from portal.accounts.models import Authenticator, Method, Passkey, Passphrase, SignIn
from portal.accounts.services import open_session
from portal.accounts.strengths import AT_WORK, LIFE, TO_CHOOSE, life_of, may_have, strength_of
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Account
from tests.accounts.conftest import PHRASE
from tests.browsing import BASE, Browser
from tests.factories import a_dossier, an_account, staff

NEW = "quatre chevaux dans la cuisine"


def a_key(db: Session, account: Account, name: str = "Mon téléphone", **facts) -> Passkey:
    said = {"credential_id": uuid4().bytes, "public_key": b"", "sign_count": 0, "synced": False, "vouched": True}
    one = Passkey(account_id=account.id, name=name, **(said | facts))
    db.add(one)
    db.commit()
    return one


def by(browser: Browser, account: Account, method: Method, strength: Strength = Strength.LOW) -> Browser:
    """Signed in by this way in."""
    with browser.sessions.begin() as db:
        token = open_session(db, account.id, strength, method=method)
    with browser.client.session_transaction(base_url=BASE) as session:
        session["_user_id"], session["_fresh"] = token, True
    return browser


def led(browser: Browser, path: str, fields: dict | None = None) -> str:
    if fields is None:
        return str(browser.client.get(path, base_url=BASE).location)
    return str(browser.submit(path, fields).answer.location)


def kept(db: Session, kind, account: Account) -> list:
    """Read and let go: on SQLite a transaction left open holds every page."""
    db.rollback()
    found = list(db.scalars(select(kind).where(kind.account_id == account.id)))
    db.expunge_all()
    db.rollback()
    return found


CHANGES = ("/ma-connexion/cle", "/ma-connexion/phrase", "/ma-connexion/application")


@pytest.mark.parametrize("path", CHANGES)
def test_a_way_in_changes_only_minutes_after_a_proof(browser, mother, path):
    at = clock.now()
    with clock.frozen(at):
        by(browser, mother, Method.PASSPHRASE)
    with clock.frozen(at + FRESH):
        browser.open(path)
    with clock.frozen(at + FRESH + timedelta(seconds=1)):
        assert led(browser, path).startswith("/entrer/encore?suite=%2Fma-connexion")
        assert led(browser, path, {"phrase": NEW, "name": "x", "code": "1", "sealed": "x"}).startswith("/entrer/encore")


def test_removing_one_asks_for_a_fresh_proof_too(browser, db, mother):
    key, at = a_key(db, mother), clock.now()
    with clock.frozen(at):
        by(browser, mother, Method.PASSKEY, Strength.SUBSTANTIAL)
    with clock.frozen(at + FRESH + timedelta(seconds=1)):
        for path in (f"cle/{key.id}/retirer", "phrase/retirer"):
            assert led(browser, f"/ma-connexion/{path}", {}).startswith("/entrer/encore")
    assert (len(kept(db, Passkey, mother)), len(kept(db, Passphrase, mother))) == (1, 1)


@pytest.mark.parametrize("path", CHANGES)
def test_whoever_is_helped_changes_no_way_in(browser, mother, path):
    by(browser, mother, Method.OPENED, Strength.ACCOMPANIED)
    assert led(browser, path).startswith("/entrer/encore")


def test_another_phrase_replaces_the_first_and_ends_what_it_had_opened(browser, db, mother):
    elsewhere = Browser(browser.app, browser.sessions, browser.count)
    by(elsewhere, mother, Method.PASSPHRASE)
    by(browser, mother, Method.PASSPHRASE)
    assert led(browser, "/ma-connexion/phrase", {"phrase": NEW}) == "/ma-connexion"
    (one,) = kept(db, Passphrase, mother)
    assert passphrases.is_right(NEW, one.hash)
    assert not passphrases.is_right(PHRASE, one.hash)
    assert led(elsewhere, "/").startswith("/entrer?")
    browser.open("/ma-connexion")


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("onze signes", "au moins 12 signes"),
        ("motdepasse123", "Trop de gens"),
        ("Passwordpassword", "Trop de gens"),
        ("azertyuiopqs", "Trop de gens"),
        ("aaaaaaaaaaaaaaaa", "Trop de gens"),
        ("Samia Ouardamel 84", "Votre nom"),
        ("x" * 257, "trop long"),
    ],
)
def test_a_weak_phrase_is_refused_with_a_reason_and_not_shown_again(browser, mother, phrase, said):
    by(browser, mother, Method.PASSPHRASE)
    page = browser.submit("/ma-connexion/phrase", {"phrase": phrase}, status=422)
    assert said in page.text()
    assert phrase not in page.answer.text


@pytest.mark.parametrize(
    "phrase", ["douze signes", "girafe bleue sous la pluie", "猫がピアノを弾いている夜", "x7Kp-2Qm9-tLz4"]
)
def test_a_phrase_of_twelve_signs_nobody_thinks_of_is_taken(phrase):
    passphrases.refuse_weak(phrase, "Samia Ouardamel")


def test_the_phrase_is_shown_while_typing_to_whoever_asks_without_a_script(browser, mother):
    by(browser, mother, Method.PASSPHRASE)
    assert browser.open("/ma-connexion/phrase").soup.select_one("#phrase")["type"] == "password"
    assert browser.open("/ma-connexion/phrase?voir=1").soup.select_one("#phrase")["type"] == "text"


def test_what_argon2_costs_is_what_was_decided(monkeypatch):
    monkeypatch.undo()
    hasher = passphrases.HASHER
    assert (hasher.time_cost, hasher.memory_cost, hasher.parallelism) == (3, 65536, 1)
    assert hasher.type.name == "ID"


def test_somebody_without_an_address_prepares_an_app_first(browser, db, mother):
    mother.email = None
    db.commit()
    by(browser, mother, Method.LETTER)
    assert "préparez d’abord une application" in browser.open("/ma-connexion/phrase").text()
    assert led(browser, "/ma-connexion/phrase", {"phrase": NEW}) == "/ma-connexion/application"


def secret_in(page) -> tuple[str, bytes]:
    sealed = page.soup.select_one("[name=sealed]")["value"]
    return sealed, base64.b32decode(page.soup.select_one("figcaption").get_text().replace(" ", ""))


def code_now(secret: bytes, steps: int = 0) -> str:
    return codes.totp(secret, int(clock.now().timestamp()) // codes.STEP_SECONDS + steps)


def test_an_app_is_kept_once_it_shows_a_right_code_and_its_secret_is_sealed(browser, db, mother):
    by(browser, mother, Method.PASSPHRASE)
    page = browser.open("/ma-connexion/application")
    assert page.soup.select("svg.qr")
    sealed, secret = secret_in(page)
    wrong = browser.submit("/ma-connexion/application", {"sealed": sealed, "code": "000000"}, status=422)
    assert secret_in(wrong)[1] == secret, "the same square, for the same app"
    assert led(browser, "/ma-connexion/application", {"sealed": sealed, "code": code_now(secret)}) == "/ma-connexion"
    (one,) = kept(db, Authenticator, mother)
    assert secret not in one.sealed


def test_a_secret_sealed_for_somebody_else_is_not_taken(browser, db, mother):
    sealed = base64.urlsafe_b64encode(codes.new_secret("x" * 40, uuid4())).decode()
    by(browser, mother, Method.PASSPHRASE)
    assert (
        led(browser, "/ma-connexion/application", {"sealed": sealed, "code": "123456"}) == "/ma-connexion/application"
    )
    assert kept(db, Authenticator, mother) == []


def test_the_code_of_an_app_opens_once_and_one_of_before_never(browser, db, mother):
    secret, at = bytes(20), clock.now()
    with clock.frozen(at):
        codes.keep(db, mother.id, "x" * 40, codes.sealed("x" * 40, mother.id, secret), code_now(secret, -1))
        db.commit()
        used = code_now(secret)
        for code, status in ((code_now(secret, -1), 422), (used, 303), (used, 422)):
            fresh = Browser(browser.app, browser.sessions, browser.count)
            fresh.submit("/entrer/phrase", {"who": mother.email, "phrase": PHRASE})
            assert "application" in fresh.open("/entrer/code").text()
            fresh.submit("/entrer/code", {"code": code}, status=status)


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, to six digits."""
    secret = b"12345678901234567890"
    assert [codes.totp(secret, at // 30) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_the_last_way_in_is_not_removed(browser, db, mother):
    by(browser, mother, Method.PASSPHRASE)
    page = browser.submit("/ma-connexion/phrase/retirer", {}, status=422)
    assert "votre seule façon d’entrer" in page.text()
    key = a_key(db, mother)
    assert led(browser, "/ma-connexion/phrase/retirer", {}) == "/ma-connexion"
    assert browser.submit(f"/ma-connexion/cle/{key.id}/retirer", {}, status=422)


def test_a_key_that_was_removed_ends_what_keys_had_opened_elsewhere(browser, db, mother):
    key, other = a_key(db, mother), a_key(db, mother, "Ordinateur")
    elsewhere = by(Browser(browser.app, browser.sessions, browser.count), mother, Method.PASSKEY)
    by(browser, mother, Method.PASSKEY, Strength.SUBSTANTIAL)
    browser.submit(f"/ma-connexion/cle/{key.id}/retirer", {})
    assert [one.id for one in kept(db, Passkey, mother)] == [other.id]
    assert led(elsewhere, "/").startswith("/entrer?")


def test_keys_are_named_by_their_owner_and_by_nobody_else(browser, db, mother):
    key, theirs = a_key(db, mother), a_key(db, an_account(db))
    by(browser, mother, Method.PASSKEY)
    browser.submit(f"/ma-connexion/cle/{key.id}/nom", {"name": "  Le <b>vieux</b> téléphone "})
    assert "Le <b>vieux</b> téléphone" in browser.open("/ma-connexion").text()
    for path in ("nom", "retirer"):
        browser.submit(f"/ma-connexion/cle/{theirs.id}/{path}", {"name": "x"}, status=404)
    assert len(kept(db, Passkey, mother)) == 1


def test_one_device_or_every_other_is_signed_out(browser, db, mother):
    others = [by(Browser(browser.app, browser.sessions, browser.count), mother, Method.PASSKEY) for _ in range(3)]
    by(browser, mother, Method.PASSKEY)
    page = browser.open("/ma-connexion")
    (first, *_) = re.findall(r"/ma-connexion/appareils/[0-9a-f-]+/sortir", page.answer.text)
    browser.submit(first, {})
    assert sorted(led(one, "/").startswith("/entrer?") for one in others) == [False, False, True]
    browser.submit("/ma-connexion/sortir-partout", {})
    assert all(led(one, "/").startswith("/entrer?") for one in others)
    assert "Cet appareil" in browser.open("/ma-connexion").text()


def test_nobody_signs_out_somebody_elses_device(browser, db, mother):
    with browser.sessions.begin() as other:
        stranger = an_account(other)
        open_session(other, stranger.id, Strength.LOW)
    (theirs,) = kept(db, SignIn, stranger)
    by(browser, mother, Method.PASSKEY)
    browser.submit(f"/ma-connexion/appareils/{theirs.id}/sortir", {}, status=404)
    assert kept(db, SignIn, stranger)[0].ended_at is None


def test_a_letter_leaves_an_hour_to_choose_and_opens_little(app, browser, db, mother):
    at = clock.now()
    with clock.frozen(at), app.test_request_context("/lettre", base_url=BASE):
        from flask import g

        answer = enrolling.begin(mother.id, suite="/rendez-vous/")
        g.db.commit()
    assert answer.location == "/ma-connexion/choisir?suite=%2Frendez-vous%2F"
    (one,) = kept(db, SignIn, mother)
    assert (one.method, one.how) == (Method.LETTER, Strength.LOW)
    assert one.expires_at == at + TO_CHOOSE[1]


def test_losing_a_phone_takes_every_way_in_and_ends_every_session(browser, db, mother):
    a_key(db, mother)
    other = a_key(db, an_account(db))
    by(browser, mother, Method.PASSKEY)
    enrolling.revoke_all(db, mother.id)
    db.commit()
    assert [kept(db, kind, mother) for kind in (Passkey, Passphrase, Authenticator)] == [[], [], []]
    assert db.get(Passkey, other.id) is not None
    db.rollback()
    assert led(browser, "/").startswith("/entrer?")


def test_strength_is_said_in_one_place():
    found = {(method, checked): strength_of(method, checked=checked) for method in Method for checked in (True, False)}
    strong = {key for key, strength in found.items() if strength is Strength.SUBSTANTIAL}
    assert strong == {(Method.PASSKEY, True)}
    accompanied = {key[0] for key, strength in found.items() if strength is Strength.ACCOMPANIED}
    assert accompanied == {Method.OPENED, Method.MANDATE}


def test_staff_have_passkeys_only_unless_it_was_decided_otherwise():
    may = [may_have(Method.PASSPHRASE, staff=staff, staff_passphrase=open_) for staff in (0, 1) for open_ in (0, 1)]
    assert may == [True, True, False, True]
    assert may_have(Method.PASSKEY, staff=True, staff_passphrase=False)


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("strength", Strength)
def test_staff_are_signed_out_sooner(method, strength):
    at_work, at_home = (life_of(method, strength, staff=staff, helped=False) for staff in (True, False))
    assert at_work[0] <= min(at_home[0], AT_WORK[0])
    assert at_work[1] <= min(at_home[1], AT_WORK[1])
    assert at_home[0] <= LIFE[strength][0]


def test_whoever_works_here_is_known_by_a_verified_link_of_today(db, mother):
    assert not queries.is_staff(db, mother.id)
    link = staff(db, a_dossier(db), Post.CARE, account=mother)
    assert queries.is_staff(db, mother.id)
    link.verified_at = None
    db.flush()
    assert not queries.is_staff(db, mother.id)


def test_a_code_refused_says_no_more_than_that(db, mother):
    with pytest.raises(BadInput, match="code: wrong"):
        codes.keep(db, mother.id, "x" * 40, codes.new_secret("x" * 40, mother.id), "abc")
