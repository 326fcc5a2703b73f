"""Languages written in part, letters fetched by choice, and « Écouter »: what a page carries, and for whom."""

from __future__ import annotations

import re

import pytest

from portal.web import assets, languages, reading
from portal.web.reading import COOKIE, Reading
from tests.web.conftest import Phone
from tests.web.test_reading import root

COVERED, FRENCH_ONLY = "/lecture", "/vos-droits"
UNREAD = "Traduction pas encore relue par une personne dont c’est la langue."


def choose(phone: Phone, **chosen: str) -> Phone:
    phone.get("/lecture")
    phone.post("/lecture", chosen)
    return phone


@pytest.mark.parametrize("lang", languages.PARTIAL)
def test_a_page_of_a_partial_language_says_in_both_that_nobody_reread_it(phone: Phone, lang: str) -> None:
    html = choose(phone, lang=lang).get(COVERED).text
    assert f'lang="{lang}" dir="{reading.direction(lang)}"' in root(html)
    said = re.findall(r'<p class="soft"([^>]*)>([^<]+)</p>', html)
    assert (' lang="fr" dir="ltr"', UNREAD) in said
    assert [text for attributes, text in said if not attributes and text != UNREAD][-1:] != []


@pytest.mark.parametrize("lang", languages.PARTIAL)
def test_a_page_that_is_not_written_in_it_is_wholly_french_and_says_so_in_it(phone: Phone, lang: str) -> None:
    html = choose(phone, lang=lang).get(FRENCH_ONLY).text
    assert root(html) == '<html lang="fr" dir="ltr">'
    (said,) = re.findall(rf'<p class="soft" lang="{lang}" dir="{reading.direction(lang)}">([^<]+)</p>', html)
    assert said != "Cette page existe seulement en français."
    assert phone.cookie(COOKIE) == f"....{lang}", "the choice is kept for the next page"


@pytest.mark.parametrize("lang", languages.WHOLE)
def test_a_whole_language_says_nothing_of_the_kind(phone: Phone, lang: str) -> None:
    html = choose(phone, lang=lang).get(FRENCH_ONLY).text
    assert UNREAD not in html
    assert f'lang="{lang}"' in root(html)


@pytest.mark.parametrize("font", ["atkinson", "dyslexic"])
def test_letters_are_fetched_by_those_who_chose_them_only(phone: Phone, font: str) -> None:
    assert "/static/font-" not in phone.get("/lecture").text
    html = choose(phone, font=font).get("/lecture").text
    assert re.findall(r"/static/font-(\w+)\.", html) == [font]
    sheet = phone.get(re.findall(r'"(/static/font-[^"]+)"', html)[0])
    assert b"url(vendor/" not in sheet.data
    for name in re.findall(r"url\(([^)]+)\)", sheet.text):
        assert phone.get(f"/static/{name}").headers["Content-Type"] == "font/woff2"


@pytest.mark.parametrize(
    ("chosen", "offered"),
    [
        ({}, False),
        ({"mode": "easy"}, True),
        ({"mode": "pictures"}, True),
        ({"mode": "easy", "voice": "off"}, False),
        ({"voice": "on"}, True),
    ],
)
def test_listening_is_offered_to_those_who_read_easily_or_want_it(phone: Phone, chosen: dict, offered: bool) -> None:
    html = choose(phone, **chosen).get("/attributions").text
    assert ('id="ecouter"' in html, "/static/voice." in html) == (offered, offered)


def test_the_pace_of_the_voice_is_told_to_it(phone: Phone) -> None:
    assert 'data-rate="0.75"' in choose(phone, voice="on", pace="slow").get("/lecture").text


def test_the_script_of_the_voice_is_light_and_asks_nobody_anything() -> None:
    script = (assets.STATIC / "voice.js").read_text()
    assert len(script) < 4096
    assert "localService" in script
    assert not re.search(r"fetch|XMLHttp|localStorage|sessionStorage|cookie|sendBeacon|https?:", script)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("easy.dark.xl.wide.en", Reading("easy", "dark", "xl", "wide", "en")),
        ("....fr", Reading()),
        ("pictures....fr.atkinson", Reading("pictures", font="atkinson")),
    ],
)
def test_a_cookie_of_before_is_still_read(written: str, found: Reading) -> None:
    assert reading.read(written) == found
    assert reading.read(found.written()) == found


def test_what_follows_an_account_is_written_and_read_back() -> None:
    chosen = Reading("easy", "dark", "", "", "tr", "dyslexic", "word", "on", "slow")
    kept = chosen.of_account
    assert Reading(**reading.of(kept["mode"], kept["theme"], kept["locale"], kept["rest"])) == chosen
