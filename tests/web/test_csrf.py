"""A state change needs our own page behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.db import Base
from portal.web.csrf import mask, unmask
from tests.web.conftest import HOST, Phone, every_address

MACHINES = ("/fhir",)
"""Doors for programs: they carry no cookie, so no page of another site can use somebody's session there."""

CHANGES = ("POST", "PUT", "PATCH", "DELETE")


def snapshot(db: Session) -> dict[str, list[object]]:
    """Every row of every table."""
    rows = {table.name: sorted(map(repr, db.execute(table.select()))) for table in Base.metadata.sorted_tables}
    db.rollback()  # reading holds the database: let the portal write
    return rows


def doors(app: Flask) -> list[tuple[str, str]]:
    """Every way to change something from a browser."""
    found = [(method, path) for method in CHANGES for path in every_address(app, method)]
    return [(method, path) for method, path in found if not path.startswith(MACHINES)]


def test_the_sweep_reaches_doors(app: Flask) -> None:
    assert {("POST", "/lecture"), ("POST", "/sortir"), ("POST", "/essai/ecrire")} <= set(doors(app))


@pytest.mark.parametrize("what", ["no token", "wrong token", "another session's token", "an unmasked token"])
def test_every_change_without_our_token_is_refused_and_writes_nothing(
    app: Flask, db: Session, mother, new_phone: Callable[[], Phone], what: str
) -> None:
    phone, other = new_phone(), new_phone()
    phone.sign_in(mother.id)
    other.get("/lecture")
    token = {"no token": "", "wrong token": "x" * 60, "another session's token": other.token}.get(what)
    token = str(unmask(phone.token)) if token is None else token
    before = snapshot(db)
    for method, path in doors(app):
        answer = phone.client.open(path, method=method, base_url=HOST, data={"csrf_token": token, "mode": "easy"})
        assert answer.status_code == 400, (method, path)
    assert snapshot(db) == before


@pytest.mark.parametrize(
    "said",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost"},
        {"Origin": "https://localhost.elsewhere.example"},
    ],
)
def test_another_site_changes_nothing_even_with_the_right_token(
    app: Flask, db: Session, mother, phone: Phone, said: dict[str, str]
) -> None:
    phone.sign_in(mother.id)
    phone.get("/lecture")
    before = snapshot(db)
    for method, path in doors(app):
        answer = phone.client.open(path, method=method, base_url=HOST, data={"csrf_token": phone.token}, headers=said)
        assert 400 <= answer.status_code < 500, (method, path)
    assert snapshot(db) == before


@pytest.mark.parametrize(
    "said", [{}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}, {"Origin": HOST}, {"Origin": "null"}]
)
def test_our_own_form_is_taken(phone: Phone, said: dict[str, str]) -> None:
    """``Origin: null`` is what browsers write in a form of a page that sends no referrer."""
    phone.get("/lecture")
    assert phone.post("/lecture", {"mode": "easy"}, headers=said).status_code == 303


def test_behind_a_proxy_our_own_form_is_still_ours(new_phone: Callable[[], Phone]) -> None:
    """The portal hears http, the browser says https: the address in the settings is ours too."""
    phone = new_phone()
    phone.get("/lecture")
    data = {"csrf_token": phone.token, "mode": "easy"}
    answer = phone.client.post(
        "/lecture",
        base_url="http://localhost",
        data=data,
        headers={"Origin": HOST, "Cookie": f"__Host-relie={phone.cookie('__Host-relie')}"},
    )
    assert answer.status_code == 303


def test_reading_a_page_changes_nothing(app: Flask, db: Session, mother, phone: Phone) -> None:
    phone.sign_in(mother.id)
    before = snapshot(db)
    for path in every_address(app, "GET"):
        phone.get(path)
        phone.client.head(path, base_url=HOST)
    after = snapshot(db)
    logged = {name for name in before if before[name] != after[name]}
    assert logged <= {"access_log", "attempt"}, "only traces grow: what was read, what was tried"


def test_a_page_left_open_all_night_can_still_be_sent(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    phone.get("/lecture")
    import time

    later = time.time() + 20 * 3600
    monkeypatch.setattr("time.time", lambda: later)
    assert phone.post("/lecture", {"mode": "easy"}).status_code == 303


def test_the_token_is_never_written_twice_the_same_way(phone: Phone) -> None:
    phone.get("/lecture")
    first = phone.token
    phone.get("/lecture")
    assert phone.token != first
    assert unmask(phone.token) == unmask(first)


@pytest.mark.parametrize("text", ["abc", "IjQ2.Zx-9_", "x" * 91])
def test_unmasking_gives_back_what_was_masked(text: str) -> None:
    assert unmask(mask(text)) == text


@pytest.mark.parametrize("text", ["", "é", "=", "AAAA", "AAAAAAAAAAA=", "\x00", "a" * 1001, "////"])
def test_what_was_never_masked_is_nothing(text: str) -> None:
    assert not unmask(text) or not unmask(text).isprintable()


def test_what_was_written_in_sentences_is_shown_again_to_its_writer(phone: Phone) -> None:
    phone.get("/lecture")
    written = "Je viens chercher Inès à 15 h. <b>"
    own = {"Sec-Fetch-Site": "same-origin"}
    answer = phone.client.post("/essai/formulaire", base_url=HOST, data={"words": written, "code": "K7PM"}, headers=own)
    assert answer.status_code == 400
    assert "Je viens chercher Inès à 15 h. &lt;b&gt;</textarea>" in answer.text
    assert "K7PM" not in answer.text, "codes and choices are quick to give again"


def test_it_is_not_shown_when_the_browser_does_not_say_who_asks(phone: Phone) -> None:
    answer = phone.client.post("/essai/formulaire", base_url=HOST, data={"words": "put here by somebody else"})
    assert "somebody else" not in answer.text


def test_a_door_for_programs_is_closed_to_who_has_only_a_cookie(app: Flask, phone: Phone, mother) -> None:
    phone.sign_in(mother.id)
    paths = [path for path in every_address(app, "POST") if path.startswith(MACHINES)]
    assert paths
    for path in paths:
        answer = phone.client.post(path, base_url=HOST, data="{}", content_type="application/json")
        assert answer.status_code == 401, path
