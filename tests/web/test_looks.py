"""What only a browser knows: contrasts, names, reflow, weight, focus, and that nothing is fetched from elsewhere."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from portal.core.db import make_engine, make_sessions
from portal.web import reading
from portal.web.guard import public
from portal.web.page import page as draw
from portal.web.reading import CHOICES, Reading
from tests.components.drawing import sheets
from tests.factories import an_account, an_establishment
from tests.journeys.conftest import FLAGS
from tests.web.conftest import application

pytestmark = pytest.mark.browser

KIB = 1024
SHEETS = sheets()
PAGES = ["/entrer", "/lecture", "/attributions", "/nowhere", "/essai/erreur/autre", "/essai/attendu/429"]
EVERYWHERE = [*PAGES, *(f"/planche/{number}" for number in range(len(SHEETS)))]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

CONTRAST = {"runOnly": ["color-contrast", "color-contrast-enhanced"]}
LOOK = """([size, space, way]) => {
  const root = document.documentElement;
  size ? root.dataset.size = size : delete root.dataset.size;
  space ? root.dataset.space = space : delete root.dataset.space;
  root.dir = way;
}"""


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The portal and its probes on this machine, with one establishment and one account."""
    folder = tmp_path_factory.mktemp("looks")
    shutil.copy(sqlite_template, folder / "relie.db")
    engine = make_engine(f"sqlite:///{folder / 'relie.db'}")
    app = application(folder, make_sessions(engine))
    _add_sheets(app)
    with Session(engine) as db:
        an_establishment(db, name="IME Les Tilleuls", phone="02 61 91 00 12")
        app.config["PROBE"] = an_account(db, "Madame Carpentier").id
        db.commit()
    server = make_server("localhost", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    engine.dispose()


def _add_sheets(app: Flask) -> None:
    @public(because="it exists in tests only")
    def sheet(number: int) -> Response:
        shown = [app.jinja_env.from_string(one.source()).render(**one.values()) for one in SHEETS[number]]
        return draw("sheet.html", shown=shown)

    app.add_url_rule("/planche/<int:number>", "sheet", sheet)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    yield context
    context.close()


def read_as(context: BrowserContext, site: str, reader: Reading) -> Page:
    """A page of somebody who reads this way."""
    context.clear_cookies()
    secure = site.replace("http:", "https:")
    context.add_cookies([{"name": reading.COOKIE, "value": reader.written(), "url": secure, "secure": True}])
    return context.new_page()


@pytest.mark.parametrize("mode", CHOICES["mode"])
def test_nothing_is_hard_to_see_to_name_or_to_reach(context: BrowserContext, site: str, mode: str) -> None:
    """axe-core, WCAG 2.2 A, AA, AAA and best practices, on every component and every page of no feature.

    Other themes change colours only, so only contrast is looked at again.
    """
    page = read_as(context, site, Reading(mode=mode))
    for path in EVERYWHERE:
        page.goto(site + path)
        assert violations(page, RULES) == [], path
        for theme in CHOICES["theme"][1:]:
            page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
            assert violations(page, CONTRAST) == [], (path, theme)


def violations(page: Page, rules: dict[str, list[str]]) -> list[tuple[str, str]]:
    found = Axe().run(page, options=rules).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.parametrize("mode", CHOICES["mode"])
def test_no_page_is_wider_than_the_phone(context: BrowserContext, site: str, mode: str) -> None:
    """At every size of letters and spacing, in both directions of writing."""
    page = read_as(context, site, Reading(mode=mode))
    looks = list(product((320, 360, 412), CHOICES["size"], CHOICES["space"], ("ltr", "rtl")))
    for path in EVERYWHERE:
        page.goto(site + path)
        for width, size, space, way in looks:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(LOOK, [size, space, way])
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width, size, space, way)


