"""What a passkey must answer: each part of it, changed alone, opens nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from portal.access.words import Strength
from portal.accounts import passkeys
from portal.accounts.models import Method, Passkey, SignIn
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Account
from tests.browsing import BASE, Browser
from tests.conftest import a_configuration

SITE = passkeys.site_of(a_configuration())
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Key:
    """A security key in software."""

    holder: UUID
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: uuid4().bytes)
    count: int = 0

    def make(self, question: str, **changes: Any) -> str:
        told = self._told(question, "webauthn.create", changes)
        data = self._data(PRESENT | VERIFIED | ATTESTED, changes)
        data += bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public()
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._said({"clientDataJSON": told, "attestationObject": attested})

    def answer(self, question: str, **changes: Any) -> str:
        self.count = changes.get("count", self.count + 1)
        told = self._told(question, "webauthn.get", changes)
        data = self._data(PRESENT | VERIFIED, changes)
        signer = changes.get("private", self.private)
        signature = signer.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        holder = changes.get("holder", self.holder).bytes
        parts = {"clientDataJSON": told, "authenticatorData": data, "signature": signature, "userHandle": holder}
        return self._said(parts)

    def _told(self, question: str, kind: str, changes: dict[str, Any]) -> bytes:
        asked = changes.get("challenge", json.loads(question)["challenge"])
        origin = changes.get("origin", SITE.origin)
        return json.dumps({"type": changes.get("type", kind), "challenge": asked, "origin": origin}).encode()

    def _data(self, flags: int, changes: dict[str, Any]) -> bytes:
        host = changes.get("host", SITE.host)
        flags = changes.get("flags", flags)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        numbers = self.private.public_key().public_numbers()
        at = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return cbor2.dumps({1: 2, 3: -7, -1: 1, **at})

    def _said(self, parts: dict[str, bytes]) -> str:
        said = {name: bytes_to_base64url(value) for name, value in parts.items()}
        known = bytes_to_base64url(self.id)
        return json.dumps({"id": known, "rawId": known, "type": "public-key", "response": said})


def adding(account: Account) -> str:
    return passkeys.asking_for_one_more(SITE, "phone", account.id, "Samia", [])


def add(db: Session, account: Account, answer: str, **changes: Any) -> Passkey:
    facts = {"device": "phone", "name": "Téléphone", "vouched": True, "has": 0} | changes
    return passkeys.add(db, SITE, facts.pop("device"), account.id, answer, **facts)


@pytest.fixture
def key(db: Session, mother: Account) -> Key:
    made = Key(mother.id)
    add(db, mother, made.make(adding(mother)))
    db.commit()
    return made


def test_the_owner_comes_in(db, mother, key):
    one = passkeys.who_answers(db, SITE, "phone", key.answer(passkeys.asking(SITE, "phone")))
    assert (one.account_id, one.sign_count, one.used_at is not None) == (mother.id, 1, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://relie.example"},
        {"origin": "http://localhost"},
        {"host": "example.org"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"type": "webauthn.create"},
        {"private": ec.generate_private_key(ec.SECP256R1())},
        {"holder": uuid4()},
        {"challenge": bytes_to_base64url(bytes(72))},
        {"challenge": ""},
        {"count": 0},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_one_thing_wrong_opens_nothing(db, key, changes):
    passkeys.who_answers(db, SITE, "phone", key.answer(passkeys.asking(SITE, "phone")))
    with pytest.raises(BadInput):
        passkeys.who_answers(db, SITE, "phone", key.answer(passkeys.asking(SITE, "phone"), **changes))


def test_an_answer_serves_once(db, key):
    answer = key.answer(passkeys.asking(SITE, "phone"))
    passkeys.who_answers(db, SITE, "phone", answer)
    db.commit()
    one = db.scalars(select(Passkey)).one()
    one.sign_count = 0  # a key that counts nothing, as synced ones do
    with pytest.raises(BadInput, match="again"):
        passkeys.who_answers(db, SITE, "phone", answer)


def test_a_question_is_for_one_device_one_purpose_and_a_quarter_of_an_hour(db, mother, key):
    at = clock.now()
    with clock.frozen(at):
        question = passkeys.asking(SITE, "phone")
    for device, wait in (("another phone", timedelta()), ("phone", passkeys.LIVES + timedelta(seconds=2))):
        with clock.frozen(at + wait), pytest.raises(BadInput, match="too_old"):
            passkeys.who_answers(db, SITE, device, key.answer(question))
    with pytest.raises(BadInput, match="too_old"):
        passkeys.who_answers(db, SITE, "phone", key.answer(adding(mother)))


def test_questions_never_come_twice():
    asked = {passkeys.question(SITE, passkeys.ENTER, "phone")[: passkeys.NONCE] for _ in range(100_000)}
    assert len(asked) == 100_000
    assert passkeys.NONCE * 8 >= 64


def test_a_key_that_was_removed_opens_nothing(db, key):
    db.delete(db.scalars(select(Passkey)).one())
    db.commit()
    with pytest.raises(BadInput, match="unknown"):
        passkeys.who_answers(db, SITE, "phone", key.answer(passkeys.asking(SITE, "phone")))


def test_a_key_is_made_by_whoever_holds_the_device_for_the_account_that_asked(db, mother):
    other = Account(display_name="Somebody else")
    db.add(other)
    db.commit()
    for changes in ({"flags": PRESENT | ATTESTED}, {"origin": "https://relie.example"}, {"host": "example.org"}):
        with pytest.raises(BadInput, match="refused"):
            add(db, mother, Key(mother.id).make(adding(mother), **changes))
    with pytest.raises(BadInput, match="too_old"):
        add(db, other, Key(mother.id).make(adding(mother)))
    with pytest.raises(BadInput, match="too_many"):
        add(db, mother, Key(mother.id).make(adding(mother)), has=passkeys.AT_MOST)


def test_nobody_takes_somebody_elses_key_for_their_own(db, mother, key):
    other = Account(display_name="Somebody else")
    db.add(other)
    db.commit()
    with pytest.raises(BadInput, match="refused"):
        add(db, other, key.make(adding(other)))
    assert db.scalars(select(Passkey)).one().account_id == mother.id


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id": 1}', "\x00", "{" * 10_000, '{"rawId": "é"}'])
def test_rubbish_is_refused_like_anything_else(db, mother, answer):
    with pytest.raises(BadInput):
        passkeys.who_answers(db, SITE, "phone", answer)
    with pytest.raises(BadInput):
        add(db, mother, answer)


def entering(browser: Browser, key: Key, *, status: int = 303) -> None:
    asked = browser.open("/entrer").soup.select_one("form[data-question]")["data-question"]
    browser.submit("/entrer/cle", {"answer": key.answer(asked)}, status=status)


def known_to(browser: Browser, db: Session, account: Account, *, vouched: bool = True) -> Key:
    """A key that this account made before."""
    one = Key(account.id)
    add(db, account, one.make(adding(account)), vouched=vouched)
    db.commit()
    return one


@pytest.mark.parametrize(
    ("checked", "vouched", "strength"),
    [(True, True, Strength.SUBSTANTIAL), (False, True, Strength.LOW), (True, False, Strength.LOW)],
)
def test_a_key_opens_everything_when_staff_know_who_made_it(browser, db, mother, checked, vouched, strength):
    """One made after a passphrase is no way around it."""
    mother.identity_checked_at = clock.now() if checked else None
    key = known_to(browser, db, mother, vouched=vouched)
    entering(browser, key)
    db.rollback()
    (one,) = db.scalars(select(SignIn).where(SignIn.account_id == mother.id))
    assert (one.method, one.how) == (Method.PASSKEY, strength)


def test_a_key_of_somebody_else_does_not_take_the_place_of_who_is_here(browser, db, mother):
    key = known_to(browser, db, mother)
    other = Account(display_name="Somebody else")
    db.add(other)
    db.commit()
    asked = browser.open("/entrer").soup.select_one("form[data-question]")["data-question"]
    browser.sign_in(other.id)
    page = browser.submit("/entrer/cle", {"answer": key.answer(asked)}, status=422)
    assert "celle d’un autre compte" in page.text()
    assert browser.client.get("/entrer", base_url=BASE).status_code == 303, "still signed in"


def test_challenges_hold_what_the_page_says(browser):
    asked = json.loads(browser.open("/entrer").soup.select_one("form[data-question]")["data-question"])
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "localhost"
    assert not asked.get("allowCredentials"), "it tells nobody which keys there are"
    assert len(base64url_to_bytes(asked["challenge"])) == 72
