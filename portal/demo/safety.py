"""The demo signs anybody in with one tap: it must never stand in front of a real person's data."""

from __future__ import annotations

import ipaddress

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from portal.core.config import Settings
from portal.core.errors import ConfigError
from portal.core.models import Account, Mark, Organisation

MARK = "demo"
"""Name of the row of ``Mark`` that says a database holds only invented people; its value says when it was made."""


def refuse_unless_safe(settings: Settings, db: Session) -> None:
    """Let the demo start only where nobody real can be reached.

    Raises ``ConfigError`` naming the setting and what to do: demo not asked for, a mail server, a DUI that would
    receive what is sent, an address other machines can reach, or a database that was not made for the demo.
    """
    refuse_unless_alone(settings)
    if not is_marked(db):
        raise ConfigError(
            "RELIE_DATABASE_URL points to a database that was not made for the demo: give the demo one of its own"
        )


def refuse_unless_alone(settings: Settings) -> None:
    """The half of ``refuse_unless_safe`` that needs no database: asked before anything is made. Same error."""
    if not settings.demo:
        raise ConfigError("RELIE_DEMO is not set: set it to 1 to start the demo, which signs anybody in")
    if settings.smtp_url:
        raise ConfigError("RELIE_SMTP_URL is set: the demo writes its mails to a folder; unset it, or unset RELIE_DEMO")
    if settings.dui_endpoint:
        raise ConfigError("RELIE_DUI_ENDPOINT is set: the demo must send nothing to a DUI; unset it, or RELIE_DEMO")
    if not is_loopback(settings.bind):
        raise ConfigError("RELIE_BIND lets other machines in: the demo listens to this one only, as 127.0.0.1:8000")


def is_loopback(bind: str) -> bool:
    """Whether ``host:port`` is an address that only this machine can reach. An unreadable one is not."""
    host = bind.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_marked(db: Session) -> bool:
    """Whether this database was made for the demo. One without our tables was not."""
    return _has_tables(db) and db.get(Mark, MARK) is not None


def refuse_to_overwrite(db: Session) -> None:
    """A demo is made in a database without data, or over an earlier demo: never over anything else.

    Raises ``ConfigError``.
    """
    if is_marked(db) or not _has_tables(db):
        return
    if all(db.scalar(select(kind.id).limit(1)) is None for kind in (Organisation, Account)):
        return
    raise ConfigError(
        "RELIE_DATABASE_URL points to a database that holds data and is no demo: give the demo one of its own"
    )


def _has_tables(db: Session) -> bool:
    return inspect(db.connection()).has_table(Mark.__tablename__)
