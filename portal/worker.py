"""The worker: does what the web process asked for. ``./run worker``; in a demo it runs beside the web server."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from datetime import timedelta
from threading import Event
from types import FrameType

from portal.core.config import Settings
from portal.core.db import make_sessions
from portal.core.taking import opened
from portal.core.work import Handler, work


def run_worker(
    settings: Settings, handlers: Mapping[str, Handler], leases: Mapping[str, timedelta] | None = None
) -> None:
    """Do jobs until SIGTERM or SIGINT; the job under way is finished first. Any number may run, on any machine."""
    stop = Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    engine = opened(settings, pool_pre_ping=True)
    try:
        work(make_sessions(engine), handlers, stop, leases=leases)
    finally:
        engine.dispose()
