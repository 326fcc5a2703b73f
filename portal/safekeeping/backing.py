"""A backup: everything this portal could not be filled with again, in one sealed file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from portal.connectors.vault_place import place
from portal.connectors.vault_store import Bucket, VaultMissing
from portal.core import clock, disk
from portal.core.config import Settings
from portal.core.errors import ConfigError, PortalError
from portal.core.journal import Journal
from portal.safekeeping.archive import Part, sealed
from portal.safekeeping.databases import snapshot

OBJECTS = "vault/"
SPAN = 1024 * 1024
NAME = "relie-{:%Y%m%dT%H%M%SZ}.backup"


class Busy(PortalError):
    """Another backup is being written there."""


class AlreadyThere(PortalError):
    """A file has this name, and a backup is never written over."""


@dataclass(frozen=True)
class Made:
    """A backup that was written: where, how large, what it holds."""

    path: Path
    size: int
    objects: int


def back_up(settings: Settings, to: Path) -> Made:
    """Write a backup to a file, or to a new one in a folder, while the portal serves; it is there whole or not at all.

    The database first, then the vault: all that the one names is in the other. Raises ``ConfigError`` naming what is
    missing, ``AlreadyThere``, ``Busy``, ``BadArchive`` (« changed_meanwhile ») and what the vault raises.
    """
    keys, folder = settings.backup_keys, settings.journal_folder
    for variable, given in (("RELIE_BACKUP_KEYS", keys), ("RELIE_JOURNAL_FOLDER", folder)):
        if not given:
            raise ConfigError(f"{variable} is not set: see docs/configuration.md")
    path = to / NAME.format(clock.now()) if to.is_dir() else to
    if path.exists():
        raise AlreadyThere(path.name)
    vault = place(settings.vault_url, lasting=not settings.demo)
    url = settings.owner_database_url or settings.database_url
    counted: list[str] = []
    with snapshot(url, Journal(Path(str(folder)))) as taken:
        header: dict[str, Any] = {
            "made_at": clock.now().isoformat(),
            "database": taken.kind,
            "revision": taken.revision,
            "tables": taken.tables,
            "journal": {"number": taken.position.number, "mark": taken.position.mark},
        }
        with _whole(path) as file:
            for chunk in sealed(header, chain(taken.parts, _objects(vault, counted)), keys):
                file.write(chunk)
    return Made(path, path.stat().st_size, len(counted))


def _objects(vault: Bucket, counted: list[str]) -> Iterator[Part]:
    """Objects as they are sealed. One that is erased since it was listed is left out."""
    for name in vault.names():
        try:
            first, size = vault.read(name, 0, SPAN)
        except VaultMissing:
            continue
        counted.append(name)
        yield Part(OBJECTS + name, size, _spans(vault, name, first, size))


def _spans(vault: Bucket, name: str, first: bytes, size: int) -> Iterator[bytes]:
    yield first[:SPAN]
    for start in range(SPAN, size, SPAN):
        yield vault.read(name, start, SPAN)[0][:SPAN]


@contextmanager
def _whole(path: Path) -> Iterator[Any]:
    """A file that takes its name once it is whole and on the disk. What a kill left half-written is written over."""
    for left in path.parent.glob(f".{NAME.partition('{')[0]}*.part"):
        if left.name != f".{path.name}.part":
            _clear(left)
    draft = path.with_name(f".{path.name}.part")
    handle = os.open(draft, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as file:
        if not _locked(handle):
            raise Busy(path.name)
        try:
            file.truncate()
            yield file
            file.flush()
            disk.settle(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _clear(left: Path) -> None:
    handle = os.open(left, os.O_RDWR)
    try:
        if _locked(handle):
            left.unlink(missing_ok=True)
    finally:
        os.close(handle)
