"""Bytes are an attacker's: every bound holds, and quickly."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from portal.connectors.dui.reading import load
from portal.connectors.dui.refusal import MIB, Limits, Refused


def code(raw: bytes, **limits: int) -> str:
    with pytest.raises(Refused) as refused:
        load(raw, Limits(**limits))
    return refused.value.issues[0].code


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"{} {}", "not-json"),
        (b"[NaN]", "not-json"),
        (b"[-Infinity]", "not-json"),
        (b'{"a": 1, "a": 2}', "duplicate-name"),
        (b'{"x": {"a": 1, "\\u0061": 2}}', "duplicate-name"),
        (b'["\xff"]', "not-utf8"),
        (b'["\\ud800"]', "not-utf8"),
        (b'{"\\udfff": 1}', "not-utf8"),
        (b'["\\u0000"]', "control-character"),
        (b'["\\u001b[2J"]', "control-character"),
        (b"[" + b"9" * 5000 + b"]", "number-too-long"),
        (b"[1e999]", "number-too-long"),
        (b"[0." + b"1" * 50 + b"]", "number-too-long"),
        ('{"a": 1}'.encode("utf-16"), "not-utf8"),
    ],
)
def test_what_is_no_clean_json_is_refused(raw: bytes, why: str) -> None:
    assert code(raw) == why


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_a_depth_bomb_is_refused_without_climbing_it(opening: bytes) -> None:
    assert code(opening * 2_000_000) == "too-deep"


def test_depth_counts_the_values_inside_one_another() -> None:
    def nested(depth: int) -> bytes:
        return b"[" * depth + b"1" + b"]" * depth

    assert load(nested(64), Limits())
    assert code(nested(65)) == "too-deep"


def test_a_million_tiny_values_are_refused_before_they_fill_the_memory() -> None:
    bomb = b"[" + b"{}," * 6_000_000 + b"{}]"
    tracemalloc.start()
    assert code(bomb) == "too-many-values"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MIB


def test_a_message_over_the_limit_is_refused_before_it_is_read() -> None:
    assert code(b" " * 65, bytes=64) == "message-too-large"
    assert load(b"1".ljust(64), Limits(bytes=64)) == 1


def test_a_long_text_is_refused_but_a_long_content_is_not() -> None:
    long = "x" * (MIB + 1)
    assert code(json.dumps({"note": long}).encode()) == "string-too-long"
    assert code(json.dumps({long: 1}).encode()) == "string-too-long"
    assert code(json.dumps({"data": [long]}).encode()) == "string-too-long"
    assert load(json.dumps({"data": long}).encode(), Limits()) == {"data": long}


@pytest.mark.parametrize("value", ["é", "« Ça »\u00a0!", "👩‍🦽", "a\tb\nc\r\n", ""])
def test_every_text_people_write_is_kept_as_it_is(value: Any) -> None:
    assert load(json.dumps([value], ensure_ascii=False).encode(), Limits()) == [value]
    assert load(json.dumps([value]).encode(), Limits()) == [value]


def test_a_byte_order_mark_is_no_reason_to_refuse() -> None:
    assert load(b"\xef\xbb\xbf{}", Limits()) == {}
