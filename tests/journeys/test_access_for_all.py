"""axe on every page there is: three modes, three themes, phone and desk, both languages, chosen so that pairs meet."""

from __future__ import annotations

import pytest

from tests.chromium import carry_axe, violations
from tests.journeys.conftest import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser
PAGES = {
    None: ("/entrer", "/demo", "/attributions", "/lecture"),
    "mother": ("/", "/rendez-vous/", "/rendez-vous/passes", "DETAIL", "/absente"),
    "child": ("/", "DETAIL"),
    "aunt": ("/",),
    "secretary": ("/", "/rendez-vous/", "/reception"),
}
MODES, THEMES, SIZES = ("", "easy", "pictures"), ("light", "dark", "contrast"), (PHONE, DESK)
DEALT = {
    None: ("/lettre", "/vos-donnees", "/vos-droits", "/accessibilite", "/conditions"),
    "mother": ("/ma-connexion", "/entrer/plus-sur", "/accords/"),
    "director": ("/equipe", "/equipe/inviter", "/equipe/a-revoir", "/lettres", "/accompagner", "PERSON"),
}
"""Pages of one column and forms: each in one look, dealt so that those of a role meet every mode."""
WIDE = """["", "xxl"].filter(size => {
  const root = document.documentElement;
  root.setAttribute("data-size", size);
  return root.scrollWidth > root.clientWidth;
})"""
"""Sizes of letters at which the page is wider than its window."""
LANGS = ("fr", "en")
LOOKS = [
    (mode, THEMES[(row + turn) % 3], SIZES[(row + turn) % 2], LANGS[row % 2 ^ turn % 2])
    for turn in range(3)
    for row, mode in enumerate(MODES)
]
"""Nine looks: every mode meets every theme, both languages, on a phone and on a desk."""


def looks(number):
    """Three of them for one role, so that each page meets every mode and every theme; others get another three."""
    return LOOKS[number % 3 * 3 :][:3]


def visit(chromium, site, role, look):
    """Somebody (or nobody signed in) who reads in this look, with axe."""
    mode, theme, size, lang = look
    visitor = Visitor(chromium, site, viewport=size)
    carry_axe(visitor.context)
    if role:
        visitor.enter(role)
    return visitor.read_in(mode, theme).in_language(lang)


@pytest.mark.parametrize(("turn", "role"), list(enumerate(PAGES)), ids=str)
def test_no_page_keeps_anybody_out(chromium, site, turn, role):
    for look in looks(turn):
        visitor = visit(chromium, site, role, look)
        for path in PAGES[role]:
            page = visitor.open("/rendez-vous/" if path == "DETAIL" else path)
            if path == "DETAIL":
                page.locator('main a[href^="/rendez-vous/"][href*="-"]').first.click()
                page.wait_for_load_state()
            assert page.locator("html").get_attribute("lang") == look[-1]
            assert violations(page) == [], (path, look)
        visitor.leave()


@pytest.mark.parametrize(("turn", "role"), list(enumerate(DEALT)), ids=str)
def test_no_page_of_signing_in_and_around_it_keeps_anybody_out(chromium, site, turn, role):
    for number, look in enumerate(looks(turn + 1)):
        visitor = visit(chromium, site, role, look)
        for path in DEALT[role][number::3]:
            page = visitor.open("/equipe" if path == "PERSON" else path)
            if path == "PERSON":
                page.locator('main a[href^="/equipe/"][href*="-"]').last.click()
                page.wait_for_load_state()
            assert violations(page) == [], (path, look)
            assert page.evaluate(WIDE) == [], (path, look)
        visitor.leave()


@pytest.mark.parametrize("mode", MODES)
def test_nothing_overflows_even_with_letters_twice_as_large(visitor, mode):
    visitor.enter("mother").read_in(mode)
    for path in ("/", "/rendez-vous/", "/lecture", "/demo"):
        page = visitor.open(path)
        for width in (320, 360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(WIDE) == [], (path, width)


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
