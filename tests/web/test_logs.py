"""Logs tell what happened and to which request; they never hold what a person typed, read or asked for."""

from __future__ import annotations

import json
import logging
import re

import pytest
from flask import Flask

from portal.web import logs
from tests.web.conftest import HOST, Phone, every_address

CANARY = "canary-2c81"


def test_each_request_leaves_one_line_that_a_machine_reads(phone: Phone, lines: list[str]) -> None:
    phone.get("/attributions")
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert {name: line[name] for name in ("event", "method", "endpoint", "status", "level")} == {
        "event": "request",
        "method": "GET",
        "endpoint": "web.attributions",
        "status": 200,
        "level": "INFO",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["at"]), "in UTC"
    assert line["ms"] >= 0


def test_nothing_that_was_sent_is_ever_logged(app: Flask, phone: Phone, mother, lines: list[str]) -> None:
    """In the address, the question, a field, a field's name, a header, a cookie, a file name."""
    phone.sign_in(mother.id)
    phone.client.set_cookie("other", CANARY, domain="localhost")
    headers = {
        "User-Agent": CANARY,
        "X-Forwarded-For": CANARY,
        "Referer": f"{HOST}/{CANARY}",
        "Accept-Language": CANARY,
    }
    for path in [*every_address(app, "GET"), f"/{CANARY}", f"/rendez-vous/{CANARY}", f"/essai/erreur/{CANARY}"]:
        phone.get(f"{path}?{CANARY}={CANARY}&secret={CANARY}", headers=headers)
    for path in every_address(app, "POST"):
        phone.get("/lecture")
        phone.post(
            path, {"words": CANARY, "day": CANARY, CANARY: CANARY, "mode": CANARY, "next": CANARY}, headers=headers
        )
    written = "".join(lines)
    assert len(lines) > 20
    assert CANARY not in written
    assert "Carpentier" not in written
    assert phone.token not in written


@pytest.mark.parametrize("value", ["a\r\nb", "a\nSet-Cookie: x", "\x1b[31m", "\u2028", '"}\n{"event": "forged"'])
def test_nobody_can_forge_a_line(lines: list[str], value: str) -> None:
    logs.event("something", field=value)
    assert len(lines[-1].splitlines()) == 1
    assert lines[-1].isascii()
    assert lines[-1].isprintable()
    assert json.loads(lines[-1])["field"] == value


def test_an_error_is_told_by_its_kind_and_its_places(lines: list[str]) -> None:
    try:
        int(CANARY)
    except ValueError as error:
        logs.event("failed", logging.ERROR, error=error)
    line = json.loads(lines[-1])
    assert line["error"] == "ValueError"
    assert line["trace"][-1].endswith("test_an_error_is_told_by_its_kind_and_its_places")
    assert CANARY not in lines[-1]


def test_what_others_log_is_only_placed_because_it_may_quote_values(lines: list[str]) -> None:
    logs.LOGGER.warning("UPDATE account SET display_name = %s", CANARY)
    logs.LOGGER.warning(f"again {CANARY}")
    assert CANARY not in "".join(lines)
    assert json.loads(lines[-1])["line"].startswith("test_logs:")


def test_a_refused_form_is_logged_by_the_names_of_its_fields(phone: Phone, lines: list[str]) -> None:
    phone.get("/lecture")
    phone.post("/essai/formulaire", {"words": "", "day": CANARY})
    refused = next(json.loads(line) for line in lines if "form_refused" in line)
    assert refused["fields"] == ["day", "words"]


def test_a_bad_answer_is_logged_by_its_field_and_its_code(phone: Phone, lines: list[str]) -> None:
    assert phone.get("/essai/erreur/mauvais").status_code == 400
    told = next(json.loads(line) for line in lines if "bad_input" in line)
    assert (told["field"], told["code"]) == ("day", "unknown")


def test_two_requests_have_two_marks(phone: Phone, lines: list[str]) -> None:
    for _ in range(5):
        phone.get("/attributions")
    assert len({json.loads(line)["id"] for line in lines}) == 5


def test_listening_twice_does_not_write_twice() -> None:
    before = list(logs.LOGGER.handlers)
    logs.listen()
    assert logs.LOGGER.handlers == before
