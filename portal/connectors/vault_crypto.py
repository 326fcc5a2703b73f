"""How one stored object is sealed. Decides nothing about where it is kept.

An object is a header of fixed size, then frames of 64 KiB (the last one shorter or equal), each with a 16-byte tag:

- every object has its own random 256-bit key, used once; frames are AES-256-GCM in the STREAM construction (Hoang,
  Reyhanitabar, Rogaway and Vizár, 2015): the nonce is a random prefix, the frame's index and "this is the last one".
  A nonce therefore never comes back under one key, and dropping, repeating, reordering or cutting frames is detected;
- the name under which the object is kept is associated data, so one object cannot take another's place;
- the object's key, and what the object is about, are wrapped in the header by a configured key. Rewrapping changes the
  header alone: its size is fixed, so frames never move.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.core.errors import PortalError

MAGIC = b"RELIE\x01"
"""Ours, in version 1 of the format."""

FRAME = 64 * 1024
TAG = 16
SEALED_FRAME = FRAME + TAG

KEY_NAME_BYTES = 32
ABOUT_BYTES = 128

_WRAPPED_BYTES = 32 + ABOUT_BYTES + TAG
_HEADER = Struct(f">6s7s{KEY_NAME_BYTES}s12s{_WRAPPED_BYTES}s")
_CHECKSUM_BYTES = 32
HEADER_BYTES = _HEADER.size + _CHECKSUM_BYTES
_NONCE_TAIL = Struct(">IB")

Chunk = bytes | bytearray | memoryview


class VaultError(PortalError):
    """The vault cannot do what was asked; ``code`` says why, and never what was stored."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class VaultCorrupt(VaultError):
    """What is stored is not what was put: changed, cut, or another object in its place."""


class VaultUnavailable(VaultError):
    """The vault cannot answer now: disk, network or key. Nothing is known to be lost."""


@dataclass(frozen=True, repr=False)
class Opened:
    """An object whose header was checked, ready to open its frames."""

    about: str
    _key: AESGCM
    _prefix: bytes
    _bound: bytes

    def frame(self, index: int, last: bool, sealed: Chunk) -> bytes:
        """The bytes of one frame. Raises ``VaultCorrupt`` unless it is that frame of that object, untouched."""
        try:
            return self._key.decrypt(self._prefix + _NONCE_TAIL.pack(index, last), sealed, self._bound)
        except InvalidTag:
            raise VaultCorrupt("frame") from None


def seal(
    data: bytes | Iterable[Chunk], *, name: str, about: str, key_name: str, wrapping_key: bytes
) -> Iterator[bytes]:
    """The header, then the sealed frames, of an object kept under ``name``. Holds one frame at a time.

    Raises ``ValueError`` when ``about`` does not fit in 128 bytes of UTF-8.
    """
    object_key, prefix = AESGCM.generate_key(256), secrets.token_bytes(7)
    secret = object_key + _padded(about.encode(), ABOUT_BYTES)
    yield _header(prefix, secret, name, key_name, wrapping_key)
    cipher, bound = AESGCM(object_key), MAGIC + name.encode()
    for index, (piece, last) in enumerate(_frames(data)):
        yield cipher.encrypt(prefix + _NONCE_TAIL.pack(index, last), piece, bound)


def open_header(raw: Chunk, name: str, keys: Mapping[str, bytes]) -> Opened:
    """Check the header of the object kept under ``name``.

    Raises ``VaultCorrupt`` when it was changed, ``VaultUnavailable`` when the key that wraps it is not configured.
    """
    prefix, secret, _ = _unwrapped(raw, name, keys)
    about = secret[32:].rstrip(b"\0").decode()
    return Opened(about, AESGCM(secret[:32]), prefix, MAGIC + name.encode())


def rewrapped(raw: bytes, name: str, keys: Mapping[str, bytes], key_name: str) -> bytes | None:
    """The same object under the key called ``key_name``; None when it already is. Raises as ``open_header``."""
    prefix, secret, current = _unwrapped(raw, name, keys)
    if current == key_name:
        return None
    return _header(prefix, secret, name, key_name, keys[key_name]) + raw[HEADER_BYTES:]


def _header(prefix: bytes, secret: bytes, name: str, key_name: str, wrapping_key: bytes) -> bytes:
    named, nonce = _padded(key_name.encode(), KEY_NAME_BYTES), secrets.token_bytes(12)
    wrapped = AESGCM(wrapping_key).encrypt(nonce, secret, MAGIC + prefix + named + name.encode())
    header = _HEADER.pack(MAGIC, prefix, named, nonce, wrapped)
    return header + hashlib.sha256(header).digest()


def _unwrapped(raw: Chunk, name: str, keys: Mapping[str, bytes]) -> tuple[bytes, bytes, str]:
    """Prefix, secret and wrapping key's name. The checksum tells a damaged key name from a key we do not have."""
    header, checksum = bytes(raw[: _HEADER.size]), bytes(raw[_HEADER.size : HEADER_BYTES])
    if hashlib.sha256(header).digest() != checksum:
        raise VaultCorrupt("checksum")
    if not header.startswith(MAGIC):
        raise VaultCorrupt("format")
    magic, prefix, named, nonce, wrapped = _HEADER.unpack(header)
    key_name = named.rstrip(b"\0").decode(errors="replace")
    if key_name not in keys:
        raise VaultUnavailable("unknown_key")
    try:
        secret = AESGCM(keys[key_name]).decrypt(nonce, wrapped, magic + prefix + named + name.encode())
    except InvalidTag:
        raise VaultCorrupt("unwrap") from None
    return prefix, secret, key_name


def _padded(value: bytes, size: int) -> bytes:
    if len(value) > size or b"\0" in value:
        raise ValueError(f"at most {size} bytes, none of them zero")
    return value.ljust(size, b"\0")


def _frames(data: bytes | Iterable[Chunk]) -> Iterator[tuple[Chunk, bool]]:
    """Pieces of one frame each and whether it is the last. Nothing at all is one empty last frame."""
    waiting = bytearray()
    for chunk in _cut(data):
        waiting += chunk
        while len(waiting) > FRAME:
            yield bytes(waiting[:FRAME]), False
            del waiting[:FRAME]
    yield bytes(waiting), True


def _cut(data: bytes | Iterable[Chunk]) -> Iterator[Chunk]:
    """Frame-sized views, so that one huge chunk is not copied whole."""
    for chunk in (data,) if isinstance(data, bytes | bytearray | memoryview) else data:
        view = memoryview(chunk)
        for start in range(0, len(view), FRAME):
            yield view[start : start + FRAME]
