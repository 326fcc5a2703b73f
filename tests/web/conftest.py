"""A whole portal on a fresh database, a few pages made to fail, and somebody's phone."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.access.words import Strength
from portal.app import create_app
from portal.core.config import Settings
from portal.core.models import Account
from portal.web.logs import LOGGER, OneLine
from tests.factories import an_account
from tests.web import probe

HOST = "https://localhost"


def application(folder: Path, sessions: sessionmaker[Session]) -> Flask:
    """The real application, its vault in ``folder``, and the pages of ``probe`` beside it."""
    app = create_app(settings_in(folder), sessions=sessions)
    app.register_blueprint(probe.bp)
    return app


def settings_in(folder: Path) -> Settings:
    vault = folder / "vault"
    vault.mkdir(parents=True)
    keys = {"test": b"k" * 32}
    return Settings(database_url="sqlite://", vault_url=vault.as_uri(), secret_key="k" * 40, vault_keys=keys)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """What pages do does not depend on the database; what features ask of it is tested on both, beside them."""
    return sqlite_engine


@pytest.fixture
def app(tmp_path: Path, sessions: sessionmaker[Session]) -> Flask:
    return application(tmp_path, sessions)


class Phone:
    """Somebody's browser: keeps cookies, sends what browsers send, finds the token of the page it last opened."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.token = ""

    def get(self, path: str, **options: object) -> TestResponse:
        return self._seen(self.client.get(path, base_url=HOST, buffered=True, **options))

    def post(self, path: str, data: dict[str, object] | None = None, **options: object) -> TestResponse:
        """Send a form of the page last opened."""
        sent = {"csrf_token": self.token} | (data or {})
        return self._seen(self.client.post(path, base_url=HOST, data=sent, buffered=True, **options))

    def _seen(self, answer: TestResponse) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.data.decode(errors="replace"))
        self.token = found[1] if found else self.token
        return answer

    def cookie(self, name: str) -> str | None:
        found = self.client.get_cookie(name, domain="localhost")
        return found.value if found else None

    def sign_in(self, account_id: UUID, strength: Strength = Strength.SUBSTANTIAL) -> TestResponse:
        self.get("/lecture")
        return self.post(f"/essai/entrer/{account_id}/{int(strength)}")


@pytest.fixture
def phone(app: Flask) -> Phone:
    return Phone(app)


@pytest.fixture
def new_phone(app: Flask) -> Callable[[], Phone]:
    return lambda: Phone(app)


@pytest.fixture
def mother(db: Session) -> Account:
    account = an_account(db, "Madame Carpentier")
    db.commit()
    return account


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Every line the portal logs, as it would stand in the file."""
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Keep()
    handler.setFormatter(OneLine())
    LOGGER.addHandler(handler)
    before = LOGGER.level
    LOGGER.setLevel(logging.INFO)  # tests of thousands of requests keep it quiet, and may share this process
    yield written
    LOGGER.setLevel(before)
    LOGGER.removeHandler(handler)


def address(rule: Rule) -> str:
    """An address that this rule answers, with identifiers that name nothing."""
    samples = {"UUIDConverter": str(uuid4()), "IntegerConverter": "3", "FloatConverter": "3.0"}
    kinds = {name: type(converter).__name__ for name, converter in rule._converters.items()}
    values = {name: samples.get(kind, "x") for name, kind in kinds.items()}
    return re.sub(r"<(?:[^:>]*:)?([^>]+)>", lambda found: values[found[1]], rule.rule)


def every_address(app: Flask, method: str) -> list[str]:
    """One address for every route that takes this method."""
    return sorted(address(rule) for rule in app.url_map.iter_rules() if method in (rule.methods or ()))
