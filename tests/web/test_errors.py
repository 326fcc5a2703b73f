"""Errors say what happened, what was kept and what to do; they tell nothing about anybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask, Response
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from portal.web import errors
from tests.factories import an_establishment
from tests.web.conftest import HOST, Phone, every_address

CANARY = "canary-7f3a"
KNOWN = [400, 404, 405, 413, 422, 429, 500, 503]


def seen(html: str) -> str:
    """The words of a page, but for what changes each time: its tokens and its mark."""
    soup = BeautifulSoup(html, "html.parser")
    for hidden in soup.select("input[type=hidden], .n"):
        hidden.decompose()
    return str(soup)


@pytest.mark.parametrize("status", KNOWN)
def test_each_error_has_a_page_with_its_own_words(phone: Phone, status: int) -> None:
    answer = phone.get(f"/essai/attendu/{status}")
    assert answer.status_code == status
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.h1 is not None
    assert page.title is not None
    assert page.title.text == f"{page.h1.text} – Relie"
    assert len(page.select("main p")) >= 2
    assert page.select_one('main a[href="/"]')


def test_a_name_that_is_not_ours_gets_a_plain_page_and_is_no_failure(phone: Phone, caplog) -> None:
    answer = phone.get("/", headers={"Host": "ailleurs.example"})
    assert answer.status_code == 400
    assert "ailleurs" not in answer.text
    assert "error_page_failed" not in [record.getMessage() for record in caplog.records]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_no_two_errors_say_the_same_thing(phone: Phone) -> None:
    said = {re.findall(r"<h1>(.*?)</h1>", phone.get(f"/essai/attendu/{status}").text)[0] for status in KNOWN}
    assert len(said) == len(KNOWN)


@pytest.mark.parametrize(("status", "shown"), [(401, 404), (403, 404), (404, 404), (410, 410), (418, 418), (502, 502)])
def test_an_error_without_words_of_its_own_speaks_as_its_nearest(phone: Phone, status: int, shown: int) -> None:
    assert phone.get(f"/essai/attendu/{status}").status_code == shown


def test_forbidden_and_absent_are_the_same_page(phone: Phone, mother) -> None:
    phone.sign_in(mother.id)
    pages = [phone.get(path) for path in ("/essai/attendu/403", "/essai/attendu/404", "/essai/erreur/absent")]
    here = [seen(page.text).replace(path, "…") for page, path in zip(pages, ("/403", "/404", "/absent"), strict=True)]
    assert {page.status_code for page in pages} == {404}
    texts = {BeautifulSoup(one, "html.parser").main.text for one in here}  # type: ignore[union-attr]
    assert len(texts) == 1


def test_every_error_gives_a_mark_to_say_on_the_phone_and_the_log_has_the_same(phone: Phone, lines: list[str]) -> None:
    html = phone.get("/essai/attendu/404").text
    found = re.search(r'class="n">404\u00a0(\w{4})\u00a0(\w{4})<', html)
    assert found
    assert f'"id": "{found[1]}{found[2]}"' in lines[-1]


def test_a_mark_has_no_sign_that_two_people_hear_differently() -> None:
    from portal.web.logs import ALPHABET

    assert not set(ALPHABET) & set("01OILU")


def test_people_signed_in_are_told_whom_to_call(db: Session, phone: Phone, mother) -> None:
    an_establishment(db, name="IME Les Tilleuls", phone="02 61 91 00 12")
    db.commit()
    assert "tel:" not in phone.get("/nowhere").text
    phone.sign_in(mother.id)
    assert 'href="tel:0261910012"' in phone.get("/nowhere").text


def test_nobody_is_named_on_an_error_page(phone: Phone, mother) -> None:
    phone.sign_in(mother.id)
    for status in KNOWN:
        assert "Carpentier" not in phone.get(f"/essai/attendu/{status}").text


def test_a_stronger_sign_in_is_asked_with_one_page_whatever_was_wanted(phone: Phone, mother) -> None:
    phone.sign_in(mother.id)
    answer = phone.get("/essai/erreur/faible")
    assert answer.status_code == 403
    assert "façon plus sûre" in answer.text


def test_an_address_opened_the_wrong_way_says_which_ways_there_are(phone: Phone) -> None:
    answer = phone.get("/sortir")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_too_many_tries_says_how_long_to_wait(phone: Phone) -> None:
    answer = phone.get("/essai/pause")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_what_is_too_heavy_is_refused_before_it_is_read(phone: Phone) -> None:
    phone.get("/lecture")
    answer = phone.post("/lecture", {"mode": "x" * 2_000_000})
    assert answer.status_code == 413


def test_htmx_gets_an_error_to_put_in_its_place(phone: Phone) -> None:
    html = phone.get("/essai/attendu/404", headers={"HX-Request": "true"}).text
    assert "<!doctype" not in html
    assert 'role="alert"' in html
    assert "Cette page n’est pas là" in html


def test_an_unexpected_error_tells_nothing_of_itself(phone: Phone, lines: list[str]) -> None:
    answer = phone.get(f"/essai/erreur/autre?secret={CANARY}")
    assert answer.status_code == 500
    assert not re.search(r"Traceback|ValueError|canary|\.py", answer.text)
    assert '"error": "ValueError"' in "".join(lines)
    assert CANARY not in "".join(lines)


@pytest.fixture
def no_database(engine: Engine) -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise RuntimeError("the database is away")

    event.listen(engine, "before_cursor_execute", refuse)
    yield
    event.remove(engine, "before_cursor_execute", refuse)


def test_the_error_page_needs_no_database(phone: Phone, mother, request: pytest.FixtureRequest) -> None:
    phone.sign_in(mother.id)
    request.getfixturevalue("no_database")
    answer = phone.get("/")
    assert answer.status_code == 500
    assert "Quelque chose n’a pas marché" in answer.text
    assert "relie." in answer.text, "it has its style"


def test_when_even_that_page_fails_the_last_one_needs_nothing(
    app: Flask, phone: Phone, monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    def fail(*_: object, **__: object) -> Response:
        raise RuntimeError("no template either")

    monkeypatch.setattr(errors, "page", fail)
    answer = phone.get("/essai/erreur/autre")
    assert answer.status_code == 500
    assert "Relie ne répond pas en ce moment" in answer.text
    assert "{reference}" not in answer.text
    assert "error_page_failed" in "".join(lines)


def test_what_reaches_the_server_is_answered_with_a_page_and_the_next_request_works(
    app: Flask, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors.logs, "reference", lambda: 1 / 0)
    answer = phone.client.get("/essai/attendu/404", base_url=HOST)
    assert answer.status_code == 500
    assert "Relie ne répond pas en ce moment" in answer.text
    assert answer.headers["Content-Security-Policy"]
    monkeypatch.undo()
    assert phone.get("/lecture").status_code == 200


def test_an_error_in_any_view_gives_a_styled_page(app: Flask, phone: Phone, mother) -> None:
    phone.sign_in(mother.id)
    paths = [path for path in every_address(app, "GET") if not path.startswith("/essai")]

    def broken(**_: object) -> Response:
        raise RuntimeError(CANARY)

    for endpoint in list(app.view_functions):
        app.view_functions[endpoint] = broken
    for path in paths:
        answer = phone.get(path)
        assert answer.status_code == 500, path
        page = answer.mimetype == "text/html"
        assert page != path.startswith("/agenda/"), "a calendar is a machine"
        assert ("Quelque chose n’a pas marché" in answer.text) is page, path
        assert CANARY not in answer.text


def test_machines_are_answered_in_their_own_words(app: Flask, new_phone: Callable[[], Phone]) -> None:
    errors.answer_in(
        app, "/machine", lambda status, mark: Response(f"{status} {len(mark)}", status, mimetype="text/csv")
    )
    phone = new_phone()
    for path in ("/machine", "/machine/below"):
        answer = phone.get(path)
        assert (answer.status_code, answer.text, answer.mimetype) == (404, "404 8", "text/csv")
    assert phone.get("/machinery").mimetype == "text/html"
