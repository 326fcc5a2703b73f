"""One backup, one file: a plain tar, sealed as the vault seals its objects, under keys of its own.

Parts come in this order: ``header.json`` (what it is), those of the database, those of the vault, with after each few
thousand the list of their SHA-256, and ``manifest.json`` (how many parts, and one digest of all lists). A file that was
cut, changed or sealed under another key is found out before anything is restored.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from portal.connectors.vault_crypto import (
    HEADER_BYTES,
    MAGIC,
    SEALED_FRAME,
    VaultCorrupt,
    VaultUnavailable,
    open_header,
    seal,
)
from portal.core.errors import PortalError

FORMAT = 1
HEADER, MANIFEST, LISTS = "header.json", "manifest.json", "lists/"
NAMED = "backup"
"""What the archive is bound to instead of a name in the vault: the file may be called anything."""
LISTED = 2000
"""Parts between two lists: what verifying holds in memory at most."""


class BadArchive(PortalError):
    """No backup that can be restored; ``code`` says why.

    « not_a_backup », « unknown_key », « altered », « format », « changed_meanwhile » (while it was being made).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Part:
    """One file of the archive. ``chunks`` gives exactly ``size`` bytes, once."""

    name: str
    size: int
    chunks: Iterable[bytes]


def part(name: str, data: bytes) -> Part:
    """A part that is in memory already."""
    return Part(name, len(data), (data,))


def sealed(header: Mapping[str, Any], parts: Iterable[Part], keys: Mapping[str, bytes]) -> Iterator[bytes]:
    """The bytes of an archive, a frame at a time, under the first of ``keys``."""
    key_name = next(iter(keys))
    told = {"format": FORMAT, **header}
    yield from seal(_tar(told, parts), name=NAMED, about=NAMED, key_name=key_name, wrapping_key=keys[key_name])


def _tar(header: Mapping[str, Any], parts: Iterable[Part]) -> Iterator[bytes]:
    listed: list[str] = []
    whole, count = hashlib.sha256(), 0
    yield from _member(part(HEADER, json.dumps(header).encode()), listed)
    for one in parts:
        yield from _member(one, listed)
        if len(listed) == LISTED:
            yield from _list(listed, count, whole)
            count += len(listed)
            listed.clear()
    yield from _list(listed, count, whole)
    closing = {"parts": count + len(listed), "sha256": whole.hexdigest()}
    yield from _member(part(MANIFEST, json.dumps(closing).encode()), [])
    yield bytes(2 * tarfile.BLOCKSIZE)


def _list(listed: list[str], count: int, whole: Any) -> Iterator[bytes]:
    data = "".join(listed).encode()
    whole.update(data)
    yield from _member(part(f"{LISTS}{count + len(listed):09d}", data), [])


def _member(one: Part, listed: list[str]) -> Iterator[bytes]:
    """A file of the tar, and its line in the list."""
    named = tarfile.TarInfo(one.name)
    named.size, named.mode = one.size, 0o600
    yield named.tobuf(tarfile.PAX_FORMAT)
    digest, size = hashlib.sha256(), 0
    for chunk in one.chunks:
        digest.update(chunk)
        size += len(chunk)
        yield chunk
    if size != one.size:
        raise BadArchive("changed_meanwhile")
    yield bytes(-size % tarfile.BLOCKSIZE)
    listed.append(f"{digest.hexdigest()} {size} {one.name}\n")


class _Plain(io.RawIOBase):
    """The tar inside a sealed file, each frame authenticated before it is given. Raises ``BadArchive``."""

    def __init__(self, file: BinaryIO, keys: Mapping[str, bytes]) -> None:
        head = file.read(HEADER_BYTES)
        if not head.startswith(MAGIC):
            raise BadArchive("not_a_backup")
        try:
            self._opened = open_header(head, NAMED, keys)
        except VaultUnavailable:
            raise BadArchive("unknown_key") from None
        except VaultCorrupt as error:
            raise BadArchive("unknown_key" if error.code == "unwrap" else "altered") from None
        self._file, self._next = file, file.read(SEALED_FRAME)
        self._index, self._rest = 0, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest and self._next:
            frame, self._next = self._next, self._file.read(SEALED_FRAME)
            try:
                self._rest = self._opened.frame(self._index, not self._next, frame)
            except VaultCorrupt:
                raise BadArchive("altered") from None
            self._index += 1
        given = self._rest[: len(buffer)]
        buffer[: len(given)] = given
        self._rest = self._rest[len(given) :]
        return len(given)


class Data(io.RawIOBase):
    """The bytes of one part, counted and digested as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest, self._size = file, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        given = self._file.read(len(buffer))
        buffer[: len(given)] = given
        self._digest.update(given)
        self._size += len(given)
        return len(given)

    def chunks(self, size: int = 1024 * 1024) -> Iterator[bytes]:
        while chunk := self.read(size):
            yield chunk

    def line(self, name: str) -> str:
        """What the list should say of it, once it was read to its end."""
        for _ in self.chunks():
            pass
        return f"{self._digest.hexdigest()} {self._size} {name}\n"


def parts(path: Path, keys: Mapping[str, bytes]) -> Iterator[tuple[str, Data]]:
    """The header, then every part of the database and of the vault, in order; read each before asking for the next.

    Raises ``BadArchive`` at the first thing that is not as it was written, and at the end when something is missing.
    """
    with path.open("rb") as file:
        plain = _Plain(file, keys)
        try:
            with tarfile.open(fileobj=plain, mode="r|", bufsize=tarfile.RECORDSIZE) as tar:
                yield from _checked(tar)
            while plain.read(SEALED_FRAME):
                pass
        except (tarfile.TarError, KeyError, ValueError):
            raise BadArchive("altered") from None


def _checked(tar: tarfile.TarFile) -> Iterator[tuple[str, Data]]:
    listed: list[str] = []
    whole, count, closing = hashlib.sha256(), 0, None
    for member in tar:
        tar.members.clear()  # type: ignore[attr-defined]
        data = Data(tar.extractfile(member) or io.BytesIO())
        if member.name == MANIFEST:
            closing = json.loads(data.readall() or b"")
        elif member.name.startswith(LISTS):
            said = data.readall() or b""
            whole.update(said)
            if said.decode() != "".join(listed):
                raise BadArchive("altered")
            count += len(listed)
            listed.clear()
        else:
            yield member.name, data
            listed.append(data.line(member.name))
    if listed or closing != {"parts": count, "sha256": whole.hexdigest()}:
        raise BadArchive("altered")


def header_of(path: Path, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """What a backup says of itself, the rest unread. Raises ``BadArchive``."""
    for name, data in parts(path, keys):
        header: dict[str, Any] = json.loads(data.readall() or b"") if name == HEADER else {}
        if header.get("format") != FORMAT:
            raise BadArchive("format")
        return header
    raise BadArchive("altered")


def verify(path: Path, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """Read a backup to its end; its header, and how many parts it has under ``parts``. Raises ``BadArchive``."""
    header = header_of(path, keys)
    return header | {"parts": sum(1 for _ in parts(path, keys))}
