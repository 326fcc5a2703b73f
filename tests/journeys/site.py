"""A demo that runs on this machine, for the time of a test run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright._impl._api_structures import SetCookieParam

from tests.conftest import ROOT

MAKE = "from portal import demo_site; demo_site.prepare(demo_site.settings())"


@dataclass(frozen=True)
class Site:
    """A running demo. ``folder`` holds its database, vault and mails; ``entered`` what a device of each role kept."""

    url: str
    folder: Path
    entered: dict[str, list[SetCookieParam]] = field(default_factory=dict)


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """``portal demo start`` on a free port; its demo in ``folder/demo``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "demo", "start", "--port", str(port)],
        cwd=ROOT,
        env=_environment(folder / "demo"),
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    found = Site(f"http://localhost:{port}", folder / "demo")
    try:
        _wait(port, server, folder / "server.log")
        yield found
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)
        log.close()


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RELIE_")}
    return kept | {"RELIE_DEMO_FOLDER": str(folder)}


def make(folder: Path) -> None:
    """What ``portal demo start`` does first, in a process of its own."""
    subprocess.run([sys.executable, "-c", MAKE], cwd=ROOT, env=_environment(folder), check=True)


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until somebody answers there."""
    for _ in range(1200):
        if server.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the demo did not start: {log.read_text()[-2000:]}")
