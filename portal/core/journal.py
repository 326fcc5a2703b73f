"""The revocation journal: what was taken away, kept outside the database, so that an old backup cannot give it back.

One file of JSON lines in a folder of its own. A line holds what one transaction took away and the mark of the line
before it, so that a line altered, removed or moved is found. It is on the disk before the database commits: after a
power cut the journal may say more than the database did, never less. Identifiers, words and instants only.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from portal.core import clock, disk
from portal.core.errors import ConfigError, PortalError

FILE = "revocations.jsonl"
_BLOCK = 64 * 1024
_WHOLE = re.compile(rb'(\{.*),"mark":"([0-9a-f]{64})"\}')

Taken = Mapping[str, Any]
"""One thing taken away: ``what`` (a word), ``of`` (a table), ``id``, and what else replaying it needs."""


class JournalBroken(PortalError):
    """A line is not what was written: altered, removed or moved. ``line`` counts from 1; 0 is the last one."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


@dataclass(frozen=True)
class Position:
    """How far the journal had come."""

    number: int
    mark: str


_NOWHERE = Position(-1, "")


@dataclass(frozen=True)
class Line:
    """One line, found to be whole."""

    number: int
    mark: str
    at: datetime
    taken: Sequence[Taken]
    void: int | None
    """Number of a line whose transaction came to nothing."""
    said: Mapping[str, Any] = field(repr=False)


class Journal:
    """The journal of one portal, in a folder. Any number of processes add to it at once."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def ready(self) -> Position:
        """Make the folder and begin the journal when there is none; where it stands.

        Raises ``ConfigError`` naming ``RELIE_JOURNAL_FOLDER`` when nothing can be kept there, ``JournalBroken``.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone(os.O_CREAT) as file:
                last, gap, torn = self._last(file)
                return self._begin(file, gap, torn) if last is _NOWHERE else last
        except OSError as error:
            raise ConfigError(f"RELIE_JOURNAL_FOLDER: nothing can be kept there ({error.strerror})") from None

    def append(self, taken: Sequence[Taken] = (), **said: Any) -> Position:
        """Add a line; it is on the disk when this returns.

        Raises ``JournalBroken``, and ``OSError`` when there is no journal: a disk that is not mounted begins none.
        """
        with self._alone() as file:
            last, gap, torn = self._last(file)
            if last is _NOWHERE:
                last, gap, torn = self._begin(file, gap, torn), b"", 0
            return _write(file, last, gap, torn, {"taken": list(taken), **said})

    def lines(self) -> Iterator[Line]:
        """Every line there is now, from the first, each checked; none when there is no journal.

        Raises ``JournalBroken``. The beginning of a line that a power cut stopped is passed over: its transaction never
        came to its commit.
        """
        if not self.path.exists():
            return
        with self._alone() as file:
            left = os.fstat(file).st_size
        last, torn, raw = _NOWHERE, 0, b""
        with self.path.open("rb") as lines:
            for count, raw in enumerate(lines, start=1):
                left -= len(raw)
                if left < 0:
                    return
                line = _read(raw)
                if line is None:
                    torn += 1
                    continue
                if (line.number, line.said["past"], line.said.get("torn", 0)) != (last.number + 1, last.mark, torn):
                    raise JournalBroken(count)
                last, torn = Position(line.number, line.mark), 0
                yield line
        if torn and raw.endswith(b"\n"):
            raise JournalBroken(count)

    def _begin(self, file: int, gap: bytes, torn: int) -> Position:
        """The first line says which journal this is; from then on its folder knows the file for good."""
        begun = _write(file, _NOWHERE, gap, torn, {"journal": str(uuid4())})
        disk.sync(self.path.parent)
        return begun

    def _last(self, file: int) -> tuple[Position, bytes, int]:
        """The last whole line, what must be written before another, and how many lines were left torn after it."""
        start, tail = os.fstat(file).st_size, b""
        gap = b"" if not start or os.pread(file, 1, start - 1) == b"\n" else b"\n"
        while start:
            step = min(_BLOCK + len(tail), start)
            start -= step
            tail = os.pread(file, step, start) + tail
            ends = tail.removesuffix(b"\n").split(b"\n")[1 if start else 0 :]
            for torn, raw in enumerate(reversed(ends)):
                if line := _read(raw):
                    return Position(line.number, line.mark), gap, torn
                if not gap:  # only what a power cut left has no end of line
                    raise JournalBroken(0)
        return _NOWHERE, gap, len(tail.split(b"\n")) if tail else 0

    @contextmanager
    def _alone(self, more: int = 0) -> Iterator[int]:
        """The file, under a lock that holds between processes and between threads: each opens it anew."""
        file = os.open(self.path, os.O_RDWR | os.O_APPEND | more, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)


def _write(file: int, last: Position, gap: bytes, torn: int, said: dict[str, Any]) -> Position:
    """One write: a line, after the end of the one that was left without."""
    head = {"n": last.number + 1, "at": clock.now().isoformat(), "past": last.mark}
    body = json.dumps(head | said | ({"torn": torn} if torn else {}), separators=(",", ":")).encode("ascii")
    mark = hashlib.sha256(body).hexdigest()
    rest = gap + body[:-1] + f',"mark":"{mark}"}}\n'.encode("ascii")
    while rest:
        rest = rest[os.write(file, rest) :]
    os.fsync(file)
    return Position(last.number + 1, mark)


def _read(raw: bytes) -> Line | None:
    """A line, or None when it is not whole, as it was written."""
    found = _WHOLE.fullmatch(raw.removesuffix(b"\n"))
    if found is None:
        return None
    body, mark = found[1] + b"}", found[2].decode("ascii")
    if hashlib.sha256(body).hexdigest() != mark:
        return None
    said = json.loads(body)
    at = datetime.fromisoformat(said["at"])
    return Line(said["n"], mark, at, said.get("taken", ()), said.get("void"), said)
