"""An older database comes back, and nothing that was taken away since comes back with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from portal import migrations
from portal.access import reach
from portal.access.models import Post, Relationship
from portal.access.sharing import Agreement
from portal.accounts.models import SignIn
from portal.connectors.vault_crypto import HEADER_BYTES, VaultCorrupt, VaultUnavailable, open_header
from portal.connectors.vault_place import place
from portal.connectors.vault_store import Bucket, VaultMissing
from portal.core import clock, scope, wall
from portal.core.config import Settings
from portal.core.db import make_engine, make_sessions
from portal.core.errors import ConfigError, PortalError
from portal.core.journal import Journal, Line, Position
from portal.core.models import Mark
from portal.dossier.models import DuiClient
from portal.safekeeping.archive import HEADER, Data, parts, verify
from portal.safekeeping.backing import OBJECTS, SPAN
from portal.safekeeping.databases import PREFIX, into_sqlite, load, refuse_tables
from portal.safekeeping.replaying import Replayed, replay

MARK = "restored"
"""The row of ``mark`` that says when this database was restored, and from which backup."""


class CannotRestore(PortalError):
    """Not this backup, or not there; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Restored:
    """What restoring did."""

    made_at: datetime
    """When the backup was made."""
    replayed: Replayed = field(default_factory=Replayed)
    objects: int = 0
    """Written to the vault."""
    known: int = 0
    """There already."""
    unopened: int = 0
    """Of all these, under a key that is not configured, or damaged."""
    without_journal: bool = False


@dataclass(frozen=True)
class Checked:
    """What a backup is, once it was read to its end."""

    header: dict[str, Any]
    to_replay: int
    """Lines of the journal that came after it and took something away."""

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.header["made_at"])


def check(settings: Settings, path: Path, *, without_journal: bool = False) -> Checked:
    """Read a backup to its end, and the journal since; nothing is written.

    Raises ``BadArchive``, ``ConfigError``, ``JournalBroken``, and ``CannotRestore``: « newer », « other_database »,
    « other_journal ».
    """
    if not settings.backup_keys:
        raise ConfigError("RELIE_BACKUP_KEYS is not set: see docs/configuration.md")
    header = verify(path, settings.backup_keys)
    if header["database"] != make_url(_url(settings)).get_backend_name():
        raise CannotRestore("other_database")
    if not migrations.is_known(header["revision"]):
        raise CannotRestore("newer")
    lines = () if without_journal else _since(_journal(settings), _position(header))
    return Checked(header, sum(1 for _ in lines))


def restore(settings: Settings, path: Path, *, keeping: Sequence[UUID] | None = None) -> Restored:
    """Restore a backup into a database without any table, and into the vault; all of it, or nothing.

    Everything is read and checked first. ``keeping``: there is no journal, so that every link must be verified again
    but those of these accounts as management, every agreement given again, every DUI's token changed. Raises as
    ``check``, and ``NotEmpty``.
    """
    checked = check(settings, path, without_journal=keeping is not None)
    refuse_tables(_url(settings))
    if keeping is not None and settings.journal_folder is not None:
        Journal(settings.journal_folder).ready()  # the former one is lost: another begins
    told = Restored(checked.made_at, without_journal=keeping is not None)

    def secure(db: Session) -> None:
        if keeping is None:
            told.replayed = replay(db, _since(_journal(settings), _position(checked.header)))
        else:
            _close_everything(db, keeping)
        _settle(db, told.made_at)

    vault = place(settings.vault_url, lasting=not settings.demo)
    into = _into_sqlite if checked.header["database"] == "sqlite" else _into_postgres
    with into(_url(settings), checked.header) as (write, finish):
        held = _fill(parts(path, settings.backup_keys), write)
        finish(secure)
        for name, data in held:
            _put(vault, name.removeprefix(OBJECTS), data, settings, told)
        for name in told.replayed.objects:
            vault.delete(name)
    if settings.journal_folder is not None:
        Journal(settings.journal_folder).append(restored=checked.header["made_at"])
    return told


def _url(settings: Settings) -> str:
    return settings.owner_database_url or settings.database_url


