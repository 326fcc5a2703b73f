"""Keys made from ``RELIE_SECRET_KEY``, one for each purpose: what one of them signs or seals, no other opens."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


def derive(secret_key: str, purpose: str) -> bytes:
    """32 bytes for this purpose alone (HKDF, RFC 5869). ``purpose``: a word of ours."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"relie {purpose}".encode()).derive(secret_key.encode())


def marked(key: bytes, *parts: str | bytes) -> bytes:
    """A mark of 32 bytes that only the holder of ``key`` makes; where one part ends and the next begins counts."""
    raw = [part.encode() if isinstance(part, str) else part for part in parts]
    return hmac.digest(key, b"".join(len(one).to_bytes(4, "big") + one for one in raw), hashlib.sha256)


def seal(key: bytes, text: bytes, about: bytes = b"") -> bytes:
    """What only the holder of ``key`` reads again (AES-256-GCM), and only where ``about`` says the same."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, about)


def unseal(key: bytes, sealed: bytes, about: bytes = b"") -> bytes | None:
    """What ``seal`` was given; None for anything else."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
    except (InvalidTag, ValueError):
        return None
