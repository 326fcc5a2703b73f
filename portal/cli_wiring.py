"""What every command needs: the settings of this process or of the demo, a database, a way to stop with a reason."""

from __future__ import annotations

import sys
from typing import NoReturn

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from portal.core import scope
from portal.core.config import Settings, from_environment
from portal.core.db import make_engine, make_sessions
from portal.core.taking import opened


def settings_of(context: click.Context) -> Settings:
    """Raises ``ConfigError`` naming what is missing."""
    if context.obj["demo"]:
        from portal.demo_site import settings

        return settings()
    return from_environment()


def sessions_of(context: click.Context) -> sessionmaker[Session]:
    """Whoever runs a command looks after the whole machine."""
    from portal.safekeeping import declared  # noqa: F401 - what the journal holds

    return make_sessions(opened(settings_of(context), poolclass=NullPool), scope.everywhere("command"))


def owner_of(context: click.Context) -> Engine:
    """The database as the role that owns its schema; on SQLite, the database."""
    chosen = settings_of(context)
    return make_engine(chosen.owner_database_url or chosen.database_url, poolclass=NullPool)


def stop(reason: str) -> NoReturn:
    """Say why and end with 1."""
    click.echo(reason, err=True)
    sys.exit(1)
