"""One view serves the page and its fragment; a fragment never ends inside a page, nor a page inside a fragment."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from flask import Flask, g

from portal.web.page import go, page
from tests.web.conftest import HOST, Phone

FRAGMENT = '<p id="part">bonjour</p>'


@pytest.mark.parametrize(
    ("asked", "whole"),
    [
        ({}, True),
        ({"HX-Request": "true"}, False),
        ({"HX-Request": "true", "HX-Request-Type": "partial"}, False),
        ({"HX-Request": "true", "HX-Request-Type": "full"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, True),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, True),
        ({"HX-Boosted": "true"}, True),
    ],
)
def test_htmx_gets_the_fragment_only_when_it_fills_one_place(phone: Phone, asked: dict[str, str], whole: bool) -> None:
    html = phone.get("/essai/page?said=bonjour", headers=asked).text
    assert FRAGMENT in html
    assert ("<!doctype html>" in html) is whole
    assert ("<h1>" in html) is whole


def test_the_answer_says_what_it_depended_on(phone: Phone) -> None:
    vary = {one.strip() for one in phone.get("/essai/page").headers["Vary"].split(",")}
    assert {"HX-Request", "HX-Request-Type", "HX-Boosted", "HX-History-Restore-Request", "Accept-Encoding"} <= vary


def test_a_fragment_weighs_under_two_kibibytes(phone: Phone) -> None:
    answer = phone.get("/essai/page?said=bonjour", headers={"HX-Request": "true"})
    assert len(answer.data) < 2048


def test_whom_a_page_shows_is_recorded_once_each(app: Flask) -> None:
    one, two = uuid4(), uuid4()
    with app.test_request_context("/", base_url=HOST):
        page("errors/last_resort.html", about=[one, two, one])
        page("errors/last_resort.html", about=[two])
        assert g.about == (one, two)


def test_a_page_that_names_nobody_says_nothing_to_the_guard(app: Flask) -> None:
    with app.test_request_context("/", base_url=HOST):
        page("errors/last_resort.html")
        assert "about" not in g
        page("errors/last_resort.html", about=())
        assert g.about == ()


@pytest.mark.parametrize(
    ("headers", "status", "name"),
    [({}, 303, "Location"), ({"HX-Request": "true"}, 204, "HX-Redirect")],
)
def test_after_a_change_the_page_is_asked_for_anew(app: Flask, headers: dict[str, str], status: int, name: str) -> None:
    with app.test_request_context("/", base_url=HOST, headers=headers):
        answer = go("/rendez-vous/")
        assert (answer.status_code, answer.headers[name]) == (status, "/rendez-vous/")
        assert go("//elsewhere.example").headers[name] == "/"


def test_a_word_missing_from_a_template_is_an_error_and_not_a_blank(phone: Phone) -> None:
    assert phone.get("/essai/brut").status_code == 500


def test_the_page_can_be_used_without_a_script(phone: Phone, mother) -> None:
    """The menu opens by its address, and every action is a link or a form."""
    phone.sign_in(mother.id)
    html = phone.get("/attributions").text
    assert 'href="#menu"' in html
    assert 'id="menu"' in html
    scripts = re.findall(r'<script src="/static/([a-z]+)', html)
    assert scripts == ["shell"], "it keeps what a phone shows without a network, and nothing is pressed through it"


def test_only_a_page_with_a_part_that_needs_it_loads_the_script(phone: Phone) -> None:
    html = phone.get("/essai/vif").text
    assert re.findall(r'<script src="/static/htmx\.min\.[0-9a-f]{12}\.js" defer></script>', html)
    assert html.count("<script") == 1


def test_the_page_names_its_language_its_title_and_its_one_main_place(phone: Phone) -> None:
    html = phone.get("/attributions").text
    assert "<title>Qui a fait quoi – Relie</title>" in html
    assert html.count("<h1>") == html.count("<main") == 1
    assert html.index('class="skip"') < html.index("<header")
