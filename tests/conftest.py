"""What every test may ask for: the portal, somebody before it, the shared files, and no way out."""

from __future__ import annotations

import ipaddress
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from portal.core.config import Settings
from portal.core.db import make_sessions
from tests import compiled as _compiled  # noqa: F401 - for every portal of this run
from tests.browsing import Browser

pytest_plugins = ["tests.running", "tests.databases"]
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
def shared() -> Path:
    """The folder of real files that stands beside a checkout."""
    return SHARED


@pytest.fixture(scope="session")
def portals() -> dict[Engine, Flask]:
    """Those of this run, by their database: making one is a tenth of what opening a page costs."""
    return {}


@pytest.fixture
def app(engine: Engine, portals: dict[Engine, Flask], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The portal, on this test's database and an empty vault; it reads nothing before it says for whom.

    Other tests were served by it: what a test sets in ``extensions`` is put back; ``own_app`` may be changed freely.
    """
    if engine not in portals:
        portals[engine] = _a_portal(engine, tmp_path_factory.mktemp("vault"))
    portal = portals[engine]
    before = dict(portal.extensions)
    shutil.rmtree(before["settings"].vault_url.removeprefix("file://"), ignore_errors=True)
    yield portal
    portal.extensions.clear()
    portal.extensions.update(before)


@pytest.fixture
def own_app(engine: Engine, tmp_path: Path) -> Flask:
    """A portal of this test alone, before its first request."""
    return _a_portal(engine, tmp_path)


def _a_portal(engine: Engine, folder: Path) -> Flask:
    from portal.app import create_app

    return create_app(a_configuration(vault_url=f"file://{folder / 'vault'}"), sessions=make_sessions(engine))


@pytest.fixture
def browser(app: Flask, sessions: sessionmaker[Session], count: Callable[[], int]) -> Browser:
    return Browser(app, sessions, count)
