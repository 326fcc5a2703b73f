"""A test client that inspects every page it opens, as every reader's device and every screen reader would."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import html5lib
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from portal.access.words import Strength
from portal.accounts.services import open_session

BASE = "https://localhost"


class Page:
    """A page that was opened: the answer, and its content to look into."""

    def __init__(self, answer: TestResponse, statements: int) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.statements = statements
        self.soup = BeautifulSoup(answer.text, "html.parser")

    def text(self, selector: str = "main") -> str:
        """What one reads there, spaces folded."""
        return re.sub(r"\s+", " ", " ".join(one.get_text(" ") for one in self.soup.select(selector))).strip()

    def links(self) -> list[str]:
        return [str(link["href"]) for link in self.soup.select("a[href]")]


class Browser:
    """Somebody with a device: signed in as an account, or nobody."""

    def __init__(self, app: Flask, sessions: sessionmaker[Session], count: Callable[[], int]) -> None:
        self.app, self.sessions, self.count = app, sessions, count
        self.client: FlaskClient = app.test_client()

    def sign_in(self, account_id: Any, strength: Strength = Strength.SUBSTANTIAL) -> Browser:
        with self.sessions.begin() as db:
            token = open_session(db, account_id, strength)
        with self.client.session_transaction(base_url=BASE) as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return self

    def reading(self, mode: str = "", theme: str = "", lang: str = "fr") -> Browser:
        self.client.set_cookie("__Host-lecture", f"{mode}.{theme}...{lang}", domain="localhost", secure=True)
        return self

    def open(self, path: str, *, status: int = 200, fragment: bool = False) -> Page:
        """GET a page, and look whether it is one. ``status`` is what it must answer."""
        before = self.count()
        headers = {"HX-Request": "true"} if fragment else {}
        answer = self.client.get(path, base_url=BASE, headers=headers)
        page = Page(answer, self.count() - before)
        assert page.status == status, f"{path}: {page.status}"
        if not fragment:
            inspect(page)
        return page

    def submit(self, path: str, fields: dict[str, Any], *, status: int = 303) -> Page:
        """POST a form with the token that any page of this person holds, and look at the page when it answers one."""
        form = self.client.get("/lecture", base_url=BASE).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)
        assert token is not None
        before = self.count()
        answer = self.client.post(path, base_url=BASE, data={"csrf_token": token[1]} | fields)
        page = Page(answer, self.count() - before)
        assert page.status == status, f"{path}: {page.status}"
        if status in (200, 422):
            inspect(page)
        return page


def inspect(page: Page) -> None:
    """One h1, one title, no identifier twice, fields labelled, pictures described, nothing inline, valid HTML."""
    soup = page.soup
    html5lib.HTMLParser(strict=True).parse(page.answer.text)
    assert len(soup.select("h1")) == 1
    assert soup.title is not None
    assert soup.title.get_text().strip().endswith("Relie")
    assert soup.html is not None
    assert {"lang", "dir"} <= set(soup.html.attrs)
    twice = [name for name, times in Counter(one["id"] for one in soup.select("[id]")).items() if times > 1]
    assert not twice, twice
    for field in soup.select("input:not([type=hidden]), select, textarea"):
        assert soup.select(f'label[for="{field["id"]}"]'), field
    assert all(image.has_attr("alt") for image in soup.select("img"))
    assert not soup.select("[style], style, script:not([src]), [onclick]")
    for link in soup.select('a[href^="#"]'):
        assert soup.select_one(str(link["href"])), link
