"""Four more languages on a phone, one of them from right to left: nothing overflows, numbers stay in their order."""

from __future__ import annotations

import pytest

from portal.web.languages import PARTIAL
from tests.chromium import carry_axe, violations

pytestmark = pytest.mark.browser
PATHS = ("/", "/semaine/", "/jour/", "/rendez-vous/", "/menus/", "/lecture", "/entrer")
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
ORDER = """(text) => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); ) {
    const at = node.data.search(text);
    if (at < 0 || !node.parentElement.getClientRects().length) continue;
    const found = node.data.match(text)[0];
    return [...found].map((sign, index) => {
      const range = document.createRange();
      range.setStart(node, at + index);
      range.setEnd(node, at + index + 1);
      return range.getBoundingClientRect().left;
    });
  }
}"""
"""Where each sign of the first text like this stands on the screen."""


@pytest.mark.parametrize("lang", PARTIAL)
def test_every_day_pages_are_in_the_language_and_fit_a_small_phone(visitor, lang):
    carry_axe(visitor.context)
    visitor.enter("mother").read_in("").in_language(lang)
    for path in PATHS:
        page = visitor.open(path)
        assert page.locator("html").get_attribute("lang") == lang, path
        assert not page.evaluate(WIDE), path
        assert violations(page) == [], path


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_from_right_to_left_the_page_turns_and_numbers_do_not(visitor, mode):
    page = visitor.enter("mother").read_in(mode).in_language("ar").open("/jour/")
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.body).borderRightWidth") != "0px", "the spine is where lines begin"
    assert page.evaluate("getComputedStyle(document.querySelector('.flip')).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    visitor.in_language("ar")
    page = visitor.open("/rendez-vous/")
    hour = page.evaluate(f"({ORDER})(/\\d\\d:\\d\\d/)")
    assert len(hour) == 5
    assert hour == sorted(hour)
    for width in (320, 360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert not page.evaluate(WIDE), width


def test_a_telephone_number_is_read_from_left_to_right(visitor):
    page = visitor.enter("mother").read_in("").in_language("ar").open("/absente")
    (number,) = page.locator('main a[href^="tel:"] .n').all_inner_texts()[:1]
    places = page.evaluate(f"({ORDER})(/{number}/)")
    assert len(places) == len(number)
    assert places == sorted(places)
