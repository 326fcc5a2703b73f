"""Logs of one line each, in JSON: what happened, where in the code, to which request. Never a value, never an address.

Whatever a person typed, read or asked for stays out, so no log has to be guarded like a dossier. JSON keeps line breaks
inside quotes, so nobody can forge a line.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
import traceback
from types import TracebackType
from typing import Any

from flask import Response, g, has_request_context, request

from portal.core import clock

LOGGER = logging.getLogger("portal")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Signs nobody confuses on the phone."""


class OneLine(logging.Formatter):
    """Our events with their fields; of everybody else's records only where they come from.

    Their messages may hold values: the parameters of a statement, an address.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": clock.now().isoformat(timespec="milliseconds"), "level": record.levelname}
        fields = getattr(record, "portal", None)
        if fields is None:
            line |= {"event": "other", "logger": record.name, "line": f"{record.module}:{record.lineno}"}
        else:
            line |= {"event": record.getMessage()} | fields
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"error": type(record.exc_info[1]).__name__, "trace": frames(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=True, default=str)


def frames(trace: TracebackType | None) -> list[str]:
    """Where an error passed, innermost last: file, line, function. Its message is left out, it may quote a value."""
    passed = traceback.extract_tb(trace)
    return [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in passed]


def event(name: str, level: int = logging.INFO, *, error: BaseException | None = None, **fields: object) -> None:
    """Say that something happened. ``fields`` are names, numbers and codes of ours: never what a person wrote."""
    if has_request_context():
        fields = {"id": reference(), "method": request.method, "endpoint": request.endpoint} | fields
    LOGGER.log(level, name, extra={"portal": fields}, exc_info=error)


def reference() -> str:
    """The mark of this request, to say on the phone: eight signs, the same in the log."""
    if "reference" not in g:
        g.reference = "".join(secrets.choice(ALPHABET) for _ in range(8))
    found: str = g.reference
    return found


def listen() -> None:
    """Write our events on standard error. Asking again changes nothing."""
    if not LOGGER.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(OneLine())
        LOGGER.addHandler(handler)
        LOGGER.setLevel(logging.INFO)
        LOGGER.propagate = False


def start() -> None:
    g.started = time.perf_counter()


def finish(response: Response) -> Response:
    """One line a request."""
    spent = time.perf_counter() - g.get("started", time.perf_counter())
    event("request", status=response.status_code, ms=round(spent * 1000))
    return response
