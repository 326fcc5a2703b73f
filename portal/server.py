"""Processes: pages (gunicorn), and what runs beside them. Both refuse to start on something half-configured."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication

from portal import migrations
from portal.app import create_app
from portal.core.config import Settings
from portal.core.db import make_engine
from portal.core.errors import ConfigError
from portal.worker import run_worker

WORKERS, THREADS = 2, 8


class Pages(BaseApplication):  # type: ignore[misc]
    """gunicorn, told by our settings instead of a file of its own."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self.settings = settings
        self.workers = workers
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": self.settings.bind,
            "workers": self.workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "relie",
            "forwarded_allow_ips": "",
            "worker_tmp_dir": None,
            "timeout": 60,
            "graceful_timeout": 20,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self.settings)


def serve(settings: Settings, *, workers: int = WORKERS) -> None:
    """Serve pages until told to stop. Raises ``ConfigError`` when something they need is not ready."""
    refuse_unless_ready(settings)
    Pages(settings, workers).run()


def work(settings: Settings) -> None:
    """Do jobs until told to stop."""
    refuse_unless_ready(settings)
    run_worker(settings, {})


def refuse_unless_ready(settings: Settings) -> None:
    """Raises ``ConfigError`` when the schema is not the newest one.

    The vault is tried by each worker: one that was used must not be forked.
    """
    engine = make_engine(settings.database_url)
    try:
        if not migrations.is_current(engine):
            raise ConfigError("the database has an older schema: run portal db upgrade, after a backup")
    finally:
        engine.dispose()
