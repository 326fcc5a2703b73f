"""Where sealed objects are kept: a folder, an S3-compatible bucket, or memory (demo and tests). One API: ``obstore``.

A folder promises what obstore alone does not: file and directory are on the disk before ``write`` returns.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError, PreconditionError
from obstore.store import LocalStore

from portal.connectors.vault_crypto import VaultError, VaultUnavailable
from portal.core import clock, disk

NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{30}")
"""Ours alone: what a person called their file neither lies, leaks nor leaves the vault."""

UNFINISHED_AFTER = timedelta(days=1)
"""What a killed process left half-written is cleared by the next start after this time."""


class VaultMissing(VaultError):
    """There is no object of that name."""


def new_name() -> str:
    """A random name that says nothing about who, what or when."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:]}"


class Bucket:
    """Objects in an S3-compatible bucket, or in memory. A write is atomic: whole or absent."""

    part_bytes = 5 * 1024 * 1024
    """What S3 asks of every part but the last; anything smaller goes in one request."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep the chunks under a new name. What the chunks themselves raise comes through, and nothing is kept."""
        rest, first, held = iter(chunks), deque[bytes](), 0
        for chunk in rest:
            first.append(chunk)
            held += len(chunk)
            if held > self.part_bytes:
                self._stream(name, chain(_drained(first), rest))
                return
        with told():
            obstore.put(self._store, name, b"".join(first), use_multipart=False)

    def _stream(self, name: str, chunks: Iterable[bytes]) -> None:
        theirs: list[Exception] = []

        def listened() -> Iterator[bytes]:
            try:
                yield from chunks
            except Exception as error:
                theirs.append(error)
                raise

        try:
            with told():
                obstore.put(self._store, name, listened(), chunk_size=self.part_bytes, max_concurrency=1)
        except VaultError:
            if theirs:  # a sender who hung up is not a broken disk
                raise theirs[0] from None
            raise

    def read(self, name: str, start: int, length: int) -> tuple[bytes, int]:
        """Up to ``length`` bytes from ``start``, and the size of the whole object. Raises ``VaultMissing``."""
        with told():
            try:
                got = obstore.get(self._store, name, options={"range": (start, start + length)})
                return bytes(got.bytes()), int(got.meta["size"])
            except BaseError:  # past the end is an error in obstore, and each store words it its own way
                size = int(obstore.head(self._store, name)["size"])
                if start < size:
                    raise
                return b"", size

    def replace(self, name: str, change: Callable[[bytes], bytes | None]) -> bool:
        """Put ``change(what is there)`` in its place, unless None or somebody was faster. Whole object in memory."""
        with told():
            got = obstore.get(self._store, name)
            changed, version = change(bytes(got.bytes())), got.meta["e_tag"]
            if changed is None:
                return False
            try:  # bound to what was read: an object erased meanwhile does not come back
                obstore.put(self._store, name, changed, mode={"e_tag": version}, use_multipart=False)
            except PreconditionError:
                raise VaultMissing("gone") from None
        return True

    def delete(self, name: str) -> None:
        """Erase it; nothing happens when it is not there."""
        with told(), suppress(FileNotFoundError):
            obstore.delete(self._store, name)

    def names(self) -> Iterator[str]:
        """Every object, in no promised order."""
        with told():
            for page in obstore.list(self._store, chunk_size=500):
                yield from (meta["path"] for meta in page if NAME.fullmatch(meta["path"]))


class Folder(Bucket):
    """Objects as files under one directory that only this portal reads."""

    part_bytes = 256 * 1024

    def __init__(self, root: Path) -> None:
        self._root = root
        self._kept: set[Path] = set()
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._keep(root / "new")
        disk.sync(root.parent)
        self._prove_writable()
        self._clear_unfinished()
        super().__init__(LocalStore(root))

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """As ``Bucket.write``; the file and its place in the directory are on the disk when this returns."""
        draft = f"new/{secrets.token_hex(16)}"
        try:
            super().write(draft, chunks)
            self._publish(draft, name)
        except BaseException:
            (self._root / draft).unlink(missing_ok=True)
            raise

    def replace(self, name: str, change: Callable[[bytes], bytes | None]) -> bool:
        with self._alone():
            with told():
                changed = change(bytes(obstore.get(self._store, name).bytes()))
            if changed is not None:
                self.write(name, (changed,))
        return changed is not None

    def delete(self, name: str) -> None:
        with self._alone(), told(), suppress(FileNotFoundError):
            (self._root / name).unlink()
            disk.sync((self._root / name).parent)

    def _publish(self, draft: str, name: str) -> None:
        with told():
            self._keep((self._root / name).parent)
            disk.settle(self._root / draft, self._root / name)

    def _keep(self, folder: Path) -> None:
        """This folder is there, and on the disk: made by whoever came first, made sure of once by each process."""
        if folder not in self._kept:
            folder.mkdir(mode=0o700, exist_ok=True)
            disk.sync(self._root)
            self._kept.add(folder)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Erasing and replacing wait for each other, in every process: nothing erased comes back."""
        lock = os.open(self._root, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _prove_writable(self) -> None:
        probe = self._root / "new" / secrets.token_hex(16)
        probe.touch()
        probe.unlink()

    def _clear_unfinished(self) -> None:
        before = (clock.now() - UNFINISHED_AFTER).timestamp()
        for draft in (self._root / "new").iterdir():
            with suppress(FileNotFoundError):
                if draft.stat().st_mtime < before:
                    draft.unlink()


def _drained(chunks: deque[bytes]) -> Iterator[bytes]:
    """Each chunk once, let go of as soon as it is taken."""
    while chunks:
        yield chunks.popleft()


_used_in: list[int] = []
"""The process whose first use started ``obstore``'s threads: a child forked later would wait for them forever."""


@contextmanager
def told() -> Iterator[None]:
    """A store's failures in our words. Theirs run over forty lines and quote addresses."""
    if not _used_in:
        _used_in.append(os.getpid())
    if _used_in != [os.getpid()]:
        raise VaultUnavailable("used_before_fork")
    try:
        yield
    except FileNotFoundError:
        raise VaultMissing("missing") from None
    except (BaseError, OSError) as error:
        raise VaultUnavailable(reason_of(error)) from None


def reason_of(error: Exception) -> str:
    """What went wrong, in a code: the HTTP status, the system's error name, or the class."""
    status = re.search(r"status code: (\d{3})", str(error))
    if status:
        return f"http_{status[1]}"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower().replace(" ", "_")
    return getattr(error, "code", type(error).__name__)
