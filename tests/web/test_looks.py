"""What only a browser knows: contrasts, names, reflow, weight, focus, and that nothing is fetched from elsewhere."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from portal.core.db import make_engine, make_sessions
from portal.web import reading
from portal.web.guard import public
from portal.web.page import page as draw
from portal.web.reading import CHOICES, Reading
from tests.chromium import CONTRAST, RULES, carry_axe, one_chromium, violations
from tests.components.drawing import sheets
from tests.factories import an_account, an_establishment
from tests.web.conftest import application

pytestmark = pytest.mark.browser

KIB = 1024
SHEETS = sheets()
PAGES = ["/entrer", "/lecture", "/attributions", "/nowhere", "/essai/erreur/autre", "/essai/attendu/429"]
EVERYWHERE = [*PAGES, *(f"/planche/{number}" for number in range(len(SHEETS)))]
LOOKS = list(product(CHOICES["size"], CHOICES["space"], ("ltr", "rtl")))
WIDE = """looks => looks.filter(([size, space, way]) => {
  const root = document.documentElement;
  size ? root.dataset.size = size : delete root.dataset.size;
  space ? root.dataset.space = space : delete root.dataset.space;
  root.dir = way;
  return root.scrollWidth > window.innerWidth;
})"""
"""Looks in which the page is wider than its window."""


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
def chromium(request: pytest.FixtureRequest) -> Browser:
    return one_chromium(request.session)


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
    carry_axe(context)
    page = read_as(context, site, Reading(mode=mode))
    for path in EVERYWHERE:
        page.goto(site + path)
        assert violations(page, RULES) == [], path
        for theme in CHOICES["theme"][1:]:
            page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
            assert violations(page, CONTRAST) == [], (path, theme)


@pytest.mark.parametrize("mode", CHOICES["mode"])
def test_no_page_is_wider_than_the_phone(context: BrowserContext, site: str, mode: str) -> None:
    """At every size of letters and spacing, in both directions of writing."""
    page = read_as(context, site, Reading(mode=mode))
    for path in EVERYWHERE:
        page.goto(site + path)
        for width in (320, 360, 412):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(WIDE, LOOKS) == [], (path, width)


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


def test_every_page_of_no_feature_is_light_and_the_entrance_more_so(chromium: Browser, site: str) -> None:
    """At the entrance a script asks the phone for its passkey: the page stands without it, and it comes last."""
    paths = ["/entrer", "/lecture", "/attributions", "/nowhere", "/essai/vif"]
    for path, (cold, warm) in weigh(chromium, site, paths).items():
        entrance = path == "/entrer"
        needed = {url: weight for url, weight in cold.items() if not (entrance and url.endswith(".js"))}
        assert site + path in cold
        assert sum(needed.values()) <= (14 if entrance else 40) * KIB, (path, cold)
        assert sum(cold.values()) <= (16 if entrance else 40) * KIB, (path, cold)
        assert sum(weight for url, weight in cold.items() if not url.endswith((".js", ".svg"))) <= 14 * KIB, path
        assert site + path in warm
        assert sum(warm.values()) <= (3 if entrance else 4) * KIB, (path, warm)


Weights = dict[str, int]
"""Bytes on the wire, headers included, by address."""


def weigh(chromium: Browser, site: str, paths: list[str]) -> dict[str, tuple[Weights, Weights]]:
    """What each page weighs for somebody new, then for the same person again.

    A phone for each page, so that all of them fall silent together: waiting for that is most of the time.
    """
    phones = {path: chromium.new_context(viewport={"width": 412, "height": 800}).new_page() for path in paths}
    seen = {path: listen(page) for path, page in phones.items()}
    rounds = []
    for _ in range(2):
        for path, page in phones.items():
            page.goto(site + path)
        for page in phones.values():
            page.wait_for_load_state("networkidle")
        rounds.append({path: dict(weights) for path, weights in seen.items()})
        for weights in seen.values():
            weights.clear()
    for page in phones.values():
        page.context.close()
    assert all(url.startswith(site) for cold in rounds[0].values() for url in cold), "a page asked another host"
    return {path: (rounds[0][path], rounds[1][path]) for path in paths}


def listen(page: Page) -> Weights:
    """What this page will receive, as it comes."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    urls: dict[str, str] = {}
    weights: Weights = {}
    client.on("Network.responseReceived", lambda seen: urls.update({seen["requestId"]: seen["response"]["url"]}))

    def finished(seen: dict[str, str]) -> None:
        weights[urls[seen["requestId"]]] = int(seen["encodedDataLength"])

    client.on("Network.loadingFinished", finished)
    return weights


def test_the_browser_finds_nothing_to_complain_about(context: BrowserContext, site: str) -> None:
    """No violation of the security policy, no error, no missing file. All stand open, then fall silent together."""
    told: list[str] = []
    paths = ["/essai/vif", *(path for path in EVERYWHERE if "/essai/" not in path and path != "/nowhere")]
    pages = [context.new_page() for _ in paths]
    for page, path in zip(pages, paths, strict=True):
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto(site + path)
    for page in pages:
        page.wait_for_load_state("networkidle")
    assert told == []


def test_htmx_fills_one_place_under_the_strict_policy(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(f"{site}/essai/vif")
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
