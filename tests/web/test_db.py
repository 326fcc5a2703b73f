"""One transaction a request: kept before the answer leaves, forgotten when something was raised."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, sessionmaker

from portal.core.models import Account
from tests.web.conftest import Phone


def accounts(sessions: sessionmaker[Session]) -> int:
    with sessions() as fresh:
        return fresh.scalar(select(func.count()).select_from(Account)) or 0


@pytest.mark.parametrize(
    ("end", "status", "kept"),
    [
        ("well", 303, 1),
        ("refused", 422, 1),
        ("absent", 404, 0),
        ("error", 500, 0),
        ("failed", 503, 0),
        ("broken", 500, 0),
    ],
)
def test_what_is_written_is_kept_or_forgotten_whole(
    phone: Phone, sessions: sessionmaker[Session], end: str, status: int, kept: int
) -> None:
    phone.get("/lecture")
    assert phone.post("/essai/ecrire", {"end": end}).status_code == status
    assert accounts(sessions) == kept


def test_the_row_is_there_before_the_first_byte_leaves(phone: Phone, sessions: sessionmaker[Session]) -> None:
    phone.get("/lecture")
    seen: list[int] = []
    wrapped = phone.client.application.wsgi_app

    def watching(environ, start_response):  # type: ignore[no-untyped-def]
        def start(*arguments):  # type: ignore[no-untyped-def]
            seen.append(accounts(sessions))
            return start_response(*arguments)

        return wrapped(environ, start)

    phone.client.application.wsgi_app = watching
    phone.post("/essai/ecrire")
    assert seen == [1]


def test_a_commit_that_fails_is_never_told_as_done(
    phone: Phone, sessions: sessionmaker[Session], engine, lines: list[str]
) -> None:
    phone.get("/lecture")
    lines.clear()

    def refuse(_connection: object) -> None:
        raise RuntimeError("disk full")

    event.listen(engine, "commit", refuse)
    answer = phone.post("/essai/ecrire")
    event.remove(engine, "commit", refuse)
    assert answer.status_code == 500
    assert "Location" not in answer.headers
    assert accounts(sessions) == 0
    told = [json.loads(line) for line in lines]
    assert [line["status"] for line in told if line["event"] == "request"] == [500], "nor in the log"


def test_a_page_that_needs_no_database_opens_none(phone: Phone, count: Callable[[], int], engine) -> None:
    begun: list[object] = []
    event.listen(engine, "begin", begun.append)
    phone.get("/lecture")
    phone.get("/nowhere")
    assert begun == []
    assert count() == 0


def test_every_connection_comes_back(phone: Phone, engine, mother) -> None:
    phone.sign_in(mother.id)
    for path in ("/", "/nowhere", "/essai/erreur/autre", "/essai/erreur/absent"):
        phone.get(path)
    assert engine.pool.checkedout() == 0