def _journal(settings: Settings) -> Journal:
    if settings.journal_folder is None:
        raise ConfigError("RELIE_JOURNAL_FOLDER is not set: see docs/configuration.md")
    return Journal(settings.journal_folder)


def _position(header: dict[str, Any]) -> Position:
    return Position(**header["journal"])


def _since(journal: Journal, position: Position) -> Iterator[Line]:
    """Lines after the backup that took something away, but void ones; the whole chain is checked.

    Raises ``JournalBroken``, and ``CannotRestore`` (« other_journal ») when the backup was not made beside this one.
    """
    void, met = set(), False
    for line in journal.lines():
        met = met or (line.number, line.mark) == (position.number, position.mark)
        void |= {line.void} if line.void is not None else set()
    if not met:
        raise CannotRestore("other_journal")
    later = (line for line in journal.lines() if line.number > position.number and line.number not in void)
    return (line for line in later if line.taken)


# The database

Write = Callable[[str, Data], None]
Finish = Callable[[Callable[[Session], None]], None]


@contextmanager
def _into_sqlite(url: str, _header: dict[str, Any]) -> Iterator[tuple[Write, Finish]]:
    with into_sqlite(url) as draft:

        def write(_name: str, data: Data) -> None:
            with draft.open("wb") as file:
                for chunk in data.chunks():
                    file.write(chunk)

        def finish(secure: Callable[[Session], None]) -> None:
            engine = make_engine(str(make_url(url).set(database=str(draft))))
            try:
                migrations.upgrade(engine)
                with make_sessions(engine, scope.everywhere("restore")).begin() as db:
                    secure(db)
            finally:
                engine.dispose()

        yield write, finish


@contextmanager
def _into_postgres(url: str, header: dict[str, Any]) -> Iterator[tuple[Write, Finish]]:
    """One transaction, to its end: a restore that is killed leaves an empty database."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection, connection.begin():
            migrations.build(connection, header["revision"])

            def write(name: str, data: Data) -> None:
                load(connection, name, data, header["tables"])

            def finish(secure: Callable[[Session], None]) -> None:
                migrations.build(connection)
                with make_sessions(engine, scope.everywhere("restore"))(bind=connection) as db:
                    secure(db)
                    db.flush()
                    db.expunge_all()
                wall.lay(connection)

            yield write, finish
    finally:
        engine.dispose()


def _fill(all_parts: Iterator[tuple[str, Data]], write: Write) -> Iterator[tuple[str, Data]]:
    """Write the parts of the database; the others, still to be read."""
    for name, data in all_parts:
        if name.startswith(PREFIX):
            write(name, data)
        elif name != HEADER:
            return chain([(name, data)], all_parts)
    return iter(())


def _settle(db: Session, made_at: datetime) -> None:
    """Nobody is signed in, access is laid out again, and the database knows where it comes from."""
    db.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=clock.now()))
    reach.recompute(db)
    said = json.dumps({"at": clock.now().isoformat(), "from": made_at.isoformat()})
    db.merge(Mark(name=MARK, value=said))
    db.flush()


def _close_everything(db: Session, keeping: Sequence[UUID]) -> None:
    """Without a journal nobody knows what was taken away: all is, and people look at each thing again."""
    at = clock.now()
    kept = Relationship.account_id.in_(keeping) & (Relationship.post == Post.MANAGEMENT)
    db.execute(update(Relationship).where(~kept).values(verified_at=None))
    db.execute(update(Agreement).where(Agreement.withdrawn_at.is_(None)).values(withdrawn_at=at))
    db.execute(update(DuiClient).where(DuiClient.revoked_at.is_(None)).values(revoked_at=at))


# The vault


def _put(vault: Bucket, name: str, data: Data, settings: Settings, told: Restored) -> None:
    """Keep an object as it was, unless it is there already or went with an erased dossier."""
    head = data.read(HEADER_BYTES) or b""
    if name in told.replayed.objects:
        return
    try:
        open_header(head, name, settings.vault_keys)
    except (VaultCorrupt, VaultUnavailable):
        told.unopened += 1
    try:
        vault.read(name, 0, 1)
        told.known += 1
    except VaultMissing:
        vault.write(name, chain([head], data.chunks(SPAN)))
        told.objects += 1
