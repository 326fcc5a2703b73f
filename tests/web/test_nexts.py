"""After a choice or a sign-in one stays on this portal, whatever the address said."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web import nexts
from tests.web.conftest import HOST, Phone

TRICKY = [
    "https://elsewhere.example",
    "http://elsewhere.example/",
    "//elsewhere.example",
    "///elsewhere.example",
    "////elsewhere.example/%2f..",
    "/\\elsewhere.example",
    "\\/elsewhere.example",
    "\\\\elsewhere.example",
    "/\\/elsewhere.example",
    "/\t/elsewhere.example",
    "/\n/elsewhere.example",
    "/\r/elsewhere.example",
    "\t//elsewhere.example",
    " //elsewhere.example",
    "/ /elsewhere.example",
    "/rendez-vous//elsewhere.example",
    "/rendez-vous\\..\\..\\elsewhere.example",
    "https:elsewhere.example",
    "https:/elsewhere.example",
    "https:///elsewhere.example",
    "HTTPS://elsewhere.example",
    "hTtp://elsewhere.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:x@elsewhere.example",
    "tel:0123456789",
    "elsewhere.example",
    "www.elsewhere.example/",
    "rendez-vous",
    "./rendez-vous",
    "../rendez-vous",
    "?next=/",
    "#menu",
    "",
    "@elsewhere.example",
    "localhost@elsewhere.example",
    "https://localhost@elsewhere.example",
    "https://localhost.elsewhere.example",
    "https://localhost/",
    "/\u2028/elsewhere.example",
    "/\u00a0/elsewhere.example",
    "/é",
    "/\uff0felsewhere.example",
    "/\x00/elsewhere.example",
    "/\x7f",
    "/" + "a" * 2001,
]

OURS = [
    "/",
    "/rendez-vous/",
    "/lecture?suite=/",
    "/rendez-vous/?apres=2026-11-18T09:00:00+00:00_x",
    "/a/b-c_d.e~f",
    "/%2F",
]


@pytest.mark.parametrize("target", TRICKY)
def test_a_tricky_address_leads_home(target: str) -> None:
    assert nexts.safe(target) == "/"


@pytest.mark.parametrize("target", OURS)
def test_a_page_of_ours_is_kept(target: str) -> None:
    assert nexts.safe(target) == target


@given(st.text(alphabet="/\\:@.?#%ah \t\n\r\x00é", max_size=12))
def test_no_address_ever_leaves_the_portal(target: str) -> None:
    """As a browser reads it: backslashes are slashes, tabs and line breaks are nothing."""
    read = nexts.safe(target).replace("\\", "/").translate({9: None, 10: None, 13: None})
    assert urlsplit(urljoin(f"{HOST}/page", read)).netloc == "localhost"


def test_no_form_leads_elsewhere(phone: Phone) -> None:
    phone.get("/lecture")
    for target in TRICKY:
        answer = phone.post("/lecture", {"mode": "easy", "next": target})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/"), target


def test_no_page_hands_a_tricky_address_on(phone: Phone) -> None:
    for target in TRICKY:
        html = phone.get("/lecture", query_string={"suite": target}).text
        assert 'name="next" value="/"' in html, target


def test_a_choice_brings_back_to_the_page_it_was_made_on(phone: Phone) -> None:
    phone.get("/essai/page?said=bonjour")
    html = phone.get("/essai/page?said=bonjour").text
    assert 'name="next" value="/essai/page?said=bonjour"' in html


def test_what_answered_a_form_has_no_address_to_come_back_to(phone: Phone) -> None:
    phone.get("/lecture")
    html = phone.post("/essai/formulaire", {"words": ""}).text
    assert 'name="next" value="/"' in html
