"""The number printed under a paper of sharing: which chart, which day, what it said, and that this portal printed it.

``7-20261122-K3Q9ZC1M-7T0WXB4H``: version of the perimeter, day, a digest of what is printed, and a signature (HMAC) of
the three. Two papers with the same third group say the same. Nobody is named in it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

BYTES = 5
"""Forty bits: eight letters. Guessing one costs a request each time, and gains a number without a paper."""
_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_FORM = re.compile(r"(\d{1,6})-(\d{8})-([0-9A-Z]{8})-([0-9A-Z]{8})")


@dataclass(frozen=True, slots=True)
class Signed:
    """What a number that is ours says."""

    version: int
    day: date
    digest: str


def digest(content: Mapping[str, Any]) -> str:
    """Eight letters for anything JSON holds; the order of its names does not count."""
    told = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _short(hashlib.sha256(told.encode()).digest())


def number(secret: str, version: int, day: date, content_digest: str) -> str:
    """The whole number, signed with this portal's secret."""
    said = f"{version}-{day:%Y%m%d}-{content_digest}"
    return f"{said}-{_sign(secret, said)}"


def read(secret: str, written: str) -> Signed | None:
    """What a number says; None unless this portal signed it. Spaces and small letters are forgiven, and O, I, L."""
    plain = "".join(written.split()).upper().translate(str.maketrans("OIL", "011"))
    found = _FORM.fullmatch(plain)
    if found is None or not hmac.compare_digest(_sign(secret, plain.rpartition("-")[0]), found[4]):
        return None
    return Signed(int(found[1]), date.fromisoformat(found[2]), found[3])


def _sign(secret: str, said: str) -> str:
    key = hashlib.sha256(f"paper of sharing|{secret}".encode()).digest()
    return _short(hmac.new(key, said.encode(), hashlib.sha256).digest())


def _short(raw: bytes) -> str:
    return base64.b32encode(raw[:BYTES]).decode().translate(_LETTERS)
