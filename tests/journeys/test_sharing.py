"""The chart, accords and requests in a real browser: open to everybody, and two taps even without JavaScript."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import DESK, PHONE, Visitor
from tests.journeys.test_access_for_all import RULES, looks

pytestmark = pytest.mark.browser


def chart(visitor):
    """The chart of the child; a parent of two chooses first."""
    page = visitor.open("/partage/")
    if page.locator("main .links a").count():
        page.get_by_role("link", name="Ilyes").click()
        page.wait_for_load_state()
    return page.url.removeprefix(visitor.site.url)


def pages(visitor, role):
    """Every page of sharing this person has, one after another."""
    found = chart(visitor)
    yield from ("/partage/verifier?numero=7", "/partage/", found, f"{found}?tableau=1")
    page = visitor.open(f"{found}?tableau=1")
    cell = page.locator("main td a.cell").last.get_attribute("href")
    yield cell
    if role == "director":
        yield found.replace("/partage/", "/actes/")
        return
    yield "/accords/"
    for link in ('main a[href^="/accords/demandes/"]', 'main .docs a[href^="/accords/"]'):
        found = visitor.open("/accords/").locator(link)
        if found.count():
            yield found.first.get_attribute("href")


@pytest.mark.parametrize(("turn", "role"), list(enumerate(["mother", "child", "grandmother", "director"])), ids=str)
def test_no_page_of_sharing_keeps_anybody_out(chromium, site, turn, role):
    axe = Axe()
    for mode, theme, size in looks(turn):
        visitor = Visitor(chromium, site, viewport=size)
        visitor.enter(role).read_in(mode, theme)
        for path in list(pages(visitor, role)):
            page = visitor.open(path)
            page.eval_on_selector_all("main details", "all => all.slice(0, 3).forEach(one => one.open = true)")
            found = axe.run(page, options=RULES).response["violations"]
            said = [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found]
            assert not said, (path, mode, theme, size["width"], said)
        visitor.leave()


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_nothing_of_sharing_overflows_with_letters_twice_as_large(chromium, site, mode):
    visitor = Visitor(chromium, site, viewport={"width": 320, "height": 800})
    visitor.enter("mother").read_in(mode)
    for path in list(pages(visitor, "mother")):
        page = visitor.open(path)
        page.eval_on_selector_all("main details", "all => all.slice(0, 3).forEach(one => one.open = true)")
        for size in ("", "xxl"):
            page.evaluate("size => document.documentElement.setAttribute('data-size', size)", size)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (path, size, wide)
    visitor.leave()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_father_gives_and_takes_back_in_two_taps_each_without_javascript(chromium, site, size):
    visitor = Visitor(chromium, site, viewport=size, java_script_enabled=False)
    visitor.enter("father")
    page = visitor.open(f"{chart(visitor)}?tableau=1")
    page.locator("main td a.cell", has_text="Sur accord").first.click()
    page.get_by_role("button", name="Donner mon accord").click()
    assert "Accord donné" in page.locator("main").inner_text()
    page.get_by_role("button", name="Retirer l’accord").click()
    assert "Sur accord" in page.locator("main").inner_text()
    visitor.leave()
