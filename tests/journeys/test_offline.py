"""A phone whose network goes: a page that helps and names nobody, and what was read is not there."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from portal.app import create_app
from portal.core import clock, scope
from portal.core.db import make_engine, make_sessions
from portal.web import reading
from tests.chromium import carry_axe, violations
from tests.conftest import a_configuration
from tests.factories import a_dossier, a_parent, an_account, an_establishment, an_event
from tests.journeys.test_entering import Device, Portal, free_port
from tests.journeys.test_shared_phone import come_in

pytestmark = pytest.mark.browser
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  }
  return found;
}"""


class Network:
    """A portal that can be cut off: refused connections are what a service worker meets without a network."""

    def __init__(self, app: Any, port: int) -> None:
        self.app, self.port = app, port
        self.back()

    def back(self) -> None:
        self.server = make_server("localhost", self.port, self.app, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def goes(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def a_portal(template: Path, folder: Path) -> Iterator[tuple[Portal, Network]]:
    shutil.copy(template, folder / "relie.db")
    engine = make_engine(f"sqlite:///{folder / 'relie.db'}")
    port = free_port()
    settings = a_configuration(vault_url=f"file://{folder / 'vault'}", public_url=f"http://localhost:{port}")
    app = create_app(settings, sessions=make_sessions(engine))
    network = Network(app, port)
    yield Portal(settings.public_url, app, make_sessions(engine, scope.everywhere("test"))), network
    network.goes()
    engine.dispose()


@pytest.fixture
def phone(chromium: Browser, sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Device, Network]]:
    """A mother's, signed in, its shell kept."""
    with a_portal(sqlite_template, tmp_path) as (portal, network):
        with portal.sessions.begin() as db:
            place = an_establishment(db, name="IME Les Tilleuls", phone="02 61 91 00 12")
            dossier, account = a_dossier(db, place), an_account(db, "Samia Ouardamel")
            a_parent(db, dossier, account=account)
            soon = clock.now() + timedelta(hours=1)
            an_event(db, dossier, title="Neurologue", starts_at=soon, ends_at=soon)
        device = Device(chromium, portal)
        carry_axe(device.context)
        come_in(device, account)
        yield device, network
        device.context.close()


def kept(page: Page) -> list[str]:
    """What is in the phone once the page without a network is."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(f"({KEPT})().then(all => all.some(one => one.startsWith('/hors-ligne/')))")
    found: list[str] = page.evaluate(KEPT)
    return found


def test_without_a_network_a_phone_says_whom_to_call_and_goes_on_once_it_is_back(
    phone: tuple[Device, Network],
) -> None:
    device, network = phone
    page = device.open("/rendez-vous/")
    assert "Neurologue" in page.content()
    assert {path.split("/")[1] for path in kept(page)} == {"static", "hors-ligne"}, "files, and no page about anybody"
    network.goes()
    page = device.open("/rendez-vous/")
    assert page.locator("h1").inner_text() == "Pas de réseau"
    assert page.locator('a[href="tel:15"]').is_visible()
    assert page.locator('a[href="tel:0261910012"]').is_visible()
    assert not {"Neurologue", "Ouardamel"} & set(page.content().split())
    assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px", "it has its style"
    assert violations(page) == []
    network.back()
    page.get_by_role("link", name="Essayer encore").click()
    page.wait_for_selector("nav.menu", state="attached")
    assert "Neurologue" in page.content()


def test_the_page_without_a_network_is_the_one_its_reader_reads(phone: tuple[Device, Network]) -> None:
    device, network = phone
    kept(device.open("/"))
    easy = reading.Reading(mode="pictures", theme="dark")
    cookie = {"name": reading.COOKIE, "value": easy.written(), "url": "https://localhost", "secure": True}
    device.context.add_cookies([cookie])  # type: ignore[list-item]
    page = device.open("/")
    wanted = f"/hors-ligne/{easy.written()}"
    page.wait_for_function(f"({KEPT})().then(all => all.filter(one => one.includes('ligne')).join() === '{wanted}')")
    network.goes()
    html = device.open("/rendez-vous/").locator("html")
    assert (html.get_attribute("data-mode"), html.get_attribute("data-theme")) == ("pictures", "dark")
    network.back()


def test_leaving_removes_the_shell_too(phone: tuple[Device, Network]) -> None:
    device, _ = phone
    page = device.open("/")
    assert kept(page)
    device.leave()
    assert page.evaluate(KEPT) == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def test_a_form_sent_without_a_network_is_left_to_the_browser_that_can_send_it_again(
    phone: tuple[Device, Network],
) -> None:
    device, network = phone
    page = device.open("/lecture")
    kept(page)
    network.goes()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.method))
    ask: Callable[[], object] = page.locator("main form button.main").click
    ask()
    page.wait_for_url("chrome-error://**")
    assert "POST" in failed
    network.back()
