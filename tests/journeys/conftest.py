"""The demo, started as its README says, in a real browser. One for all journeys: they only read, or sign in and out."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.conftest import ROOT

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PHONE, DESK = {"width": 360, "height": 800}, {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Site:
    """A running demo. ``folder`` holds its database, vault and mails."""

    url: str
    folder: Path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """``portal demo start`` on a free port, in a folder of its own."""
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RELIE_")}
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "demo", "start", "--port", str(port)],
        cwd=ROOT,
        env=environment | {"RELIE_DEMO_FOLDER": str(folder / "demo")},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    found = Site(f"http://localhost:{port}", folder / "demo")
    try:
        _wait(f"http://127.0.0.1:{port}/entrer", server, folder / "server.log")
        yield found
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)
        log.close()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            raise RuntimeError(f"the demo stopped: {log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"the demo did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    assert path, "no Chromium on this machine: ./run test installs one"
    browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield browser
    browser.close()


class Visitor:
    """Somebody with a device. What the browser complains of, or asks of another host, fails the test that made it."""

    def __init__(self, browser: Browser, site: Site, **options: object) -> None:
        self.site = site
        self.context: BrowserContext = browser.new_context(**({"viewport": PHONE} | options))  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self._watch(asked.url))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.complaints.append(text)

    def _watch(self, url: str) -> None:
        if not url.startswith((self.site.url, "data:")):
            self.complaints.append(f"asked another host: {url}")

    def enter(self, role: str, *, low: bool = False) -> Visitor:
        """One tap on the demo's page."""
        self.open("/demo")
        form = self.page.locator(f'form[action="/demo/sign-in/{role}"]')
        (form.locator("button[value=low]") if low else form.locator("button").first).click()
        self.page.wait_for_url(f"{self.site.url}/")
        return self

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.site.url}{path}")
        return self.page

    def read_in(self, mode: str = "", theme: str = "") -> Visitor:
        """Choose on the page « Lecture »."""
        self.open("/lecture")
        for name, value in (("mode", mode), ("theme", theme)):
            self.page.locator(f'label[for="{name}-{value or "aucun"}"]').click()
        self.page.locator("main form button.main").click()
        self.page.wait_for_load_state()
        return self

    def leave(self) -> None:
        self.context.close()
        assert not self.complaints, self.complaints


@pytest.fixture
def visitor(chromium: Browser, site: Site) -> Iterator[Visitor]:
    somebody = Visitor(chromium, site)
    yield somebody
    somebody.leave()
