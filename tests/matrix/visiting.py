"""Asks for any address as any persona, and keeps what there is to compare: bytes, statements, rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from portal.access.models import Relationship
from portal.accounts.services import open_session
from portal.core.db import Base
from portal.web.preview import PARAM
from tests.matrix.people import PERSONAS
from tests.matrix.things import Family

BASE = "https://localhost"
COOKIE = "__Host-relie"
TOKEN = re.compile(r'(name="csrf_token" value=")([^"]+)')
MARK = re.compile(r"\d{3}\s[2-9A-Z]{4}\s[2-9A-Z]{4}|(?<=\()[2-9A-Z]{8}(?=\))")
"""What to say on the phone, on the page of an error; and as a program reads it."""
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
READING = ("GET", "HEAD", "OPTIONS")
APART = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Answer:
    """What came back, and what it took."""

    status: int
    headers: Mapping[str, str]
    body: str
    statements: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """In the words of ``table.OUTCOMES``; else the status."""
        if self.status == 200:
            return "page" if self.headers["Content-Type"].startswith("text/html") else "file"
        if self.status == 303:
            return "sign_in" if self.headers["Location"].startswith("/entrer?") else "go"
        return "step_up" if self.status == 403 else str(self.status)

    @property
    def bare(self) -> dict[str, Any]:
        """All of it but tokens, the mark of the request, and identifiers."""
        headers = {name: _bare(value) for name, value in self.headers.items() if name != "Set-Cookie"}
        return {"status": self.status, "headers": headers, "body": _bare(self.body), "statements": self.statements}

    @property
    def words(self) -> str:
        """Everything that could hold a name; a token may spell one by chance."""
        headers = (value for name, value in self.headers.items() if name != "Set-Cookie")
        return unquote("\n".join((*headers, TOKEN.sub("", self.body)))).lower()


def _bare(said: str) -> str:
    return IDENTIFIER.sub("ID", MARK.sub("MARK", TOKEN.sub(r"\1TOKEN", said)))


class Door:
    """The portal with everybody at its door, each with a device, signed in once for all.

    ``sessions`` is the test's own hand, that reads and writes everything; the portal has its own.
    """

    def __init__(self, app: Flask, engine: Engine, sessions: sessionmaker[Session], families: dict[str, Family]):
        self.app, self.sessions, self.families = app, sessions, families
        self._client = app.test_client(use_cookies=False)
        self._heard: list[str] = []
        event.listen(engine, "before_cursor_execute", self._hear)
        self._devices = {who: self._device(who) for who in PERSONAS}

    def _hear(self, *sent: Any) -> None:
        if not sent[2].lstrip().upper().startswith(APART):
            self._heard.append(sent[2])

    def _device(self, who: str) -> tuple[str, str]:
        """(cookie, token of one's own pages)"""
        persona, client = PERSONAS[who], self.app.test_client()
        link = self.links(who).get(persona.account or who)
        with client.session_transaction(base_url=BASE) as session:
            session["_fresh"] = True
            if link:
                with self.sessions.begin() as db:
                    session["_user_id"] = open_session(db, link.account_id, persona.strength)
        token = TOKEN.search(client.get("/lecture", base_url=BASE).text)
        cookie = client.get_cookie(COOKIE, domain="localhost")
        assert token is not None
        assert cookie is not None
        return cookie.value, token[2]

    def links(self, who: str) -> dict[str, Relationship]:
        """Everybody tied to the first family of this persona."""
        return self.families[PERSONAS[who].own[0]].links

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
        token: bool = True,
        reading: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """What this persona is answered. A form goes with the token of a page of theirs, unless told otherwise."""
        cookie, own_token = self._devices[who]
        data = None if method in READING else {**(form or {}), **({"csrf_token": own_token} if token else {})}
        seen_by = self.links(who).get(PERSONAS[who].through)
        asks = {PARAM: str(seen_by.id)} if seen_by and method in READING else {}
        self._heard.clear()
        answer = self._client.open(
            path,
            method=method,
            base_url=BASE,
            query_string={**asks, **(query or {})},
            data=data,
            headers={"Cookie": f"{COOKIE}={cookie}; __Host-lecture={reading}", **(headers or {})},
        )
        return Answer(
            answer.status_code, dict(answer.headers), answer.get_data().decode(errors="replace"), tuple(self._heard)
        )

    def digest(self, apart: Collection[str] = ()) -> str:
        """Of every row of every table, but those ``apart``."""
        whole = hashlib.sha256()
        with self.sessions() as db:
            # as the driver gives them: thousands of times, SQLAlchemy's rows take most of it
            cursor = db.connection().connection.cursor()
            for table in (one for one in Base.metadata.sorted_tables if one.name not in apart):
                cursor.execute(f'SELECT * FROM "{table.name}"')
                whole.update(f"{table.name}{sorted(map(repr, cursor.fetchall()))}".encode())
            cursor.close()
        return whole.hexdigest()


def absent(named: Any) -> Any:
    """The same, with identifiers that nothing has."""
    if isinstance(named, UUID):
        return uuid4()
    if isinstance(named, str):
        return IDENTIFIER.sub(lambda _: str(uuid4()), named)
    if isinstance(named, list):
        return [absent(one) for one in named]
    return {name: absent(one) for name, one in named.items()} if isinstance(named, dict) else named
