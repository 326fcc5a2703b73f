"""For whom a transaction reads and writes: what PostgreSQL's row-level security asks (docs/decisions/0020).

A scope stands in the session and is told to the database as each of its transactions begins, by ``set_config(…,
true)``: it ends with the transaction, so a pooled connection carries nothing over. No scope: no rows about anybody.
SQLite has no such wall, and is told nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.core import clock

P = ParamSpec("P")
R = TypeVar("R")

KEY, TOLD = "scope", "scope told"
"""Where a session's ``info`` keeps its scope, and the one its transaction was told."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One of: an account (and who looks through it), the token of a sign-in, establishments, everything."""

    account: UUID | None = None
    through: UUID | None = None
    """As in ``access.words.Viewer``: the member of staff who looks at what ``account`` sees."""
    token: bytes = b""
    establishments: frozenset[UUID] = frozenset()
    everywhere: str = ""
    """Why everything is in reach, in a word or two of ours: it is seen in the settings of the transaction."""


NOBODY = Scope()


def account(account_id: UUID, through: UUID | None = None) -> Scope:
    """Somebody signed in: rows of the dossiers this account reaches now, its notices, its sign-ins.

    ``through``: who looks at what that account sees; what either of the two does not reach is left out.
    """
    return Scope(account=account_id, through=through)


def token(token_hash: bytes) -> Scope:
    """Somebody who shows a cookie: that one sign-in, and its account."""
    return Scope(token=token_hash)


def establishments(*ids: UUID) -> Scope:
    """Work for these establishments: their dossiers, and the rules by which these are read."""
    return Scope(establishments=frozenset(ids))


def everywhere(because: str) -> Scope:
    """Work that no establishment bounds: commands of the machine's administrator, laying ``reach`` out."""
    if not because:
        raise ValueError("say why everything is in reach")
    return Scope(everywhere=because)


def enter(db: Session, wanted: Scope) -> None:
    """From now on, until told otherwise, this session works in that scope; later transactions of it too."""
    db.info[KEY] = wanted
    if db.in_transaction() and _is_walled(db):
        _tell(db, db.connection())


@contextmanager
def within(db: Session, wanted: Scope) -> Iterator[None]:
    """Work in that scope for a while, then in the former one again, whatever happens.

    What waits to be written is written before each of the two changes, in the scope it was made in.
    """
    former = current(db)
    db.flush()
    enter(db, wanted)
    try:
        yield
        db.flush()
    except BaseException:
        db.info.pop(TOLD, None)  # a savepoint that was rolled back took what was told with it
        with suppress(SQLAlchemyError):  # a transaction that failed can only be rolled back, and its scope goes with it
            enter(db, former)
        raise
    enter(db, former)


def working(because: str) -> Callable[[Callable[Concatenate[Session, P], R]], Callable[Concatenate[Session, P], R]]:
    """A service that changes what access is decided from: it runs in a scope of its own, whoever asked.

    It must check by itself that the asker may: nothing here does.
    """

    def mark(service: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
        @wraps(service)
        def alone(db: Session, /, *arguments: P.args, **named: P.kwargs) -> R:
            with within(db, everywhere(because)):
                return service(db, *arguments, **named)

        return alone

    return mark


def current(db: Session) -> Scope:
    """The scope this session works in."""
    found: Scope = db.info.get(KEY, NOBODY)
    return found


def on_begin(db: Session, transaction: Any, connection: Connection) -> None:
    """Tell each new transaction (event ``after_begin`` of ``core.db.make_sessions``)."""
    if not _is_walled(db) or transaction.nested:
        return
    db.info[TOLD] = NOBODY  # what was told ended with the transaction before
    _tell(db, connection)


def _tell(db: Session, connection: Connection) -> None:
    wanted = current(db)
    if wanted == db.info.get(TOLD):
        return
    connection.exec_driver_sql(_SET, _settings(wanted))
    db.info[TOLD] = wanted


NAMES = ("account", "through", "token", "establishments", "everywhere", "at")
_SET = "SELECT " + ", ".join(f"set_config('relie.{name}', %({name})s, true)" for name in NAMES)


def _settings(wanted: Scope) -> dict[str, str]:
    """What the policies read (``core.policies``): "" for what is not said."""
    return {
        "account": str(wanted.account or ""),
        "through": str(wanted.through or ""),
        "token": wanted.token.hex(),
        "establishments": ",".join(sorted(map(str, wanted.establishments))),
        "everywhere": wanted.everywhere,
        "at": clock.now().isoformat(),
    }


def _is_walled(db: Session) -> bool:
    return db.get_bind().dialect.name == "postgresql"
