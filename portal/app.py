"""The portal, put together. Read this first."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from portal.accounts import views as accounts
from portal.core.config import Settings
from portal.core.db import make_engine, make_sessions
from portal.web import setup
from portal.web.guard import refuse_unguarded_views


def create_app(settings: Settings, *, sessions: sessionmaker[Session] | None = None) -> Flask:
    """A portal ready to serve. ``sessions`` replaces the database of the settings, for tests.

    Raises ``UnguardedView`` when a route does not say whom it serves.
    """
    app = Flask("portal", static_folder=None)
    setup.init_app(app, settings, sessions or make_sessions(make_engine(settings.database_url)))
    accounts.init_app(app)
    refuse_unguarded_views(app)
    return app
