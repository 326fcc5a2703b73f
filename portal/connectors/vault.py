"""The vault: the one port for every stored byte about a person (raw messages, photos, documents, voice).

Everything is sealed before it leaves the process (``vault_crypto``) and kept under our own random names
(``vault_store``). The wrapped key of an object stands in the object itself, never in the database: a stolen copy of
the database opens nothing, erasing the object erases its key with it, and an old backup of the database restored
tomorrow cannot bring the key of an erased object back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from portal.connectors.vault_crypto import (
    FRAME,
    HEADER_BYTES,
    KEY_NAME_BYTES,
    SEALED_FRAME,
    Chunk,
    Opened,
    VaultCorrupt,
    VaultError,
    VaultUnavailable,
    open_header,
    rewrapped,
    seal,
)
from portal.connectors.vault_place import place
from portal.connectors.vault_store import NAME, Bucket, VaultMissing, new_name
from portal.core.config import Settings
from portal.core.errors import ConfigError

__all__ = [
    "Rewrapped",
    "Vault",
    "VaultCorrupt",
    "VaultError",
    "VaultMissing",
    "VaultTooLarge",
    "VaultUnavailable",
    "make_vault",
]

SPAN = 16 * SEALED_FRAME
"""Read at a time: about 1 MiB, so that memory stays flat and a slow phone never holds a request to S3 open."""


KEY_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{KEY_NAME_BYTES}}}")


class VaultTooLarge(VaultError):
    """The object is longer than the reader accepts."""


@dataclass(frozen=True)
class Rewrapped:
    """What a key rotation did: how many objects changed, how many already stood under the first key, which failed."""

    changed: int
    already: int
    failed: Mapping[str, str]
    """Object name → code of the failure."""


class Vault:
    """Sealed objects, in a folder, a bucket or memory. Safe to share between threads.

    Every method raises ``VaultUnavailable`` when the place or the key does not answer, and in a process forked after a
    vault was used (``obstore`` would wait there forever): a server must not load the portal before it forks.
    """

    def __init__(self, kept: Bucket, keys: Mapping[str, bytes]) -> None:
        self._place = kept
        self._keys = dict(keys)
        self._first = next(iter(self._keys))

    def put(self, data: bytes | Iterable[Chunk], *, about: str) -> str:
        """Seal and keep; returns the object's name once it is safe from a power cut. Reads ``data`` once, as a stream.

        ``about`` (a code or identifiers, at most 128 bytes; never a name) is sealed inside: give it again to ``open``
        to be sure that a row points at its own object. When ``data`` raises, nothing is kept and the error comes out.
        """
        name = new_name()
        wrapping_key = self._keys[self._first]
        self._place.write(name, seal(data, name=name, about=about, key_name=self._first, wrapping_key=wrapping_key))
        return name

    def open(self, name: str, *, about: str | None = None) -> Iterator[bytes]:
        """The object's bytes, in pieces of at most 64 KiB, each authenticated before it is given.

        The header is checked at once, the rest as it is read: a reader that meets ``VaultCorrupt`` half-way throws away
        what came before. Raises ``VaultMissing``; ``VaultCorrupt`` also when it is about something else than ``about``.
        """
        opened, start, size = self._opened(name, about)
        return self._frames(name, opened, start, size)

    def read(self, name: str, limit: int, *, about: str | None = None) -> bytes:
        """The whole object in memory. Raises ``VaultTooLarge`` beyond ``limit`` bytes, else as ``open``."""
        opened, start, size = self._opened(name, about)
        if _length(size) > limit:
            raise VaultTooLarge("too_large")
        return b"".join(self._frames(name, opened, start, size))

    def size(self, name: str) -> int:
        """How many bytes were put. Not authenticated: for a header or a progress bar. Raises ``VaultMissing``."""
        return _length(self._raw(name, 0, HEADER_BYTES)[1])

    def exists(self, name: str) -> bool:
        """Whether there is an object of that name."""
        try:
            self._raw(name, 0, 1)
        except VaultMissing:
            return False
        return True

    def delete(self, name: str) -> None:
        """Erase an object and its key for good; nothing happens when it is gone already."""
        if NAME.fullmatch(name):
            self._place.delete(name)

    def names(self) -> Iterator[str]:
        """Every object kept, to find those that no row mentions."""
        return self._place.names()

    def rewrap(self, name: str) -> bool:
        """Wrap an object's key under the first configured key; whether anything changed. Frames are not touched.

        Raises as ``open``; an object erased meanwhile stays erased.
        """
        self._raw(name, 0, HEADER_BYTES)
        return self._place.replace(name, lambda raw: rewrapped(raw, name, self._keys, self._first))

    def rewrap_all(self) -> Rewrapped:
        """``rewrap`` every object, going on past those that cannot be opened. Once nothing fails, drop the old key."""
        changed, already, failed = 0, 0, {}
        for name in self.names():
            try:
                if self._under_first(name):
                    already += 1
                else:
                    changed += self.rewrap(name)
            except VaultMissing:
                continue  # erased since it was listed
            except VaultError as error:
                failed[name] = error.code
        return Rewrapped(changed, already, failed)

    def _under_first(self, name: str) -> bool:
        header, _ = self._raw(name, 0, HEADER_BYTES)
        return rewrapped(header, name, self._keys, self._first) is None

    def _opened(self, name: str, about: str | None) -> tuple[Opened, bytes, int]:
        """The checked header, the first span after it, and the size of the stored object."""
        raw, size = self._raw(name, 0, HEADER_BYTES + SPAN)
        opened = open_header(raw[:HEADER_BYTES], name, self._keys)
        if about is not None and opened.about != about:
            raise VaultCorrupt("about")
        return opened, raw[HEADER_BYTES:], size

    def _frames(self, name: str, opened: Opened, span: bytes, size: int) -> Iterator[bytes]:
        """Frames in order; the object's own size says which is the last, and the frame must agree."""
        index, position = 0, HEADER_BYTES
        while True:
            for start in range(0, max(len(span), 1), SEALED_FRAME):
                sealed = memoryview(span)[start : start + SEALED_FRAME]
                position += len(sealed)
                yield opened.frame(index, position >= size, sealed)
                index += 1
            if position >= size:
                return
            span, size = self._raw(name, position, SPAN)

    def _raw(self, name: str, start: int, length: int) -> tuple[bytes, int]:
        if not NAME.fullmatch(name):
            raise VaultMissing("missing")
        return self._place.read(name, start, length)


def make_vault(settings: Settings) -> Vault:
    """The vault that the settings name.

    Raises ``ConfigError`` naming ``RELIE_VAULT_URL`` when nothing can be kept there, ``RELIE_VAULT_KEYS`` when a key is
    missing or its name is not 1 to 32 plain characters.
    """
    if not settings.vault_keys or not all(map(KEY_NAME.fullmatch, settings.vault_keys)):
        raise ConfigError(f"RELIE_VAULT_KEYS wants names of 1 to {KEY_NAME_BYTES} letters, digits, - or _")
    return Vault(place(settings.vault_url, lasting=not settings.demo), settings.vault_keys)


def _length(size: int) -> int:
    """Bytes put, from the size of the stored object."""
    body = max(size - HEADER_BYTES, 0)
    frames = -(-body // SEALED_FRAME)
    return max(body - frames * (SEALED_FRAME - FRAME), 0)
