"""Bytes → JSON, bounded. Nothing here knows FHIR; everything here expects an attacker."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Never

from portal.connectors.dui.refusal import TOO_LARGE, Limits, Refused, refuse

BASE64_NAMES = frozenset({"data"})
"""Where FHIR puts contents (Attachment.data, Binary.data, Signature.data): they may be longer than a string."""

LONGEST_NUMBER = 40
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""Control characters, that FHIR forbids, and halves of surrogate pairs: no database stores them."""


def load(raw: bytes, limits: Limits) -> Any:
    """The JSON value in ``raw``: at most ``limits``, UTF-8, no duplicate name, no NaN, storable strings.

    Raises ``Refused`` with the code of what is wrong.
    """
    if len(raw) > limits.bytes:
        raise refuse(TOO_LARGE)
    if raw.count(b",") > limits.values:
        raise refuse("too-many-values")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("not-utf8") from None
    value = _parse(text)
    _check(value, limits)
    return value


def _parse(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_int=_int, parse_float=_float, parse_constant=_constant)
    except Refused:
        raise
    except RecursionError:
        raise refuse("too-deep") from None
    except ValueError:
        raise refuse("not-json") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two parsers could read two different messages in one text with a name twice: nobody reads it."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise refuse("duplicate-name")
    return result


def _int(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise refuse("number-too-long")
    return int(text)


def _float(text: str) -> float:
    if len(text) > LONGEST_NUMBER:
        raise refuse("number-too-long")
    value = float(text)
    if not math.isfinite(value):
        raise refuse("number-too-long")
    return value


def _constant(_text: str) -> Never:
    raise refuse("not-json")


def _check(value: Any, limits: Limits) -> None:
    """Depth and strings, without recursion: a deep value must not overflow its own check."""
    stack: list[tuple[Any, int]] = [([value], 0)]
    while stack:
        node, depth = stack.pop()
        if depth > limits.depth:
            raise refuse("too-deep")
        named = node.items() if isinstance(node, dict) else (("", item) for item in node)
        for name, item in named:
            if isinstance(item, str):
                _check_string(item, limits, name in BASE64_NAMES)
            elif isinstance(item, dict | list) and item:
                stack.append((item, depth + 1))
            if name:
                _check_string(name, limits, base64=False)


def _check_string(text: str, limits: Limits, base64: bool) -> None:
    if len(text) > limits.string and not base64:
        raise refuse("string-too-long")
    found = UNSTORABLE.search(text)
    if found:
        raise refuse("not-utf8" if found[0] >= "\ud800" else "control-character")
