"""A portal that keeps its journal, on each kind of database, and an empty place to restore it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from portal import migrations
from portal.app import create_app
from portal.connectors.vault import Vault, make_vault
from portal.core import roles, scope
from portal.core.config import Settings
from portal.core.db import make_engine, make_sessions
from portal.core.journal import Journal
from portal.core.taking import opened
from portal.safekeeping.backing import Made, back_up
from portal.safekeeping.restoring import Restored, restore
from tests.browsing import Browser
from tests.conftest import a_configuration
from tests.schema import PORTAL

OWNER = "relie_owner"
"""Owns the schema and nothing more, as an institute's host would make it: row-level security holds it too."""

_number = count(1)


@dataclass
class Home:
    """A portal: its settings, and hands to look into it with."""

    settings: Settings
    new_database: Callable[[], tuple[str, str]]
    engines: list[Engine]

    @property
    def journal(self) -> Journal:
        assert self.settings.journal_folder is not None
        return Journal(self.settings.journal_folder)

    @property
    def vault(self) -> Vault:
        return make_vault(self.settings)

    def opened(self) -> Engine:
        """As the portal does: every session on it keeps the journal."""
        self.engines.append(opened(self.settings))
        return self.engines[-1]

    def sessions(self) -> sessionmaker[Session]:
        return make_sessions(self.opened(), scope.everywhere("test"))

    def back_up(self) -> Path:
        return self.made().path

    def made(self) -> Made:
        folder = Path(str(self.settings.journal_folder)).parent / f"backup-{next(_number)}"
        folder.mkdir()
        return back_up(self.settings, folder)

    def elsewhere(self, **changes: Any) -> Home:
        """The same portal on a machine where nothing is yet: another database, another vault, the same journal."""
        url, owner = self.new_database()
        vault = f"{self.settings.vault_url}-{next(_number)}"
        facts = {"database_url": url, "owner_database_url": owner, "vault_url": vault} | changes
        return Home(self.settings.with_(**facts), self.new_database, self.engines)

    def restored(self, backup: Path, **changes: Any) -> tuple[Home, Restored]:
        there = self.elsewhere(**changes)
        told = restore(there.settings, backup)
        there.grant()
        return there, told

    def grant(self) -> None:
        if self.settings.owner_database_url:
            roles.grant(self.owner(), PORTAL)

    def owner(self) -> Engine:
        self.engines.append(make_engine(self.settings.owner_database_url or self.settings.database_url))
        return self.engines[-1]

    def browser(self) -> Browser:
        """Somebody before the real pages of this portal."""
        app = create_app(self.settings, sessions=make_sessions(self.opened()))
        return Browser(app, self.sessions(), lambda: 0)


@pytest.fixture(scope="session")
def postgres_home(postgres_server: str) -> Iterator[Callable[[str], tuple[str, str]]]:
    """Makes databases, empty or with the schema, that belong to a role of no power; gives both addresses."""
    server = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for role in (OWNER, PORTAL):
            if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first():
                connection.execute(text(f"CREATE ROLE {role} LOGIN"))

    def address(database: str, role: str) -> str:
        return make_url(postgres_server).set(database=database, username=role).render_as_string(hide_password=False)

    def make(template: str) -> tuple[str, str]:
        name = f"safe_{next(_number)}"
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}"))
        return address(name, PORTAL), address(name, OWNER)

    _, owner = make("template0")
    engine = make_engine(owner)
    migrations.upgrade(engine)
    roles.grant(engine, PORTAL)
    engine.dispose()
    with_schema = str(make_url(owner).database)
    yield lambda what: make(with_schema if what == "schema" else "template0")
    server.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """A portal with its schema and nobody in it."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        first = tmp_path / "relie.db"
        first.write_bytes(template.read_bytes())
        url, owner, make = f"sqlite:///{first}", None, lambda: (f"sqlite:///{tmp_path}/new-{next(_number)}.db", None)
    else:
        made = request.getfixturevalue("postgres_home")
        url, owner = made("schema")
        make = lambda: made("nothing")  # noqa: E731 - one line says it
    settings = a_configuration(
        url,
        owner_database_url=owner,
        vault_url=f"file://{tmp_path}/vault",
        journal_folder=tmp_path / "journal",
        backup_keys={"b1": bytes(range(32))},
    )
    there = Home(settings, make, [])
    yield there
    for engine in there.engines:
        engine.dispose()
