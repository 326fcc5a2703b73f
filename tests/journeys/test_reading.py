"""A message of the DUI, read on a phone: the main job, end to end, in a real browser."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser
MODES = ("", "easy", "pictures")


@pytest.mark.parametrize("mode", MODES)
def test_a_mother_goes_from_home_to_a_rendez_vous_and_back(visitor, mode):
    visitor.enter("mother").read_in(mode)
    page = visitor.open("/")
    page.locator('main a[href^="/rendez-vous/"][href*="-"]').first.click()
    page.wait_for_url(re.compile(r"/rendez-vous/[0-9a-f-]{36}(#reponse)?$"))
    assert page.locator("h1").count() == 1
    page.locator('main a[href="/rendez-vous/"]').click()
    assert page.locator("main h2").count() >= 1


def test_everything_works_without_javascript(chromium, site):
    visitor = Visitor(chromium, site, java_script_enabled=False)
    visitor.enter("mother").read_in("easy", "dark")
    page = visitor.open("/rendez-vous/")
    assert page.locator("html").get_attribute("data-mode") == "easy"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.locator("main ul.easy a").first.click()
    assert page.locator("ul.easy li").count() >= 2
    page.locator(".foot button", has_text=re.compile("normal|standard")).click()
    assert page.locator("html").get_attribute("data-mode") is None
    assert re.search(r"/rendez-vous/[0-9a-f-]{36}$", page.url), "one stays on the page one was reading"
    visitor.leave()


def test_everything_works_by_keyboard(visitor):
    """From the first key to a rendez-vous: skip link, menu, list, detail. Each stop shows where one is."""
    visitor.enter("mother")
    page = visitor.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        where = page.evaluate(
            "document.activeElement.getAttribute('href') || document.activeElement.textContent.trim()"
        )
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none", where
        seen.add(where)
        if where.startswith("/rendez-vous/") and len(where) > 40:
            page.keyboard.press("Enter")
            break
    page.wait_for_url(re.compile(r"/rendez-vous/[0-9a-f-]{36}(#reponse)?$"))
    assert "#menu" in seen


def test_the_menu_opens_on_a_phone_and_stands_beside_on_a_desk(chromium, site):
    phone = Visitor(chromium, site, viewport=PHONE)
    page = phone.enter("mother").open("/")
    assert not page.locator("nav.menu").is_visible()
    page.locator("a.to-menu").click()
    assert page.locator("nav.menu").is_visible()
    phone.leave()
    desk = Visitor(chromium, site, viewport=DESK)
    assert desk.enter("secretary").open("/").locator("nav.menu").is_visible()
    desk.leave()


def test_the_child_reads_in_pictures_without_being_asked(visitor):
    page = visitor.enter("child").open("/")
    assert page.locator("html").get_attribute("data-mode") == "pictures"
    assert page.locator("ol.pics li").count() >= 1


def test_going_on_with_the_list_keeps_the_page(chromium, site):
    """htmx adds the rest below; nothing is loaded twice, and focus is not thrown to the top."""
    visitor = Visitor(chromium, site)
    visitor.enter("secretary")
    page = visitor.open("/rendez-vous/")
    before = page.locator("main ol.thread > li").count()
    page.locator("a[data-hx-get]").click()
    page.locator("main ol.thread > li").nth(before).wait_for()
    links = page.eval_on_selector_all("main ol.thread a", "those => those.map(a => a.href)")
    assert len(links) == len(set(links))
    assert page.url.endswith("/rendez-vous/")
    visitor.leave()


@pytest.mark.parametrize("role", ["young-adult-mother", "aunt", "curator"])
def test_those_to_whom_nothing_is_open_are_told_whom_to_ask(visitor, role):
    text = visitor.enter(role).open("/").locator("main").inner_text()
    assert "Rien n’est encore partagé avec vous" in text
    assert visitor.page.locator('main a[href^="tel:"]').count() >= 1


BOTH_PARENTS_S = ("/semaine/", "/rendez-vous/")


def test_both_parents_read_the_same(chromium, site):
    """Home says besides what each was asked, and did not answer yet."""
    read = []
    for role in ("mother", "father"):
        visitor = Visitor(chromium, site)
        visitor.enter(role)
        read.append([visitor.open(path).locator("main").inner_text().split("\n", 1)[1] for path in BOTH_PARENTS_S])
        visitor.leave()
    assert read[0] == read[1]


def test_after_leaving_the_back_button_shows_nothing(visitor):
    page = visitor.tap_in("mother").open("/")
    name = page.locator("h2").first.inner_text()
    page.locator("a.to-menu").click()
    page.locator('form[action="/sortir"] button').first.click()
    page.go_back()
    assert name not in page.locator("body").inner_text()
    assert page.locator('a[href="/demo"]').count() >= 1
