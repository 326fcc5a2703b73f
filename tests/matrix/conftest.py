"""The portal of the matrix: its world is written once, and its database put back after each change."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from portal.app import create_app
from portal.core import clock, scope
from portal.core.db import make_engine, make_sessions
from tests.conftest import a_configuration
from tests.factories import NOON
from tests.matrix.people import settle
from tests.matrix.trying import Trial
from tests.matrix.visiting import Door
from tests.schema import hastened


@pytest.fixture(scope="package")
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture(scope="package")
def trial(noon: None, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """Everybody at the door of a portal on SQLite."""
    folder = tmp_path_factory.mktemp("matrix")
    path, first = folder / "relie.db", folder / "first.db"
    shutil.copy(sqlite_template, path)
    engine = hastened(make_engine(f"sqlite:///{path}"))
    door = a_door(engine, folder)
    engine.dispose()
    shutil.copy(path, first)

    def put_back() -> None:
        engine.dispose()
        for left in ("-wal", "-shm"):
            path.with_name(path.name + left).unlink(missing_ok=True)
        shutil.copy(first, path)

    quiet, before = logging.getLogger("portal"), logging.getLogger("portal").level
    quiet.setLevel(logging.ERROR)  # thousands of requests: only what fails is worth a line
    yield Trial(door, put_back, door.digest())
    quiet.setLevel(before)
    engine.dispose()


def a_door(engine: Engine, folder: Path) -> Door:
    """A world written through this engine, a portal on it, and everybody signed in."""
    our_hand = make_sessions(engine, scope.everywhere("test"))
    with our_hand.begin() as db:
        families = settle(db)
    app = create_app(a_configuration(vault_url=f"file://{folder / 'vault'}"), sessions=make_sessions(engine))
    return Door(app, engine, our_hand, families)
