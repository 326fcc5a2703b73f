"""A portal that keeps its journal, on each kind of database, and an empty place to restore it to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from portal import migrations
from portal.core import roles
from portal.core.db import make_engine
from tests.conftest import a_configuration
from tests.safekeeping.home import NUMBERS, Home
from tests.schema import PORTAL, hasten

OWNER = "relie_owner"
"""Owns the schema and nothing more, as an institute's host would make it: row-level security holds it too."""


@pytest.fixture(scope="session")
def postgres_home(postgres_server: str) -> Iterator[Callable[[str], tuple[str, str]]]:
    """Makes databases like another, or with the "schema", that belong to a role of no power; gives both addresses."""
    server = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    hasten(server)
    with server.connect() as connection:
        for role in (OWNER, PORTAL):
            if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first():
                connection.execute(text(f"CREATE ROLE {role} LOGIN"))

    def address(database: str, role: str) -> str:
        return make_url(postgres_server).set(database=database, username=role).render_as_string(hide_password=False)

    def make(template: str) -> tuple[str, str]:
        name = f"safe_{next(NUMBERS)}"
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}"))
        return address(name, PORTAL), address(name, OWNER)

    _, owner = make("template0")
    engine = make_engine(owner)
    migrations.upgrade(engine)
    roles.grant(engine, PORTAL)
    engine.dispose()
    with_schema = str(make_url(owner).database)
    yield lambda what: make(with_schema if what == "schema" else what)
    server.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """A portal with its schema and nobody in it."""
    with a_home(request, request.param, tmp_path) as there:
        yield there


@contextmanager
def a_home(request: pytest.FixtureRequest, kind: str, folder: Path, like: Home | None = None) -> Iterator[Home]:
    """A portal in this folder, with its schema and nobody in it; or a copy of another, which nobody has open."""
    if kind == "sqlite":
        template = Path(like.database) if like else request.getfixturevalue("sqlite_template")
        first = folder / "relie.db"
        first.write_bytes(template.read_bytes())
        url, owner, make = f"sqlite:///{first}", None, lambda: (f"sqlite:///{folder}/new-{next(NUMBERS)}.db", None)
    else:
        made = request.getfixturevalue("postgres_home")
        url, owner = made(like.database if like else "schema")
        make = lambda: made("template0")  # noqa: E731 - one line says it
    for name in ("vault", "journal") if like else ():
        shutil.copytree(Path(str(like and like.settings.journal_folder)).parent / name, folder / name)
    settings = a_configuration(
        url,
        owner_database_url=owner,
        vault_url=f"file://{folder}/vault",
        journal_folder=folder / "journal",
        backup_keys={"b1": bytes(range(32))},
    )
    there = Home(settings, make, [])
    yield there
    there.leave()
