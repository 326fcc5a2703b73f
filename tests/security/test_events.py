"""Each way of coming in, and each way it ends: one line in the log, that names nobody and holds nothing typed."""

from __future__ import annotations

import json

import pytest

from portal.access.models import Post
from portal.accounts import enrolment, passphrases
from tests.accounts.conftest import PHRASE
from tests.accounts.test_entering import say
from tests.browsing import Browser
from tests.factories import a_dossier, an_account, an_establishment, staff

WRONG = "une phrase que personne n’a"
NEVER = (PHRASE, WRONG, "samia@famille.invalid", "personne@famille.invalid", "Ouardamel", "99999999", "ABCDEFGH")


def told(lines: list[str], *names: str) -> list[tuple[str, str]]:
    """(event, code or means) of the events of these names, in their order."""
    read = [json.loads(line) for line in lines]
    assert not [word for word in NEVER if word in "".join(lines)], "a log holds nothing that was typed"
    return [
        (one["event"], str(one.get("code") or one.get("where") or one.get("way") or one["method"]))
        for one in read
        if one["event"] in names
    ]


IN = (
    "signed_in",
    "sign_in_refused",
    "signed_out",
    "letter_refused",
    "letter_redeemed",
    "way_in_added",
    "way_in_removed",
)


def test_a_wrong_phrase_and_a_name_nobody_has_leave_the_same_line(browser, mother, lines):
    for who in (mother.email, "personne@famille.invalid"):
        say(browser, who, WRONG, status=422)
    assert told(lines, *IN) == [("sign_in_refused", "wrong")] * 2


def test_a_phrase_that_opens_nothing_to_its_owner(browser, db, lines):
    account = an_account(db, "At work", email="samia@famille.invalid")
    staff(db, a_dossier(db), Post.CARE, account=account)
    passphrases.keep(db, account.id, passphrases.hashed(PHRASE))
    db.commit()
    say(browser, account.email, status=422)
    assert told(lines, *IN) == [("sign_in_refused", "not_open")]


def test_a_code_right_wrong_and_over(browser, mother, letters, deliver, lines):
    say(browser, mother.email)
    deliver()
    browser.submit("/entrer/code", {"code": "99999999"}, status=422)
    browser.submit("/entrer/code", {"code": letters.code()})
    browser.submit("/sortir", {})
    browser.submit("/entrer/code", {"code": letters.code()}, status=422)
    assert told(lines, *IN) == [
        ("sign_in_refused", "code_wrong"),
        ("signed_in", "passphrase"),
        ("signed_out", "POST"),
        ("sign_in_refused", "code_over"),
    ]


def test_an_answer_no_key_gave(browser, mother, lines):
    browser.submit("/entrer/cle", {"answer": "{}"}, status=422)
    ((event, _code),) = told(lines, *IN)
    assert event == "sign_in_refused"


def test_a_letter_refused_then_redeemed(browser, mother, db, lines):
    browser.submit("/lettre", {"number": "99999999", "secret": "ABCDEFGH"}, status=422)
    made = enrolment.issue(
        db, mother.id, secret_key="x" * 40, establishment_id=an_establishment(db).id, by=None, handed=True
    )
    db.commit()
    browser.submit("/lettre", {"number": made.number, "secret": made.secret})
    assert [event for event, _ in told(lines, *IN)] == ["letter_refused", "letter_redeemed", "signed_in"]
    assert made.secret not in "".join(lines)


def test_whoever_tries_too_often_is_in_the_log_as_refused(browser, mother, lines):
    for _ in range(10):
        say(browser, mother.email, WRONG, status=422)
    say(browser, mother.email, WRONG, status=429)
    read = [json.loads(line) for line in lines]
    assert [one["status"] for one in read if one["event"] == "request" and one["endpoint"] == "passphrases.enter"] == [
        *[422] * 10,
        429,
    ]


def test_ways_in_and_devices_that_change(browser, mother, lines):
    other = Browser(browser.app, browser.sessions, browser.count).sign_in(mother.id)
    browser.sign_in(mother.id)
    browser.submit("/ma-connexion/phrase", {"phrase": "une autre phrase bien longue"})
    other.sign_in(mother.id)
    other.submit("/ma-connexion/sortir-partout", {})
    events = told(lines, *IN)
    assert ("way_in_added", "passphrase") in events
    assert ("signed_out", "everywhere else") in events


@pytest.mark.parametrize("path", ["/", "/rendez-vous/", "/ma-connexion"])
def test_who_is_refused_a_page_for_want_of_a_session_is_led_to_the_entrance_and_logged(browser, lines, path):
    assert browser.client.get(path, base_url="https://localhost").status_code == 303
    (line,) = [json.loads(one) for one in lines]
    assert (line["event"], line["status"]) == ("request", 303)
