"""Keys made from ``RELIE_SECRET_KEY``, one for each purpose: what one of them signs or seals, no other opens."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive(secret_key: str, purpose: str) -> bytes:
    """32 bytes for this purpose alone (HKDF, RFC 5869). ``purpose``: a word of ours."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"relie {purpose}".encode()).derive(secret_key.encode())


def marked(key: bytes, *parts: str | bytes) -> bytes:
    """A mark of 32 bytes that only the holder of ``key`` makes; where one part ends and the next begins counts."""
    raw = [part.encode() if isinstance(part, str) else part for part in parts]
    return hmac.digest(key, b"".join(len(one).to_bytes(4, "big") + one for one in raw), hashlib.sha256)
