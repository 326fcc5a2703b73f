"""Sealing: what goes in comes out, and nothing else ever does."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.connectors.vault_crypto import (
    FRAME,
    HEADER_BYTES,
    SEALED_FRAME,
    VaultCorrupt,
    VaultUnavailable,
    open_header,
    rewrapped,
    seal,
)

NAME = "ab/" + "0" * 30
KEY = secrets.token_bytes(32)
EDGES = (0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME - 1, 2 * FRAME, 2 * FRAME + 1, 5 * FRAME)


def sealed(data: bytes, *, name: str = NAME, about: str = "document", key: bytes = KEY) -> bytes:
    return b"".join(seal(data, name=name, about=about, key_name="k1", wrapping_key=key))


def unsealed(raw: bytes, *, name: str = NAME, keys: dict[str, bytes] | None = None) -> bytes:
    """Open it the plain way, frame after frame, the last being the one at the end."""
    opened = open_header(raw[:HEADER_BYTES], name, {"k1": KEY} if keys is None else keys)
    body = raw[HEADER_BYTES:]
    frames = [body[at : at + SEALED_FRAME] for at in range(0, max(len(body), 1), SEALED_FRAME)]
    return b"".join(opened.frame(index, index == len(frames) - 1, frame) for index, frame in enumerate(frames))


def frames_of(raw: bytes) -> list[bytes]:
    return [raw[at : at + SEALED_FRAME] for at in range(HEADER_BYTES, len(raw), SEALED_FRAME)]


@pytest.mark.parametrize("size", EDGES)
def test_what_goes_in_comes_out(size: int) -> None:
    data = secrets.token_bytes(size)
    assert unsealed(sealed(data)) == data


@settings(deadline=None)
@given(st.lists(st.binary(max_size=400), max_size=30), st.integers(1, 400))
def test_how_the_bytes_arrive_makes_no_difference(chunks: list[bytes], repeat: int) -> None:
    stream: Iterator[bytes] = (chunk * repeat for chunk in chunks)
    raw = b"".join(seal(stream, name=NAME, about="", key_name="k1", wrapping_key=KEY))
    assert unsealed(raw) == b"".join(chunk * repeat for chunk in chunks)


@pytest.mark.parametrize("size", EDGES)
def test_sealing_costs_one_header_and_one_tag_a_frame(size: int) -> None:
    frames = max(1, -(-size // FRAME))
    assert len(sealed(bytes(size))) == HEADER_BYTES + size + 16 * frames


def test_any_flipped_byte_is_found() -> None:
    """Every byte of a whole object, header included, each with a different bit flipped."""
    raw = sealed(b"crise a 14 h 30")
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1 << (at % 8)
        with pytest.raises(VaultCorrupt):
            unsealed(bytes(changed))


def test_any_cut_is_found() -> None:
    raw = sealed(secrets.token_bytes(2 * FRAME + 100))
    ends = [*range(HEADER_BYTES + 40), *(HEADER_BYTES + n * SEALED_FRAME + d for n in (1, 2) for d in (-1, 0, 1))]
    for end in (*ends, len(raw) - 1):
        with pytest.raises(VaultCorrupt):
            unsealed(raw[:end])


def test_anything_added_at_the_end_is_found() -> None:
    raw = sealed(secrets.token_bytes(FRAME))
    for more in (b"\0", bytes(SEALED_FRAME), frames_of(raw)[0]):
        with pytest.raises(VaultCorrupt):
            unsealed(raw + more)


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1), (0, 0, 2), (0, 2), (2,), (0, 1), (0, 1, 1)])
def test_frames_out_of_order_are_found(order: tuple[int, ...]) -> None:
    raw = sealed(secrets.token_bytes(3 * FRAME))
    frames = frames_of(raw)
    with pytest.raises(VaultCorrupt):
        unsealed(raw[:HEADER_BYTES] + b"".join(frames[index] for index in order))


def test_a_frame_of_another_object_is_found() -> None:
    one, other = sealed(bytes(2 * FRAME)), sealed(bytes(2 * FRAME))
    with pytest.raises(VaultCorrupt):
        unsealed(one[: HEADER_BYTES + SEALED_FRAME] + frames_of(other)[1])


def test_an_object_cannot_take_the_place_of_another() -> None:
    raw = sealed(b"the report of another child")
    with pytest.raises(VaultCorrupt):
        unsealed(raw, name="cd/" + "1" * 30)


def test_the_header_of_another_object_opens_nothing() -> None:
    one, other = sealed(b"one"), sealed(b"two")
    with pytest.raises(VaultCorrupt):
        unsealed(other[:HEADER_BYTES] + one[HEADER_BYTES:])


def test_nothing_repeats_between_two_objects_with_the_same_content() -> None:
    one, other = sealed(bytes(FRAME)), sealed(bytes(FRAME))
    assert len({one[at : at + 16] for at in range(HEADER_BYTES, len(one), 16)}) == len(frames_of(one)[0]) // 16
    assert frames_of(one) != frames_of(other)


def test_neither_content_nor_purpose_can_be_read() -> None:
    raw = sealed(b"CANARI-contenu" * 10, about="CANARI-objet")
    assert b"CANARI" not in raw


def test_the_purpose_is_found_again() -> None:
    raw = sealed(b"x", about="reception 7f3a é")
    assert open_header(raw, NAME, {"k1": KEY}).about == "reception 7f3a é"


@pytest.mark.parametrize("about", ["x" * 129, "é" * 65, "a\0b"])
def test_a_purpose_that_does_not_fit_is_refused(about: str) -> None:
    with pytest.raises(ValueError, match="128"):
        sealed(b"x", about=about)


def test_a_key_we_do_not_have_is_not_called_corruption() -> None:
    with pytest.raises(VaultUnavailable, match="unknown_key"):
        unsealed(sealed(b"x"), keys={"k2": KEY})


def test_another_key_under_the_same_name_opens_nothing() -> None:
    with pytest.raises(VaultCorrupt, match="unwrap"):
        unsealed(sealed(b"x"), keys={"k1": secrets.token_bytes(32)})


def test_a_rewrapped_object_opens_with_the_new_key_alone() -> None:
    new = secrets.token_bytes(32)
    raw = sealed(b"le projet", about="document")
    changed = rewrapped(raw, NAME, {"k2": new, "k1": KEY}, "k2")
    assert changed is not None
    assert unsealed(changed, keys={"k2": new}) == b"le projet"
    assert changed[HEADER_BYTES:] == raw[HEADER_BYTES:]
    assert len(changed) == len(raw)
    with pytest.raises(VaultUnavailable):
        unsealed(changed, keys={"k1": KEY})


def test_rewrapping_twice_changes_nothing() -> None:
    assert rewrapped(sealed(b"x"), NAME, {"k1": KEY}, "k1") is None


def test_a_damaged_object_is_not_rewrapped() -> None:
    raw = bytearray(sealed(b"x"))
    raw[60] ^= 1
    with pytest.raises(VaultCorrupt):
        rewrapped(bytes(raw), NAME, {"k2": KEY, "k1": KEY}, "k2")


def test_another_format_is_named_as_such() -> None:
    raw = bytearray(sealed(b"x"))
    raw[5] = 2
    checked = HEADER_BYTES - 32
    raw[checked:HEADER_BYTES] = hashlib.sha256(raw[:checked]).digest()
    with pytest.raises(VaultCorrupt, match="format"):
        unsealed(bytes(raw))


def test_errors_never_quote_what_is_stored() -> None:
    with pytest.raises(VaultCorrupt) as caught:
        unsealed(sealed(b"CANARI")[:-1])
    assert str(caught.value) == caught.value.code == "frame"
    assert caught.value.__cause__ is None
