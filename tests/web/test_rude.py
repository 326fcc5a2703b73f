"""Forms as a rude client fills them: whatever it sends, a page says what to do, and nothing of ours fails."""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes

import pytest

from portal.accounts import codes, passphrases
from portal.accounts.models import Authenticator
from portal.core import clock
from tests.accounts.conftest import PHRASE
from tests.accounts.conftest import cheap as cheap
from tests.browsing import BASE, Browser, Page, inspect
from tests.factories import a_dossier, a_parent, an_account

OPEN = {
    "/entrer/phrase": ("who", "phrase"),
    "/entrer/code": ("code", "suite"),
    "/entrer/cle": ("answer", "suite"),
    "/lettre": ("number", "secret"),
    "/lecture": ("mode", "next"),
}
OWN = {
    "/ma-connexion/phrase": ("phrase", "suite"),
    "/ma-connexion/application": ("code", "sealed"),
    "/ma-connexion/cle": ("name", "answer"),
    "/ma-connexion/code": ("code",),
    "/ma-connexion/service": ("suite",),
    "/lettre/ajouter": ("number", "secret"),
}
RUDE = {
    "a zero byte": b"a\x00b",
    "half a sign": b"\xed\xa0\x80\xff",
    "digits of another script": "١٢٣٤٥٦٧٨".encode(),
    "digits that are none": "²²²²²²²²".encode(),
    "a header": b"a\r\nSet-Cookie: x=1",
    "a book": b"x" * 60_000,
    "nests in nests": b"[" * 20_000,
    "another object": b'{"id": {"a": []}, "response": 3, "rawId": null}',
}


def send(browser: Browser, path: str, names: tuple[str, ...], value: bytes) -> Page:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.client.get("/lecture", base_url=BASE).text)
    assert token
    body = f"csrf_token={token[1]}" + "".join(f"&{name}={quote_from_bytes(value)}" for name in names)
    kind = "application/x-www-form-urlencoded"
    return Page(browser.client.post(path, base_url=BASE, data=body, content_type=kind), 0)


@pytest.mark.parametrize("what", RUDE)
def test_whatever_a_form_holds_a_page_answers(browser, db, what):
    account = an_account(db, "Samia Ouardamel", email="samia@famille.invalid")
    a_parent(db, a_dossier(db), account=account)
    db.commit()
    for forms in (OPEN, OWN):
        for path, names in forms.items():
            page = send(browser, path, names, RUDE[what])
            assert page.status in (303, 422), (path, page.status)
            assert "x=1" not in str(page.answer.headers.getlist("Set-Cookie"))
            if (
                page.status == 422 and what != "a zero byte"
            ):  # written back, it is no valid HTML, and nothing is seen of it
                inspect(page)
        browser.sign_in(account.id)


FORM = "application/x-www-form-urlencoded"
BODIES = [
    ("application/json", b"{", 400),
    ("text/plain", b"phrase", 400),
    ("", b"phrase", 400),
    ("multipart/form-data", b"phrase", 400),
    (FORM, b"csrf_token=%FF%00", 400),
    (FORM, b"a=" + b"x" * 11_000_000, 413),
]


@pytest.mark.parametrize(("kind", "body", "status"), BODIES, ids=lambda one: str(one)[:24])
def test_what_is_no_form_of_ours_is_answered_with_what_to_do(browser, kind, body, status):
    page = Page(browser.client.post("/entrer/phrase", base_url=BASE, data=body, content_type=kind), 0)
    assert page.status == status
    inspect(page)
    assert page.soup.select("main a.btn, main button"), "a way on"


def test_a_phrase_that_is_too_long_says_so_and_the_address_stays(browser):
    page = browser.submit("/entrer/phrase", {"who": "samia@famille.invalid", "phrase": "é" * 1025}, status=422)
    assert page.soup.select_one("#who")["value"] == "samia@famille.invalid"
    assert page.soup.select_one("#phrase")["value"] == ""
    assert "trop long" in page.text()


@pytest.mark.parametrize(("turned", "status"), [("٠١٢٣٤٥٦٧٨٩", 303), ("⁰¹²³⁴⁵⁶⁷⁸⁹", 422)])
def test_a_code_may_be_typed_on_any_keyboard_and_nothing_else_stands_for_digits(browser, db, turned, status):
    account, secret = an_account(db, "Samia Ouardamel", email="samia@famille.invalid"), bytes(codes.SECRET_BYTES)
    a_parent(db, a_dossier(db), account=account)
    passphrases.keep(db, account.id, passphrases.hashed(PHRASE))
    key = browser.app.extensions["settings"].secret_key
    db.add(Authenticator(account_id=account.id, sealed=codes.sealed(key, account.id, secret)))
    db.commit()
    browser.submit("/entrer/phrase", {"who": "samia@famille.invalid", "phrase": PHRASE})
    shown = codes.totp(secret, int(clock.now().timestamp()) // codes.STEP_SECONDS)
    typed = shown.translate(str.maketrans("0123456789", turned))
    browser.submit("/entrer/code", {"code": typed}, status=status)
