"""The portal on gunicorn, and hello-world beside it in the same worker: ``python -m tests.bench.served WAY SETTINGS``.

WAY is "whole"; "no_database", where every answer of the database is remembered from the first time a page was asked
for; or "no_log", where who read what is not written. SETTINGS are JSON.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import event

from portal.access import log
from portal.access import queries as access
from portal.accounts import queries as accounts
from portal.accounts import services
from portal.core.config import Settings
from portal.core.db import make_engine, make_sessions
from portal.inbox import queries as inbox
from portal.liaison import todo
from portal.menus import queries as menus
from portal.planning import happening
from portal.planning import queries as planning
from portal.server import Pages, create_app
from portal.sharing import awaiting
from tests.bench.serving import settings_of

ASKED = (
    (access, "reached"),
    (accounts, "signed_in"),
    (inbox, "waiting"),
    (happening, "today_and_next"),
    (happening, "between"),
    (menus, "tables"),
    (todo, "unanswered"),
    (todo, "at_work"),
    (awaiting, "awaiting"),
    *((planning, name) for name in ("upcoming", "past", "one")),
)
"""Every question a page asks."""


class Bench(Pages):
    """The portal's own server, with a page that does nothing."""

    def __init__(self, settings: Settings, way: str) -> None:
        self.way = way
        super().__init__(settings, workers=1)

    def load(self) -> Any:
        portal, hello = WAYS[self.way](self.settings), _hello()

        def dispatch(environ: dict[str, Any], start_response: Any) -> Any:
            return (hello if environ["PATH_INFO"] == "/hello" else portal)(environ, start_response)

        return dispatch


def _hello() -> Flask:
    app = Flask("hello", static_folder=None)
    app.add_url_rule("/hello", view_func=lambda: "hello world")
    return app


def whole(settings: Settings) -> Flask:
    return create_app(settings)


def no_log(settings: Settings) -> Flask:
    log.record = _nothing
    return create_app(settings)


def no_database(settings: Settings, replace: Callable[[Any, str, Any], None] = setattr) -> Flask:
    """Pages asked for a second time send no statement; one that did would fail.

    What is replaced stays so in this process: a test lends a ``replace`` that it undoes.
    """
    engine = make_engine(settings.database_url)
    for module, name in ASKED:
        replace(module, name, remembered(getattr(module, name)))
    replace(log, "record", _nothing)
    replace(services, "notice", _nothing)
    app = create_app(settings, sessions=make_sessions(engine))
    app.extensions["cards"] = remembered(app.extensions["cards"])
    seen: set[str] = set()

    def refuse(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if request.path in seen:
            raise AssertionError(f"a remembered page asked the database: {sql[:200]}")

    event.listen(engine, "before_cursor_execute", refuse)

    @app.after_request
    def note(response: Response) -> Response:
        seen.add(request.path)
        return response

    return app


WAYS: dict[str, Callable[[Settings], Flask]] = {"whole": whole, "no_log": no_log, "no_database": no_database}


def remembered(ask: Callable[..., Any]) -> Callable[..., Any]:
    """The same answer to each page, asked for once. One person visits, so the path says it all."""
    kept: dict[str, Any] = {}

    def answer(*arguments: Any, **named: Any) -> Any:
        if request.path not in kept:
            kept[request.path] = ask(*arguments, **named)
        return kept[request.path]

    return answer


def _nothing(*_arguments: Any, **_named: Any) -> None:
    return None


def main(way: str, settings: str) -> None:
    Bench(settings_of(settings), way).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
