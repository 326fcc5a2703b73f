"""A provider of one kind, for the time of a test run, and what a test makes it do wrong."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from portal.core import providers
from portal.core.providers import Provider
from tests.provider.bringing import bring, modules, node

SECRET = "the-secret-of-relie-for-tests-alone-0123456789"


@dataclass(frozen=True)
class Fake:
    """A provider that runs, and the portal's settings of it."""

    url: str
    provider: Provider

    def plant(self, **faults: Any) -> None:
        """From now on it does this; nothing: it does all of it well, for « camille »."""
        requests.post(f"{self.url}/plant", json=faults, timeout=5).raise_for_status()

    def sign(self, claims: dict[str, Any], **more: Any) -> str:
        """A token as its own, or not quite."""
        return requests.post(f"{self.url}/sign", json={"claims": claims} | more, timeout=5).text


@contextmanager
def serving(kind: str, public_url: str, *, backchannel: str = "", **more: str) -> Iterator[Fake]:
    """``public_url``: the portal it sends people back to. ``more``: settings of it, by their last word."""
    bring()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path, url = "/api/v2" if kind.startswith("franceconnect") else "", f"http://127.0.0.1:{port}"
    told = {"port": port, "path": path, "kind": kind, "modules": str(modules()), "backchannel": backchannel}
    told |= {"back": f"{public_url}/entrer/retour/essai", "left": f"{public_url}/entrer"}
    script = Path(__file__).parent / "provider.mjs"
    process = subprocess.Popen(
        [node() / "bin" / "node", script, json.dumps(told)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if line.strip() == "ready":
                break
        else:
            raise RuntimeError(process.stderr.read())
        settings = {"KIND": kind, "ISSUER": url + path, "CLIENT_ID": "relie", "CLIENT_SECRET": SECRET} | more
        named = {f"RELIE_OIDC_ESSAI_{name}": value for name, value in settings.items()}
        (provider,) = providers.read({"RELIE_OIDC": "essai"} | named)
        yield Fake(url, provider)
    finally:
        process.terminate()
        process.wait(20)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
