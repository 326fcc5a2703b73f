"""axe on every page there is: three modes, three themes, phone and desk, both languages, chosen so that pairs meet."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = {
    None: ("/entrer", "/demo", "/attributions", "/lecture"),
    "mother": ("/", "/rendez-vous/", "/rendez-vous/passes", "DETAIL", "/absente"),
    "child": ("/", "DETAIL"),
    "aunt": ("/",),
    "secretary": ("/", "/rendez-vous/", "/reception"),
}
MODES, THEMES, SIZES = ("", "easy", "pictures"), ("light", "dark", "contrast"), (PHONE, DESK)
LOOKS = [
    (mode, THEMES[(row + turn) % 3], SIZES[(row + turn) % 2]) for turn in range(3) for row, mode in enumerate(MODES)
]
"""Nine looks: every mode meets every theme, on a phone or on a desk."""


def looks(number: int) -> list[tuple[str, str, dict[str, int]]]:
    """Three of them for one role, so that each page meets every mode and every theme; others get another three."""
    return LOOKS[number % 3 * 3 :][:3]


@pytest.mark.parametrize(("turn", "role"), list(enumerate(PAGES)), ids=str)
def test_no_page_keeps_anybody_out(chromium, site, turn, role):
    axe = Axe()
    for mode, theme, size in looks(turn):
        visitor = Visitor(chromium, site, viewport=size)
        if role:
            visitor.enter(role)
        visitor.read_in(mode, theme)
        for path in PAGES[role]:
            page = visitor.open("/rendez-vous/" if path == "DETAIL" else path)
            if path == "DETAIL":
                page.locator('main a[href^="/rendez-vous/"][href*="-"]').first.click()
                page.wait_for_load_state()
            found = axe.run(page, options=RULES).response["violations"]
            said = [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found]
            assert not said, (path, mode, theme, size["width"], said)
        visitor.leave()


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_overflows_even_with_letters_twice_as_large(chromium, site, mode, width):
    visitor = Visitor(chromium, site, viewport={"width": width, "height": 800})
    visitor.enter("mother").read_in(mode)
    for path in ("/", "/rendez-vous/", "/lecture", "/demo"):
        page = visitor.open(path)
        for size in ("", "xxl"):
            page.evaluate("size => document.documentElement.setAttribute('data-size', size)", size)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (path, size, wide)
    visitor.leave()


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_what_is_pressed_is_large_enough(visitor, mode):
    """54 px, 80 px in pictures (look notes); WCAG 2.2 exempts links inside a sentence."""
    visitor.enter("mother").read_in(mode)
    small = visitor.open("/").eval_on_selector_all(
        ".btn, .tool, .tap, .links button, .menu a",
        "those => those.filter(e => e.offsetParent).map(e => [e.textContent.trim(), e.getBoundingClientRect().height])",
    )
    least = 80 if mode == "pictures" else 54
    assert [one for one in small if one[1] < least - 0.5 and "tap" not in one] == [] or mode != "pictures"
    assert [one for one in small if one[1] < 53.5] == []


def test_nothing_moves(visitor):
    """Photosensitive readers: no animation, no transition, nowhere."""
    visitor.enter("child")
    for path in ("/", "/rendez-vous/"):
        moving = visitor.open(path).evaluate(
            """[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);
            return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0 }).map(e => e.outerHTML)"""
        )
        assert moving == []
