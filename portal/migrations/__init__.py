"""The schema, step by step. ``portal db upgrade`` runs them; docs/decisions say what never to do in one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

import portal.tables  # noqa: F401 - every table, so that each has its policies
from portal.core import wall
from portal.core.errors import PortalError


class BrokenReferences(PortalError):
    """After a migration, rows of these tables refer to nothing: nothing was changed."""


def upgrade(engine: Engine) -> None:
    """Bring a database to the newest schema; one transaction, nothing half-done. Again: nothing happens.

    On SQLite a changed table is made anew and the old one dropped, which would take along the rows that refer to it:
    references are not enforced meanwhile, and all checked before the end. Raises ``BrokenReferences``.
    On PostgreSQL the wall (``core.wall``) is lifted meanwhile, since no migration could change what policies name,
    and built anew from the models; nobody else sees it lifted.
    """
    with engine.connect() as connection, _references_off(connection), connection.begin():
        with _lifted(connection):
            command.upgrade(_config(connection), "head")
        _refuse_broken(connection)


def is_known(revision: str) -> bool:
    """Whether this version has that step: a database of a newer one has others."""
    return any(step.revision == revision for step in _steps().walk_revisions())


def build(connection: Connection, revision: str = "head") -> None:
    """The schema up to a step, in the caller's transaction and without any wall: for a database being restored."""
    command.upgrade(_config(connection), revision)


def check(engine: Engine) -> None:
    """Raises ``alembic.util.CommandError`` when models and migrations have drifted apart."""
    with engine.begin() as connection:
        command.check(_config(connection))


def revise(engine: Engine, message: str) -> None:
    """Write the next step from what the models now say; read it before committing it."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def is_current(engine: Engine) -> bool:
    """Whether this database has the newest schema, and on PostgreSQL the wall of this version."""
    with engine.connect() as connection:
        return _is_current(connection) and wall.stands(connection)


def _is_current(connection: Connection) -> bool:
    found = MigrationContext.configure(connection).get_current_revision()
    return found == _steps().get_current_head()


def _steps() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent))


@contextmanager
def _lifted(connection: Connection) -> Iterator[None]:
    """Without row-level security for the while; left alone when nothing will change."""
    postgres = connection.dialect.name == "postgresql"
    if postgres and _is_current(connection) and wall.stands(connection):
        yield
        return
    if postgres:
        wall.lift(connection)
    yield
    if postgres:
        wall.lay(connection)


@contextmanager
def _references_off(connection: Connection) -> Iterator[None]:
    """SQLite only heeds this outside a transaction, so it is said to the driver itself."""
    driver = connection.connection.dbapi_connection
    sqlite = connection.dialect.name == "sqlite" and driver is not None
    if sqlite:
        driver.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    try:
        yield
    finally:
        if sqlite:
            driver.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _refuse_broken(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = {row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if broken:
        raise BrokenReferences(", ".join(sorted(broken)))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
