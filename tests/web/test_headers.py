"""Every answer carries the same protections, whoever made it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, request
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.web.headers import HEADERS
from tests.web.conftest import HOST, Phone, every_address, settings_in

EVERYWHERE = set(HEADERS) - {"Cache-Control", "Content-Security-Policy"}


def test_what_asvs_asks_is_among_the_protections() -> None:
    """V3.4.1 to V3.4.8, V14.3.2: written here again, so that none can be dropped by dropping one line."""
    asked = {
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    assert asked.items() <= HEADERS.items()
    assert all(feature in HEADERS["Permissions-Policy"] for feature in ("camera=()", "microphone=()", "geolocation=()"))


def policy(answer: TestResponse) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


def asset(phone: Phone) -> str:
    found = re.search(r'href="(/static/relie\.[0-9a-f]+\.css)"', phone.get("/lecture").text)
    assert found
    return found[1]


def test_every_route_is_protected_and_never_kept(app: Flask, phone: Phone, mother) -> None:
    phone.sign_in(mother.id)
    for path in every_address(app, "GET"):
        answer = phone.get(path)
        assert {name: answer.headers.get(name) for name in EVERYWHERE} == {name: HEADERS[name] for name in EVERYWHERE}
        assert policy(answer)["default-src"] == ["'none'"], path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "Access-Control-Allow-Origin" not in answer.headers, path


def test_every_route_is_protected_when_the_form_is_refused(app: Flask, phone: Phone) -> None:
    for path in every_address(app, "POST"):
        answer = phone.client.post(path, base_url=HOST)
        assert {answer.headers.get(name) for name in EVERYWHERE} == {HEADERS[name] for name in EVERYWHERE}, path


@pytest.mark.parametrize("path", ["/nowhere", "/essai/attendu/500", "/essai/erreur/other", "/static/nothing.css"])
def test_errors_are_protected_too(phone: Phone, path: str) -> None:
    answer = phone.get(path)
    assert answer.status_code >= 400
    assert {answer.headers.get(name) for name in HEADERS} == set(HEADERS.values())


def test_files_are_protected_and_kept_for_ever(phone: Phone) -> None:
    answer = phone.get(asset(phone))
    assert answer.headers["Strict-Transport-Security"] == HEADERS["Strict-Transport-Security"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert policy(answer) == {"default-src": ["'none'"], "frame-ancestors": ["'none'"]}, "a drawing runs nothing"
    assert "immutable" in answer.headers["Cache-Control"]


def test_pages_may_load_nothing_from_elsewhere_and_nothing_inline(phone: Phone) -> None:
    rules = policy(phone.get("/lecture"))
    assert rules["script-src"] == rules["style-src"] == rules["img-src"] == rules["form-action"] == ["'self'"]
    assert rules["base-uri"] == rules["frame-ancestors"] == rules["default-src"] == ["'none'"]
    assert not [value for values in rules.values() for value in values if "unsafe" in value or "*" in value]


def test_pages_carry_no_inline_style_nor_script(app: Flask, phone: Phone, mother) -> None:
    phone.sign_in(mother.id)
    for path in every_address(app, "GET"):
        html = phone.get(path).text
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|hx-on", html), path
        assert not any(inside for inside in re.findall(r"<script[^>]*>(.*?)</script>", html, re.S)), path
        assert not re.findall(r'(?:src|action)="(?:https?:)?//', html), path


def test_no_other_site_is_told_where_the_reader_was(phone: Phone) -> None:
    assert phone.get("/attributions").headers["Referrer-Policy"] == "no-referrer"


def test_a_proxy_is_believed_only_when_the_settings_say_so(tmp_path: Path, sessions) -> None:
    def seen(hops: int) -> str:
        app = create_app(settings_in(tmp_path / str(hops)).with_(trusted_hops=hops), sessions=sessions)
        app.add_url_rule("/address", view_func=lambda: str(request.remote_addr))
        claims = {"X-Forwarded-For": "203.0.113.9"}
        return app.test_client().get("/address", base_url=HOST, headers=claims).text

    assert seen(0) == "127.0.0.1"
    assert seen(1) == "203.0.113.9"


SAME = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (SAME, 200),
        (SAME | {"Sec-Fetch-Site": "none"}, 200),
        (SAME | {"Sec-Fetch-Site": "cross-site"}, 200),  # a link in a mail
        (SAME | {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}, 404),
        (SAME | {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 404),
        (SAME | {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 404),
        (SAME | {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}, 404),
        ({}, 200),  # a browser too old to say
    ],
)
def test_another_site_may_link_to_a_page_and_nothing_else(phone: Phone, said: dict[str, str], status: int) -> None:
    assert phone.get("/lecture", headers=said).status_code == status
