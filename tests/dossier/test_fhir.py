"""``POST /fhir``: a bearer token, FHIR JSON in and out, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from portal.connectors.dui.intake import Intake, Sender
from portal.connectors.dui.refusal import Limits
from portal.core.config import Settings
from portal.dossier import clients, views
from portal.dossier.models import DuiMessage
from portal.planning.models import Event
from portal.web import setup
from tests.connectors.dui.writing import FINESS, bundle, event, patient, raw

FHIR = "application/fhir+json"


@pytest.fixture
def token(sender: Sender, sessions: sessionmaker[Session]) -> str:
    with sessions.begin() as db:
        return clients.add_client(db, "DUI", [FINESS])


@pytest.fixture
def browser(door: Intake, sessions: sessionmaker[Session]) -> FlaskClient:
    settings = Settings("sqlite://", "memory://", "s" * 40, {"k": b"k" * 32})
    app = Flask("portal", static_folder=None)
    setup.init_app(app, settings, sessions)
    views.init_app(app, Intake(door.sessions, door.vault, door.store, door.receivers, Limits(bytes=100_000)))
    return app.test_client()


def post(browser: FlaskClient, body: Any, token: str = "", **options: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    facts = {"data": body, "headers": headers, "content_type": FHIR, "base_url": "https://localhost"}
    return browser.post(options.pop("path", "/fhir"), **(facts | options))


def outcome(answer: Any) -> tuple[int, str]:
    """(status, code of the first issue): every error is an OperationOutcome."""
    assert answer.mimetype == FHIR
    said = json.loads(answer.data)
    assert said["resourceType"] == "OperationOutcome"
    assert said["issue"][0]["diagnostics"]
    return answer.status_code, said["issue"][0]["code"]


@pytest.mark.parametrize("path", ["/fhir", "/fhir/"])
@pytest.mark.parametrize("content_type", [FHIR, "application/json", f"{FHIR}; charset=utf-8; fhirVersion=4.0"])
def test_a_transaction_is_answered_entry_by_entry(
    browser: FlaskClient, token: str, path: str, content_type: str
) -> None:
    answer = post(browser, raw(bundle(patient(), event())), token, path=path, content_type=content_type)
    assert (answer.status_code, answer.mimetype) == (200, FHIR)
    said = json.loads(answer.data)
    assert (said["resourceType"], said["type"]) == ("Bundle", "transaction-response")
    assert [entry["response"]["status"] for entry in said["entry"]] == ["201 Created", "201 Created"]
    again = json.loads(post(browser, raw(bundle(patient(), event())), token).data)
    assert [entry["response"]["status"] for entry in again["entry"]] == ["200 OK", "200 OK"]
    assert again["entry"][0]["response"]["location"] == said["entry"][0]["response"]["location"]


def test_no_cookie_is_given_and_nothing_is_kept_by_anybody_on_the_way(browser: FlaskClient, token: str) -> None:
    answer = post(browser, raw(bundle(patient())), token)
    assert "Set-Cookie" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_refusal_says_where_and_stores_nothing(
    browser: FlaskClient, token: str, sessions: sessionmaker[Session]
) -> None:
    answer = post(browser, raw(bundle(patient(), event(about="999"))), token)
    assert outcome(answer) == (422, "not-found")
    assert json.loads(answer.data)["issue"][0]["expression"] == ["Bundle.entry[1].resource.subject"]
    with sessions() as db:
        assert db.scalar(select(func.count()).select_from(Event)) == 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", (400, "structure")),
        (b"{", (400, "structure")),
        (b"[" * 50_000, (400, "too-costly")),
        (raw(patient()), (400, "structure")),
        (raw(bundle(patient("3750000001/1"))), (422, "forbidden")),
        (b"x" * 100_001, (413, "too-costly")),
    ],
)
def test_what_cannot_be_taken_has_its_status(
    browser: FlaskClient, token: str, body: bytes, expected: tuple[int, str]
) -> None:
    assert outcome(post(browser, body, token)) == expected


@pytest.mark.parametrize("size", [100_001, 100_002, 1_000_000])
def test_a_message_too_large_is_logged_whether_or_not_it_was_read(
    browser: FlaskClient, token: str, sessions: sessionmaker[Session], size: int
) -> None:
    assert outcome(post(browser, b" " * size, token)) == (413, "too-costly")
    with sessions() as db:
        (line,) = db.scalars(select(DuiMessage)).all()
    assert (line.size, [one["code"] for one in line.issues]) == (size, ["message-too-large"])


def test_a_message_of_just_the_limit_is_read(browser: FlaskClient, token: str) -> None:
    assert post(browser, raw(bundle(patient())).ljust(100_000), token).status_code == 200


def test_a_body_that_never_ends_is_cut(browser: FlaskClient, token: str) -> None:
    class Endless:
        read_bytes = 0

        def read(self, size: int = -1) -> bytes:
            assert size >= 0, "nothing reads it whole"
            Endless.read_bytes += size
            return b" " * size

    endless = {"wsgi.input": Endless(), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = post(browser, None, token, environ_overrides=endless)
    assert outcome(answer) == (413, "too-costly")
    assert Endless.read_bytes < 1_000_000


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic eDp5", "bearer relie-dui.0.0", "Bearer relie-dui.é.é"]
)
def test_without_a_token_the_body_is_not_even_read(
    browser: FlaskClient, token: str, sessions: sessionmaker[Session], header: str
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = post(browser, raw(bundle(patient())), headers=headers)
    assert outcome(answer) == (401, "login")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    with sessions() as db:
        assert db.scalar(select(func.count()).select_from(DuiMessage)) == 0


@pytest.mark.parametrize("type_", ["text/xml", "application/fhir+xml", "multipart/form-data", "", "text/plain"])
def test_only_json_is_taken(browser: FlaskClient, token: str, type_: str) -> None:
    assert outcome(post(browser, b"<Bundle/>", token, content_type=type_)) == (415, "not-supported")


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_post_is_taken_and_machines_are_told_in_their_words(browser: FlaskClient, token: str, method: str) -> None:
    answer = getattr(browser, method)("/fhir", base_url="https://localhost")
    assert outcome(answer) == (405, "not-supported")


def test_a_failure_of_ours_is_told_to_machines_without_any_detail(
    browser: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch, sessions: sessionmaker[Session]
) -> None:
    def fall(*_: Any) -> None:
        raise RuntimeError("Durand")

    monkeypatch.setattr("portal.dossier.services.settle", fall)
    answer = post(browser, raw(bundle(patient(), event())), token)
    assert outcome(answer) == (500, "exception")
    assert b"Durand" not in answer.data
    with sessions() as db:
        assert db.scalar(select(func.count()).select_from(Event)) == 0
