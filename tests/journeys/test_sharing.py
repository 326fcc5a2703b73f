"""The chart, accords and requests in a real browser: open to everybody, and two taps even without JavaScript."""

from __future__ import annotations

import pytest

from tests.chromium import violations
from tests.journeys.conftest import DESK, PHONE, Visitor
from tests.journeys.test_access_for_all import WIDE, looks, visit

pytestmark = pytest.mark.browser


def chart(visitor):
    """The chart of the child; a parent of two chooses first."""
    page = visitor.open("/partage/")
    if page.locator("main .links a").count():
        page.get_by_role("link", name="Ilyes").click()
        page.wait_for_load_state()
    return page.url.removeprefix(visitor.site.url)


def pages(visitor, role):
    """Every page of sharing this person has, by screen."""
    found = chart(visitor)
    table = visitor.open(f"{found}?tableau=1")
    yield "code", "/partage/verifier?numero=7"
    yield "choice", "/partage/"
    yield "chart", found
    yield "table", f"{found}?tableau=1"
    yield "cell", table.locator("main td a.cell").last.get_attribute("href")
    if role == "director":
        yield "acts", found.replace("/partage/", "/actes/")
        return
    yield "accords", "/accords/"
    for name, link in {
        "request": 'main a[href^="/accords/demandes/"]',
        "accord": 'main .docs a[href^="/accords/"]',
    }.items():
        found = visitor.open("/accords/").locator(link)
        if found.count():
            yield name, found.first.get_attribute("href")


EVERYBODY_S = ["code", "choice", "chart", "table", "cell", "accords"]
"""Screens that three or more of the four have: each of them looks at each in one look, another one for each.

So every screen meets every role, mode and theme, and every role every mode. What few have is seen in all their looks.
"""


def is_turn(screen, role, look):
    return screen not in EVERYBODY_S or (EVERYBODY_S.index(screen) + role) % 3 == look


@pytest.mark.parametrize(("turn", "role"), list(enumerate(["mother", "child", "grandmother", "director"])), ids=str)
def test_no_page_of_sharing_keeps_anybody_out(chromium, site, turn, role):
    for number, look in enumerate(looks(turn)):
        visitor = visit(chromium, site, role, look)
        for screen, path in list(pages(visitor, role)):
            if is_turn(screen, turn, number):
                page = visitor.open(path)
                page.eval_on_selector_all("main details", "all => all.slice(0, 3).forEach(one => one.open = true)")
                assert violations(page) == [], (path, look)
        visitor.leave()


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_nothing_of_sharing_overflows_with_letters_twice_as_large(chromium, site, mode):
    visitor = Visitor(chromium, site, viewport={"width": 320, "height": 800})
    visitor.enter("mother").read_in(mode)
    for _, path in list(pages(visitor, "mother")):
        page = visitor.open(path)
        page.eval_on_selector_all("main details", "all => all.slice(0, 3).forEach(one => one.open = true)")
        assert page.evaluate(WIDE) == [], path
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
