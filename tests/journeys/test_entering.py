"""Coming in with a passkey, in a real Chromium with a virtual authenticator: what only a browser can show."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import make_server

from portal.access.words import Strength
from portal.accounts.models import Method, Passkey, SignIn
from portal.accounts.services import open_session
from portal.app import create_app
from portal.core import clock, scope
from portal.core.db import make_engine, make_sessions
from portal.core.models import Account
from portal.core.providers import Provider
from tests.conftest import a_configuration
from tests.factories import a_dossier, a_parent, an_account, an_event
from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Portal:
    url: str
    app: Any
    sessions: sessionmaker[Session]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    return found


@contextmanager
def running(template: Path, folder: Path, port: int = 0, oidc: tuple[Provider, ...] = ()) -> Iterator[Portal]:
    """A portal of its own, known by the address it is served at."""
    shutil.copy(template, folder / "relie.db")
    engine = make_engine(f"sqlite:///{folder / 'relie.db'}")
    port = port or free_port()
    url = f"http://localhost:{port}"
    settings = a_configuration(vault_url=f"file://{folder / 'vault'}", public_url=url, oidc=oidc)
    app = create_app(settings, sessions=make_sessions(engine))
    server = make_server("localhost", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Portal(url, app, make_sessions(engine, scope.everywhere("test")))
    server.shutdown()
    server.server_close()
    engine.dispose()


@pytest.fixture
def portal(sqlite_template: Path, tmp_path: Path) -> Iterator[Portal]:
    with running(sqlite_template, tmp_path) as found:
        yield found


@pytest.fixture
def mother(portal: Portal) -> Account:
    with portal.sessions.begin() as db:
        account = an_account(db, "Samia Ouardamel", identity_checked_at=clock.now())
        dossier = a_dossier(db)
        a_parent(db, dossier, account=account)
        an_event(db, dossier, starts_at=clock.now(), ends_at=clock.now())
    return account


class Device:
    """A phone with a sensor."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self.portal = portal
        self.context: BrowserContext = browser.new_context(viewport=PHONE, locale="fr-FR")
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.tool = self.context.new_cdp_session(self.page)
        self.tool.send("WebAuthn.enable", {"enableUI": False})
        made = self.tool.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.sensor = made["authenticatorId"]

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.complaints.append(text)

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.portal.url}{path}")
        return self.page

    def carry(self, token: str) -> None:
        """As if this session had been opened here."""
        serializer = self.portal.app.session_interface.get_signing_serializer(self.portal.app)
        value = serializer.dumps({"_user_id": token, "_fresh": True})
        cookie = {"name": "__Host-relie", "value": value, "url": "https://localhost", "secure": True, "httpOnly": True}
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def after_a_letter(self, account: Account) -> Page:
        with self.portal.sessions.begin() as db:
            token = open_session(db, account.id, Strength.LOW, method=Method.LETTER)
        self.carry(token)
        return self.open("/ma-connexion/choisir")

    def add_key(self) -> None:
        self.page.get_by_role("link", name="Avec cet appareil").click()
        self.page.get_by_role("button", name="Ajouter cette clé").click()
        self.page.wait_for_url(lambda url: "/cle" not in url and "/choisir" not in url)

    def offer_nothing(self) -> None:
        """This browser has no conditional UI."""
        self.context.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")

    def press_enter(self) -> None:
        self.page.get_by_role("button", name="Entrer avec mon appareil").click()

    def leave(self) -> None:
        self.page.evaluate("document.querySelector('form[action=\"/sortir\"]').submit()")
        self.page.wait_for_url("**/entrer")

    def credentials(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tool.send("WebAuthn.getCredentials", {"authenticatorId": self.sensor})[
            "credentials"
        ]
        return found


@pytest.fixture
def new_device(chromium: Browser, portal: Portal) -> Iterator[Callable[[], Device]]:
    made: list[Device] = []

    def make() -> Device:
        made.append(Device(chromium, portal))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
        assert not one.complaints, one.complaints


def sign_ins(portal: Portal, account: Account) -> list[tuple[Method, Strength]]:
    with portal.sessions() as db:
        rows = db.query(SignIn).filter(SignIn.account_id == account.id).order_by(SignIn.created_at)
        return [(one.method, one.how) for one in rows if one.ended_at is None]


def test_after_a_letter_a_phone_becomes_the_key_and_opens_everything(
    portal: Portal, mother: Account, new_device: Callable[[], Device]
) -> None:
    phone = new_device()
    phone.after_a_letter(mother)
    phone.add_key()
    assert sign_ins(portal, mother) == [(Method.PASSKEY, Strength.SUBSTANTIAL)], "the letter's session is over"
    assert [key["isResidentCredential"] for key in phone.credentials()] == [True]
    phone.context.clear_cookies()
    phone.open("/entrer?suite=/rendez-vous/")
    phone.page.wait_for_url("**/rendez-vous/")  # conditional UI: the name box offers the key, and the phone gave it


def test_the_button_asks_the_phone_when_it_offered_nothing_by_itself(
    portal: Portal, mother: Account, new_device: Callable[[], Device]
) -> None:
    phone = new_device()
    phone.after_a_letter(mother)
    phone.add_key()
    phone.offer_nothing()
    phone.leave()
    phone.open("/entrer")
    phone.press_enter()
    phone.page.wait_for_url(f"{portal.url}/")
    assert sign_ins(portal, mother) == [(Method.PASSKEY, Strength.SUBSTANTIAL)]
    with portal.sessions() as db:
        assert db.query(Passkey).one().used_at is not None


def test_a_phone_that_does_not_know_who_holds_it_opens_nothing(
    portal: Portal, mother: Account, new_device: Callable[[], Device]
) -> None:
    phone = new_device()
    phone.after_a_letter(mother)
    phone.add_key()
    phone.offer_nothing()
    phone.leave()
    phone.tool.send("WebAuthn.setUserVerified", {"authenticatorId": phone.sensor, "isUserVerified": False})
    phone.open("/entrer")
    assert not phone.page.get_by_text("L’appareil n’a pas donné la clé").is_visible()
    phone.press_enter()
    phone.page.get_by_text("L’appareil n’a pas donné la clé").wait_for()
    assert not phone.page.get_by_text("Cet appareil a déjà une clé").is_visible()
    assert sign_ins(portal, mother) == []


def test_a_second_key_on_the_same_phone_is_refused_in_words(
    portal: Portal, mother: Account, new_device: Callable[[], Device]
) -> None:
    phone = new_device()
    phone.after_a_letter(mother)
    phone.add_key()
    phone.open("/ma-connexion/cle")
    phone.page.get_by_role("button", name="Ajouter cette clé").click()
    phone.page.get_by_text("Cet appareil a déjà une clé pour vous").wait_for()


def test_an_answer_taken_on_one_phone_opens_nothing_on_another(
    portal: Portal, mother: Account, new_device: Callable[[], Device]
) -> None:
    """Login CSRF, and a replay: the question was asked of another device."""
    phone, other = new_device(), new_device()
    phone.after_a_letter(mother)
    phone.add_key()
    phone.offer_nothing()
    phone.leave()
    phone.page.add_init_script(
        "HTMLFormElement.prototype.submit = function () { window.kept = this.elements.answer.value; };"
    )
    phone.open("/entrer")
    phone.press_enter()
    phone.page.wait_for_function("window.kept")
    answer = phone.page.evaluate("window.kept")
    assert send(other, answer) == 422
    assert send(phone, answer) == 200, "led on to the home page"
    phone.open("/entrer")
    assert sign_ins(portal, mother) == [(Method.PASSKEY, Strength.SUBSTANTIAL)]


def send(device: Device, answer: str) -> int:
    """Put this answer in the form of the entrance, and send it."""
    device.offer_nothing()
    if "/entrer" not in device.page.url:
        device.open("/entrer")
    status: int = device.page.evaluate(
        "async answer => { const form = document.querySelector('form[action=\"/entrer/cle\"]');"
        "form.elements.answer.value = answer;"
        "return (await fetch('/entrer/cle', {method: 'POST', body: new FormData(form)})).status; }",
        answer,
    )
    return status


def test_without_a_script_the_page_offers_what_works_without_one(
    portal: Portal, mother: Account, chromium: Browser
) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/entrer")
    assert not page.get_by_role("button", name="Entrer avec mon appareil").is_visible()
    page.get_by_text("J’ai une phrase secrète").click()
    assert page.get_by_label("Adresse électronique ou numéro de lettre").is_visible()
    context.close()
