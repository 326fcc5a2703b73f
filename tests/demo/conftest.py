"""A whole demo, made once, and copied for whoever changes something in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from portal.app import create_app
from portal.connectors.vault import Vault, make_vault
from portal.core import clock
from portal.core.config import Settings
from portal.core.db import make_engine, make_sessions
from portal.demo import build
from portal.demo.imagine import imagine
from portal.demo.world import Life, World
from tests.conftest import a_configuration
from tests.once import made_once
from tests.schema import hastened

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""A Tuesday morning of school."""


@pytest.fixture(scope="session")
def whole_demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a complete demo, made once for all processes of this run."""

    def make(folder: Path) -> None:
        path = folder / "demo.db"
        shutil.copy(sqlite_template, path)
        engine = hastened(make_engine(f"sqlite:///{path}"))
        settings = a_configuration(str(engine.url), demo=True)
        with clock.frozen(NOW):
            build.build(settings, make_sessions(engine), make_vault(settings))
        engine.dispose()  # the last connection folds the write-ahead log into the file

    return made_once(tmp_path_factory, "whole-demo", make) / "demo.db"


@pytest.fixture
def demo_engine(whole_demo: Path, tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "demo.db"
    shutil.copy(whole_demo, path)
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def demo(demo_engine: Engine) -> Iterator[sessionmaker[Session]]:
    """Sessions on a demo of one's own, on the day it was made."""
    with clock.frozen(NOW):
        yield make_sessions(demo_engine)


@pytest.fixture
def demo_app(demo: sessionmaker[Session], demo_engine: Engine, tmp_path: Path) -> Flask:
    settings = a_configuration(str(demo_engine.url), demo=True, mail_folder=tmp_path / "mail")
    return create_app(settings, sessions=demo)


def a_week_of(life: Life, today: date) -> Life:
    """What happens to somebody within a week of today."""

    def near(things):
        return tuple(thing for thing in things if abs((thing.starts.date() - today).days) <= 7)

    return replace(life, happenings=near(life.happenings), trips=near(life.trips), presences=near(life.presences))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only six young people, the cast among them, and two weeks: a demo made at once, for what is not about numbers."""

    def first_ones(today: date) -> World:
        world = imagine(today)
        cast_first = sorted(range(len(world.young)), key=lambda at: not world.young[at].role)
        chosen = sorted(cast_first[:6])
        weeks = tuple(a_week_of(world.lives[at], today) for at in chosen)
        return replace(world, young=tuple(world.young[at] for at in chosen), lives=weeks)

    monkeypatch.setattr(build, "imagine", first_ones)
    monkeypatch.setattr(build, "menu_files", lambda year, seed: iter(()))


@pytest.fixture
def settings(engine: Engine) -> Settings:
    return a_configuration(str(engine.url), demo=True)


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return make_vault(settings)
