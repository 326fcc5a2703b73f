"""A server of the portal started for a bench, and what one request costs it, counted by the kernel.

Processor time, not elapsed time: whatever else the machine does, the ratio of two pages stays what it is.
"""

from __future__ import annotations

import dataclasses
import json
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from portal.access.words import Strength
from portal.accounts.services import open_session
from portal.core.config import Settings
from tests.bench.ground import Ground
from tests.bench.pages import Site

START = 60
"""Seconds a server may take to answer first."""


class Client:
    """One connection kept open, one question at a time, as an old phone asks."""

    def __init__(self, bind: str, cookie: str = "") -> None:
        host, _, port = bind.partition(":")
        self.address = host, int(port)
        self.headers = f"Host: localhost\r\nAccept-Encoding: gzip\r\nCookie: {cookie}\r\n\r\n"
        self.socket: socket.socket | None = None

    def get(self, path: str) -> bytes:
        """The body of a page that must be there."""
        question = f"GET {path} HTTP/1.1\r\n{self.headers}".encode()
        for fresh in (False, True):  # a connection idle for long was closed by the server: open another, once
            with suppress(ConnectionError):
                return self._ask(question, path, fresh)
        raise ConnectionError(path)

    def _ask(self, question: bytes, path: str, fresh: bool) -> bytes:
        if self.socket is None or fresh:
            self.close()
            self.socket = socket.create_connection(self.address, timeout=20)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(question)
        answer = self._read(b"")
        while b"\r\n\r\n" not in answer:
            answer = self._read(answer)
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{path}: {head[:40]!r}")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        while len(body) < length:
            body = self._read(body)
        return body

    def _read(self, sofar: bytes) -> bytes:
        assert self.socket is not None
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("closed")
        return sofar + more

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


class Server:
    """One master and one worker, started in a given way, with somebody signed in."""

    def __init__(self, ground: Ground, site: Site, settings: Settings, way: str, account_id: UUID) -> None:
        self.process = ground.start(sys.executable, "-m", "tests.bench.served", way, facts_of(settings))
        self.client = Client(settings.bind, cookie_of(site, account_id))
        _wait(self.process, self.client)

    @property
    def worker(self) -> int:
        (child,) = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(child)

    def spent(self, path: str, times: int) -> float:
        """Milliseconds of processor that each of ``times`` requests cost the worker."""
        before = on_cpu(self.worker)
        for _ in range(times):
            self.client.get(path)
        return (on_cpu(self.worker) - before) / times / 1e6


def facts_of(settings: Settings) -> str:
    """Settings as another process can be told them."""
    facts = dataclasses.asdict(settings)
    return json.dumps(facts | {"vault_keys": {name: key.hex() for name, key in settings.vault_keys.items()}})


def settings_of(told: str) -> Settings:
    """What ``facts_of`` wrote."""
    facts = json.loads(told)
    if facts["oidc"]:
        raise ValueError("the bench signs nobody in by a service")
    keys = {name: bytes.fromhex(key) for name, key in facts["vault_keys"].items()}
    return Settings(**facts | {"vault_keys": keys, "oidc": (), "push_services": tuple(facts["push_services"])})


def cookie_of(site: Site, account_id: UUID, strength: Strength = Strength.SUBSTANTIAL) -> str:
    """What a browser that signed in would send."""
    with site.sessions.begin() as db:
        token = open_session(db, account_id, strength)
    signer = site.app.session_interface.get_signing_serializer(site.app)
    return f"{site.app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': token, '_fresh': True})}"


def on_cpu(process: int) -> int:
    """Nanoseconds that all threads of a process have spent on a processor."""
    threads = Path(f"/proc/{process}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)


def _wait(process: subprocess.Popen[bytes], client: Client) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            client.get("/hello")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not answer")
