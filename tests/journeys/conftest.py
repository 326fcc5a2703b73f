"""The demo, started as its README says, in a real browser. One for all journeys: they only read, or sign in and out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import cast

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, BrowserContext, Page

from portal.web.reading import COOKIE
from tests.chromium import BROWSERS as BROWSERS
from tests.chromium import FLAGS as FLAGS
from tests.chromium import one_chromium
from tests.journeys.site import Site as Site
from tests.journeys.site import make, serving
from tests.once import made_once

PHONE, DESK = {"width": 360, "height": 800}, {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demo of this process, where the one made for the whole run already stands."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(made_once(tmp_path_factory, "made", make), folder / "demo")
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Browser:
    return one_chromium(request.session)


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

    def enter(self, role: str) -> Visitor:
        """Be signed in as somebody: by hand the first time, then with what the device of that time kept."""
        if role not in self.site.entered:
            self.tap_in(role)
            self.site.entered[role] = cast("list[SetCookieParam]", self.context.cookies())
        self.context.add_cookies(self.site.entered[role])
        return self

    def tap_in(self, role: str) -> Visitor:
        """One tap on the demo's page, for a session of one's own."""
        self.open("/demo")
        self.page.locator(f'form[action="/demo/sign-in/{role}"] button').first.click()
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

    def in_language(self, lang: str) -> Visitor:
        """On this device only."""
        (kept,) = [one for one in self.context.cookies() if one["name"] == COOKIE]
        kept["value"] = kept["value"].rpartition(".")[0] + f".{lang}"
        self.context.add_cookies([cast("SetCookieParam", kept)])
        return self

    def leave(self) -> None:
        self.context.close()
        assert not self.complaints, self.complaints


@pytest.fixture
def visitor(chromium: Browser, site: Site) -> Iterator[Visitor]:
    somebody = Visitor(chromium, site)
    yield somebody
    somebody.leave()
