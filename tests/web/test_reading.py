"""Each person reads their way, and finds it again."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.core.models import Account
from portal.web import reading
from portal.web.reading import CHOICES, COOKIE, Reading
from tests.web.conftest import HOST, Phone


def root(html: str) -> str:
    """The <html …> of a page."""
    found = re.search(r"<html[^>]*>", html)
    assert found
    return found[0]


def test_somebody_who_chose_nothing_gets_the_standard_page(phone: Phone) -> None:
    assert root(phone.get("/lecture").text) == '<html lang="fr" dir="ltr">'


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_seen_on_the_next_page_and_kept_a_year(phone: Phone, name: str) -> None:
    phone.get("/lecture")
    for value in CHOICES[name][1:]:
        answer = phone.post("/lecture", {name: value, "next": "/attributions"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/attributions")
        kept = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith(COOKIE))
        assert "Max-Age=31536000" in kept
        if name in ("lang", "mode", "theme", "size", "space", "font"):
            attribute = "lang" if name == "lang" else f"data-{name}"
            assert f'{attribute}="{value}"' in root(phone.get("/lecture").text)
        assert f'id="{name}-{value}" value="{value}" checked' in phone.get("/lecture").text


def test_one_tap_changes_the_mode_and_nothing_else(phone: Phone) -> None:
    phone.get("/lecture")
    phone.post("/lecture", {"mode": "", "theme": "dark", "size": "xl", "space": "wide", "lang": "en"})
    phone.get("/lecture")
    phone.post("/lecture", {"mode": "pictures"})
    assert phone.cookie(COOKIE) == "pictures.dark.xl.wide.en"


def test_going_back_to_standard_works_too(phone: Phone) -> None:
    phone.get("/lecture")
    phone.post("/lecture", {"mode": "easy", "theme": "dark"})
    phone.get("/lecture")
    phone.post("/lecture", {"mode": "", "theme": ""})
    assert root(phone.get("/lecture").text) == '<html lang="fr" dir="ltr">'


def test_the_footer_offers_the_two_other_ways(phone: Phone) -> None:
    def offered() -> list[str]:
        return re.findall(r'<button name="mode" value="(\w*)">', phone.get("/attributions").text)

    assert offered() == ["easy", "pictures"]
    phone.post("/lecture", {"mode": "easy"})
    assert offered() == ["", "pictures"]


def test_the_page_of_choices_shows_what_is_chosen(phone: Phone) -> None:
    phone.get("/lecture")
    phone.post("/lecture", {"mode": "easy", "theme": "contrast", "lang": "fr"})
    checked = re.findall(r'id="(\w+-\w+)" value="\w*" checked', phone.get("/lecture").text)
    assert checked == [
        *("mode-easy", "size-aucun", "theme-contrast", "space-aucun", "font-aucun", "pics-aucun", "voice-aucun"),
        *("pace-aucun", "lang-fr"),
    ]


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_that_does_not_exist_counts_as_none(phone: Phone, name: str) -> None:
    phone.get("/lecture")
    assert phone.post("/lecture", {name: '"><script>'}).status_code == 303
    assert root(phone.get("/lecture").text) == '<html lang="fr" dir="ltr">'


def test_preferences_follow_the_account_to_another_phone(
    new_phone: Callable[[], Phone], mother: Account, db: Session
) -> None:
    here, there = new_phone(), new_phone()
    here.sign_in(mother.id)
    here.get("/lecture")
    here.post("/lecture", {"mode": "easy", "theme": "dark", "lang": "en", "size": "xl"})
    there.sign_in(mother.id)
    seen = root(there.get("/lecture").text)
    assert all(one in seen for one in ('lang="en"', 'data-mode="easy"', 'data-theme="dark"'))
    assert "data-size" not in seen, "the size of letters belongs to a screen"


def test_the_account_comes_before_the_device_it_is_opened_on(phone: Phone, db: Session, mother: Account) -> None:
    mother.mode = "pictures"
    db.add(mother)
    db.commit()
    phone.get("/lecture")
    phone.post("/lecture", {"mode": "easy"})
    phone.sign_in(mother.id)
    assert 'data-mode="pictures"' in root(phone.get("/lecture").text)


def test_a_choice_made_before_signing_in_is_not_lost(phone: Phone, mother: Account) -> None:
    phone.get("/lecture")
    phone.post("/lecture", {"mode": "easy"})
    phone.sign_in(mother.id)
    assert 'data-mode="easy"' in root(phone.get("/lecture").text)


def test_somebody_else_s_preferences_are_not_touched(
    new_phone: Callable[[], Phone], db: Session, mother: Account
) -> None:
    phone = new_phone()
    phone.get("/lecture")
    phone.post("/lecture", {"mode": "easy"})
    db.refresh(mother)
    assert mother.mode == ""


def test_every_combination_is_written_and_read_back() -> None:
    for values in product(*CHOICES.values()):
        chosen = Reading(*values)
        assert reading.read(chosen.written()) == chosen


@given(st.text(max_size=40))
def test_no_cookie_however_strange_breaks_a_page(written: str) -> None:
    found = reading.read(written)
    assert all(getattr(found, name) in values for name, values in CHOICES.items())


@pytest.mark.parametrize(("lang", "way"), [("fr", "ltr"), ("en", "ltr"), ("ar", "rtl"), ("he", "rtl")])
def test_the_page_turns_with_the_language(lang: str, way: str) -> None:
    assert reading.direction(lang) == way
    assert Reading(lang=lang).dir == way


def test_a_change_by_htmx_leaves_the_page(phone: Phone) -> None:
    phone.get("/lecture")
    data = {"csrf_token": phone.token, "mode": "easy", "next": "/lecture"}
    answer = phone.client.post("/lecture", base_url=HOST, data=data, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/lecture")
