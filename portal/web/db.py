"""One database session a request, opened when first asked for, and one transaction."""

from __future__ import annotations

from flask import Flask, Response, current_app, g
from flask.ctx import _AppCtxGlobals
from sqlalchemy.orm import Session, sessionmaker

FAILED = 500
"""An answer from here on undoes what was written."""


class Globals(_AppCtxGlobals):
    """Flask's ``g``, with ``g.db``."""

    @property
    def db(self) -> Session:
        """The session of this request. A page that never asks for it costs no statement."""
        if "_db" not in self:
            self._db: Session = current_app.extensions["sessions"]()
        return self._db


def init_app(app: Flask, sessions: sessionmaker[Session]) -> None:
    app.extensions["sessions"] = sessions
    app.app_ctx_globals_class = Globals
    app.teardown_appcontext(_close)


def finish(response: Response) -> Response:
    """Commit before the first byte leaves, so that nobody reads "it is done" when it is not.

    When something was raised, ``undo`` forgot it already; what the error page wrote since then (a refusal) is kept.
    """
    if "_db" in g:
        if response.status_code < FAILED:
            g.db.commit()
        else:
            g.db.rollback()
    return response


def undo() -> None:
    """Forget what this request wrote: something was raised."""
    if "_db" in g:
        g.db.rollback()


def _close(_error: BaseException | None) -> None:
    if "_db" in g:
        g.pop("_db").close()
