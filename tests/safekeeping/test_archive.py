"""A backup is whole, untouched and of our key, or it is refused before anything is restored."""

from __future__ import annotations

import io
import os
import tarfile
import tracemalloc

import pytest

from portal.connectors.vault_crypto import HEADER_BYTES, SEALED_FRAME
from portal.safekeeping.archive import (
    HEADER,
    LISTED,
    BadArchive,
    Data,
    Part,
    _Plain,
    header_of,
    part,
    parts,
    sealed,
    verify,
)

KEYS = {"new": bytes(range(32)), "old": bytes(32)}
MIB = 1024 * 1024


def written(tmp_path, those, keys=KEYS, header=None):
    path = tmp_path / "one.backup"
    with path.open("wb") as file:
        for chunk in sealed(header or {"made_at": "now"}, those, keys):
            file.write(chunk)
    return path


def some(count=3, size=40_000):
    return [part(f"vault/{number}", os.urandom(size)) for number in range(count)]


def read(path, keys=KEYS):
    return {name: data.readall() for name, data in parts(path, keys) if name != HEADER}


@pytest.mark.parametrize("count", [0, 1, LISTED - 2, LISTED - 1, LISTED, 2 * LISTED + 5])
def test_what_goes_in_comes_out(tmp_path, count):
    those = some(count, 10)
    assert read(written(tmp_path, those)) == {one.name: b"".join(one.chunks) for one in those}


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, SEALED_FRAME, 3 * MIB + 7])
def test_a_part_of_any_size_comes_out(tmp_path, size):
    those = some(1, size)
    assert read(written(tmp_path, those)) == {"vault/0": b"".join(those[0].chunks)}


def test_what_it_says_of_itself_is_read_first(tmp_path):
    path = written(tmp_path, some(), header={"revision": "0001"})
    assert header_of(path, KEYS) == {"format": 1, "revision": "0001"}
    assert verify(path, KEYS)["parts"] == 4


def test_the_first_key_seals_and_every_key_opens(tmp_path):
    path = written(tmp_path, some())
    assert verify(path, {"new": KEYS["new"]})
    with pytest.raises(BadArchive, match="unknown_key"):
        verify(path, {"old": KEYS["old"]})


def test_a_key_of_the_same_name_that_is_another_opens_nothing(tmp_path):
    with pytest.raises(BadArchive, match="unknown_key"):
        verify(written(tmp_path, some()), {"new": bytes(32)})


def test_nothing_that_was_put_in_can_be_read_in_the_file(tmp_path):
    path = written(tmp_path, [part("vault/x", b"canary" * 1000)])
    assert b"canary" not in path.read_bytes()
    assert b"vault" not in path.read_bytes()


def test_any_byte_changed_is_found(tmp_path):
    path = written(tmp_path, some())
    whole = path.read_bytes()
    for place in [*range(6, HEADER_BYTES, 23), *range(HEADER_BYTES, len(whole), 9973), len(whole) - 1]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(BadArchive) as refused:
            verify(path, KEYS)
        assert refused.value.code in ("altered", "unknown_key")


def test_any_cut_is_found(tmp_path):
    path = written(tmp_path, some())
    whole = path.read_bytes()
    frames = range(HEADER_BYTES, len(whole), SEALED_FRAME)
    for length in [*frames, *(one + 1 for one in frames), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(BadArchive, match="altered"):
            verify(path, KEYS)


def test_something_after_the_end_is_found(tmp_path):
    path = written(tmp_path, some())
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(BadArchive, match="altered"):
        verify(path, KEYS)


@pytest.mark.parametrize("content", [b"", b"PK", b"SQLite format 3\0" * 100, b"RELIE", b"RELIE\x01short"])
def test_another_file_is_no_backup(tmp_path, content):
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(BadArchive) as refused:
        verify(path, KEYS)
    assert refused.value.code == ("altered" if content.startswith(b"RELIE\x01") else "not_a_backup")


def test_a_form_of_another_version_is_said(tmp_path):
    path = written(tmp_path, some(), header={"format": 2})
    with pytest.raises(BadArchive, match="format"):
        verify(path, KEYS)


def test_an_object_that_shrinks_while_it_is_copied_spoils_the_backup(tmp_path):
    with pytest.raises(BadArchive, match="changed_meanwhile"):
        written(tmp_path, [Part("vault/x", 10, (b"short",))])


def test_a_list_that_lies_is_found_even_by_somebody_who_holds_the_key(tmp_path):
    """The manifest is held to what the parts really are, whoever wrote it."""
    from portal.connectors.vault_crypto import seal

    path = written(tmp_path, some())
    with path.open("rb") as file:
        plain = io.BufferedReader(_Plain(file, KEYS)).read()
    place = plain.index(b"vault/1") + tarfile.BLOCKSIZE + 3
    lied = plain[:place] + bytes([plain[place] ^ 1]) + plain[place + 1 :]
    path.write_bytes(b"".join(seal(lied, name="backup", about="backup", key_name="new", wrapping_key=KEYS["new"])))
    with pytest.raises(BadArchive, match="altered"):
        verify(path, KEYS)


def test_a_part_left_unread_is_checked_all_the_same(tmp_path):
    assert [name for name, _ in parts(written(tmp_path, some()), KEYS)] == [HEADER, "vault/0", "vault/1", "vault/2"]


def test_sixty_megabytes_are_written_and_read_in_a_few(tmp_path):
    def megabytes():
        for _ in range(60):
            yield bytes(MIB)

    tracemalloc.start()
    path = written(tmp_path, [Part("vault/large", 60 * MIB, megabytes()), *some(3000, 10)])
    verify(path, KEYS)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 * MIB


def test_data_gives_what_is_asked_and_digests_all():
    data = Data(io.BytesIO(b"abc" * 1000))
    assert data.read(4) == b"abca"
    assert len(b"".join(data.chunks(100))) == 2996
    assert data.line("x").endswith(" 3000 x\n")
