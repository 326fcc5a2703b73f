"""``./run demo``: everything in one folder of this machine, made once, and a worker beside the pages."""

from __future__ import annotations

import base64
import json
import multiprocessing
import os
import secrets
from collections.abc import Callable
from multiprocessing.context import SpawnProcess
from pathlib import Path

from portal import migrations, server
from portal.connectors.vault import make_vault
from portal.core.config import Settings, from_environment
from portal.core.db import make_engine, make_sessions
from portal.demo import build, safety

PORT = 8000


def settings(port: int = PORT) -> Settings:
    """The demo's own settings. What the environment says of mail or of a DUI is kept, so that it is refused.

    ``RELIE_DEMO_FOLDER`` (``var/demo``) holds database, vault, mails and the keys made at the first start.
    """
    folder = Path(os.environ.get("RELIE_DEMO_FOLDER", "var/demo")).absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = _keys(folder / "keys.json")
    return from_environment(
        {
            "RELIE_BIND": f"127.0.0.1:{port}",
            "RELIE_PUBLIC_URL": f"http://localhost:{port}",
            **os.environ,
            "RELIE_DEMO": "1",
            "RELIE_DATABASE_URL": f"sqlite:///{folder / 'relie.db'}",
            "RELIE_VAULT_URL": f"file://{folder / 'vault'}",
            "RELIE_MAIL_FOLDER": str(folder / "mail"),
            "RELIE_DUI_FOLDER": str(folder / "dui"),
            **keys,
        }
    )


def start(port: int = PORT) -> None:
    """Make the demo when there is none (or an old one), then serve it until told to stop.

    Making it and working beside it happen in processes of their own: pages are served by forks of this one, and a vault
    that was used must not be forked.
    """
    chosen = settings(port)
    safety.refuse_unless_alone(chosen)
    making = _process(prepare, chosen)
    making.join()
    if making.exitcode:
        raise SystemExit(making.exitcode)
    _process(server.work, chosen)
    print(f"Relie, démonstration : http://localhost:{port}/demo  (Ctrl-C pour arrêter)", flush=True)
    server.serve(chosen, workers=1)


def prepare(chosen: Settings) -> None:
    """The newest schema, and a fresh demo in it."""
    engine = make_engine(chosen.database_url)
    migrations.upgrade(engine)
    build.build(chosen, make_sessions(engine), make_vault(chosen))
    engine.dispose()


def _process(target: Callable[[Settings], None], chosen: Settings) -> SpawnProcess:
    started = multiprocessing.get_context("spawn").Process(target=target, args=(chosen,), daemon=True)
    started.start()
    return started


def _keys(path: Path) -> dict[str, str]:
    """Keys of this demo, made at its first start and readable by its owner only."""
    if not path.exists():
        made = {
            "RELIE_SECRET_KEY": secrets.token_urlsafe(48),
            "RELIE_VAULT_KEYS": f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        }
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
    found: dict[str, str] = json.loads(path.read_text())
    return found
