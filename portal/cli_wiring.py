"""What every command needs: the settings of this process or of the demo, a database, a way to stop with a reason."""

from __future__ import annotations

import sys
from typing import NoReturn

import click
from sqlalchemy.orm import Session, sessionmaker

from portal.core.config import Settings, from_environment
from portal.core.db import make_engine, make_sessions


def settings_of(context: click.Context) -> Settings:
    """Raises ``ConfigError`` naming what is missing."""
    if context.obj["demo"]:
        from portal.demo_site import settings

        return settings()
    return from_environment()


def sessions_of(context: click.Context) -> sessionmaker[Session]:
    return make_sessions(make_engine(settings_of(context).database_url))


def stop(reason: str) -> NoReturn:
    """Say why and end with 1."""
    click.echo(reason, err=True)
    sys.exit(1)