def test_what_can_be_pressed_is_large_enough(context: BrowserContext, site: str) -> None:
    """54 px, but for links inside a sentence; 80 px beside pictures."""
    for mode, least in (("", 54), ("easy", 54), ("pictures", 60)):
        page = read_as(context, site, Reading(mode=mode))
        for path in PAGES:
            page.goto(site + path)
            low = page.eval_on_selector_all(
                ".btn, .tool, .brand, .choice label, .links button, .tap, .menu a",
                "all => all.filter(one => one.offsetParent).map(one => [one.textContent.trim(), one.offsetHeight])",
            )
            assert [one for one in low if one[1] < least] == [], (mode, path)


def test_the_sign_in_page_is_light_and_needs_no_script(chromium: Browser, site: str) -> None:
    cold, warm = weigh(chromium, site, "/entrer")
    assert sum(cold.values()) <= 14 * KIB, cold
    assert sum(warm.values()) <= 2 * KIB, warm
    assert not [url for url in cold if url.endswith(".js")]


@pytest.mark.parametrize("path", ["/lecture", "/attributions", "/nowhere", "/essai/vif"])
def test_every_page_of_no_feature_is_light(chromium: Browser, site: str, path: str) -> None:
    cold, warm = weigh(chromium, site, path)
    assert sum(cold.values()) <= 40 * KIB
    assert sum(weight for url, weight in cold.items() if not url.endswith((".js", ".svg"))) <= 14 * KIB
    assert sum(warm.values()) <= 4 * KIB


def weigh(chromium: Browser, site: str, path: str) -> tuple[dict[str, int], dict[str, int]]:
    """Bytes on the wire, headers included, by address: for somebody new, then for the same person again."""
    context = chromium.new_context(viewport={"width": 412, "height": 800})
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    urls: dict[str, str] = {}
    weights: dict[str, int] = {}
    client.on("Network.responseReceived", lambda seen: urls.update({seen["requestId"]: seen["response"]["url"]}))

    def finished(seen: dict[str, str]) -> None:
        weights[urls[seen["requestId"]]] = int(seen["encodedDataLength"])

    client.on("Network.loadingFinished", finished)
    page.goto(site + path, wait_until="networkidle")
    cold = dict(weights)
    weights.clear()
    page.goto(site + path, wait_until="networkidle")
    context.close()
    assert all(url.startswith(site) for url in cold), "a page asked another host"
    return cold, dict(weights)


def test_the_browser_finds_nothing_to_complain_about(context: BrowserContext, site: str) -> None:
    """No violation of the security policy, no error, no missing file."""
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    for path in ["/essai/vif", *(path for path in EVERYWHERE if "/essai/" not in path and path != "/nowhere")]:
        page.goto(site + path, wait_until="networkidle")
    assert told == []


def test_htmx_fills_one_place_under_the_strict_policy(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(f"{site}/essai/vif", wait_until="networkidle")
    page.get_by_role("button", name="Ici").click()
    page.wait_for_selector("#place #part")
    assert page.locator("h1").count() == 1


def test_a_refused_form_takes_the_reader_to_what_is_wrong(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(f"{site}/essai/souhait")
    page.get_by_role("button", name="Envoyer").click()
    page.locator(".note.k-no:focus").wait_for()  # focus moves once the page is drawn
    page.get_by_role("link", name="Vos mots").click()
    assert page.evaluate("location.hash") == "#words"


def test_preferences_are_chosen_by_hand_and_hold(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(f"{site}/attributions")
    page.get_by_role("link", name="Lecture").click()
    page.get_by_text("Facile à lire").click()
    page.get_by_text("Contraste fort").click()
    page.get_by_role("button", name="Garder ces choix").click()
    assert page.url == f"{site}/attributions"
    html = page.locator("html")
    assert (html.get_attribute("data-mode"), html.get_attribute("data-theme")) == ("easy", "contrast")
    assert context.cookies()
    assert page.evaluate("document.cookie") == "", "scripts see no cookie"


def test_the_page_can_be_left_by_keyboard_to_its_content(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(f"{site}/attributions")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#contenu"
