"""The vault keeps the same promises in a folder, in memory and in an S3 bucket."""

from __future__ import annotations

import dataclasses
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import obstore
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.connectors.vault import (
    Vault,
    VaultCorrupt,
    VaultMissing,
    VaultTooLarge,
    VaultUnavailable,
    make_vault,
)
from portal.connectors.vault_crypto import FRAME, HEADER_BYTES, SEALED_FRAME
from portal.connectors.vault_place import place
from portal.connectors.vault_store import NAME, Bucket
from tests.connectors.vault_parts import OLD, SETTINGS, bucket_url

MIB = 1024 * 1024
CANARY = b"CANARI-7f3a91"

Make = Callable[..., Vault]


@pytest.fixture(params=["folder", "memory", "s3"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Bucket:
    """An empty place of each kind."""
    if request.param == "folder":
        return place((tmp_path / "vault").as_uri())
    if request.param == "memory":
        return place("memory://", lasting=False)
    return place(bucket_url(request.getfixturevalue("s3_server"), "b" + secrets.token_hex(8)))


@pytest.fixture
def vault(kept: Bucket) -> Vault:
    return Vault(kept, {"k1": OLD})


def tampered(kept: Bucket, name: str, change: Callable[[bytes], bytes]) -> None:
    """What somebody with their hands on the disk could do."""
    raw = bytes(obstore.get(kept._store, name).bytes())
    obstore.put(kept._store, name, change(raw))


@pytest.mark.parametrize("size", [0, 1, FRAME, FRAME + 1, 16 * FRAME, 16 * FRAME + 1, 33 * FRAME + 7, 6 * MIB])
def test_what_is_put_is_read_back(vault: Vault, size: int) -> None:
    data = secrets.token_bytes(size)
    name = vault.put(data, about="document")
    assert b"".join(vault.open(name)) == vault.read(name, size) == data
    assert vault.size(name) == size


def test_streams_of_any_shape_come_back_whole(vault: Vault) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.integers(0, 3 * FRAME), max_size=8))
    def check(sizes: list[int]) -> None:
        chunks = [secrets.token_bytes(size) for size in sizes]
        assert b"".join(vault.open(vault.put(iter(chunks), about=""))) == b"".join(chunks)

    check()


def test_names_are_ours_and_never_repeat(vault: Vault) -> None:
    names = {vault.put(b"same", about="same") for _ in range(5)}
    assert len(names) == 5
    assert all(NAME.fullmatch(name) for name in names)
    assert set(vault.names()) == names


def test_nothing_is_kept_in_clear(vault: Vault, kept: Bucket) -> None:
    name = vault.put(CANARY * 1000, about=CANARY.decode())
    raw = bytes(obstore.get(kept._store, name).bytes())
    assert CANARY not in raw
    assert CANARY.hex().encode() not in raw


def test_a_row_that_points_at_another_object_is_found_out(vault: Vault) -> None:
    mine, other = vault.put(b"mine", about="deposit:1"), vault.put(b"other", about="deposit:2")
    assert vault.read(mine, 10, about="deposit:1") == b"mine"
    with pytest.raises(VaultCorrupt, match="about"):
        vault.open(other, about="deposit:1")
    with pytest.raises(VaultCorrupt, match="about"):
        vault.read(other, 10, about="deposit:1")


def test_an_object_is_missing_before_and_after(vault: Vault) -> None:
    absent = "00/" + "0" * 30
    assert not vault.exists(absent)
    for reading in (vault.open, vault.size, vault.rewrap):
        with pytest.raises(VaultMissing):
            reading(absent)
    name = vault.put(b"x", about="")
    assert vault.exists(name)
    vault.delete(name)
    assert not vault.exists(name)
    assert list(vault.names()) == []
    vault.delete(name)


@pytest.mark.parametrize("name", ["", "../etc/passwd", "ab/../../x", "AB/" + "0" * 30, "ab/" + "0" * 31, "new/x"])
def test_a_name_that_is_not_ours_leads_nowhere(vault: Vault, name: str) -> None:
    assert not vault.exists(name)
    vault.delete(name)
    with pytest.raises(VaultMissing):
        vault.open(name)


def test_reading_stops_at_the_limit(vault: Vault) -> None:
    name = vault.put(bytes(FRAME + 10), about="")
    assert len(vault.read(name, FRAME + 10)) == FRAME + 10
    with pytest.raises(VaultTooLarge):
        vault.read(name, FRAME + 9)


def test_not_one_unauthenticated_byte_is_given(vault: Vault, kept: Bucket) -> None:
    """A change far inside a long object: what came before is right, then the reading stops."""
    data = secrets.token_bytes(40 * FRAME)
    name = vault.put(data, about="")
    at = HEADER_BYTES + 20 * SEALED_FRAME + 5
    tampered(kept, name, lambda raw: raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    given_out = bytearray()
    with pytest.raises(VaultCorrupt):  # noqa: PT012 - the loop is what is tested
        for piece in vault.open(name):
            given_out += piece
    assert bytes(given_out) == data[: 20 * FRAME]


@pytest.mark.parametrize(
    "keep", [0, 1, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 1, HEADER_BYTES + SEALED_FRAME, -1]
)
def test_a_cut_object_is_corrupt(vault: Vault, kept: Bucket, keep: int) -> None:
    name = vault.put(secrets.token_bytes(3 * FRAME), about="")
    tampered(kept, name, lambda raw: raw[:keep])
    with pytest.raises(VaultCorrupt):
        vault.read(name, 4 * FRAME)


def test_two_objects_swapped_by_name_are_corrupt(vault: Vault, kept: Bucket) -> None:
    one, two = vault.put(b"one", about="same"), vault.put(b"two", about="same")
    raw = bytes(obstore.get(kept._store, one).bytes())
    tampered(kept, two, lambda _: raw)
    with pytest.raises(VaultCorrupt):
        vault.read(two, 10, about="same")


@pytest.mark.parametrize("after", [10, 6 * MIB, 12 * MIB])
def test_a_sender_who_hangs_up_leaves_nothing(vault: Vault, kept: Bucket, after: int) -> None:
    def cut_short() -> Iterator[bytes]:
        yield from (bytes(FRAME) for _ in range(after // FRAME))
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError, match="gone"):
        vault.put(cut_short(), about="")
    assert list(vault.names()) == []
    assert obstore.list(kept._store).collect() == []


def test_a_purpose_that_does_not_fit_keeps_nothing(vault: Vault) -> None:
    with pytest.raises(ValueError, match="128"):
        vault.put(b"x", about="x" * 129)
    assert list(vault.names()) == []


WEIGHED = """
import secrets, sys, tracemalloc
from portal.connectors.vault import Vault
from portal.connectors.vault_place import place
vault, chunk = Vault(place(sys.argv[1]), {"k1": b"1" * 32}), secrets.token_bytes(65536)
vault.read(vault.put(chunk, about=""), 65536)
tracemalloc.start()
name = vault.put((chunk for _ in range(400)), about="")
putting = tracemalloc.get_traced_memory()[1]
tracemalloc.reset_peak()
read = sum(len(piece) for piece in vault.open(name))
print(read, putting, tracemalloc.get_traced_memory()[1])
"""


@pytest.mark.parametrize("where", ["folder", "s3"])
def test_memory_stays_flat_for_a_large_object(where: str, s3_server: str, tmp_path: Path) -> None:
    """25 MiB through put and open, in a process of its own. S3 wants parts of 5 MiB; a folder does not."""
    url = tmp_path.as_uri() if where == "folder" else bucket_url(s3_server, "flat")
    done = subprocess.run([sys.executable, "-c", WEIGHED, url], capture_output=True, text=True, check=True)
    read, putting, reading = map(int, done.stdout.split())
    assert read == 400 * FRAME
    assert putting < {"folder": 2, "s3": 8}[where] * MIB
    assert reading < 4 * MIB


def test_keys_rotate(kept: Bucket) -> None:
    old = Vault(kept, {"k1": OLD})
    data = secrets.token_bytes(3 * FRAME)
    before = [old.put(data, about="document:1"), old.put(b"", about="")]
    new_key = secrets.token_bytes(32)
    both = Vault(kept, {"k2": new_key, "k1": OLD})
    after = both.put(b"new", about="")
    assert both.read(before[0], MIB) == data

    report = both.rewrap_all()

    assert (report.changed, report.already, report.failed) == (2, 1, {})
    only_new = Vault(kept, {"k2": new_key})
    assert only_new.read(before[0], MIB, about="document:1") == data
    assert only_new.read(before[1], MIB) == b""
    assert only_new.read(after, MIB) == b"new"
    with pytest.raises(VaultUnavailable, match="unknown_key"):
        old.open(before[0])
    assert both.rewrap_all().already == 3


def test_rotation_goes_on_past_what_cannot_be_opened(kept: Bucket) -> None:
    vault = Vault(kept, {"k1": OLD})
    good, bad = vault.put(b"good", about=""), vault.put(b"bad", about="")
    lost = Vault(kept, {"k0": secrets.token_bytes(32)}).put(b"lost", about="")
    tampered(kept, bad, lambda raw: bytes([raw[0] ^ 1]) + raw[1:])
    both = Vault(kept, {"k2": secrets.token_bytes(32), "k1": OLD})

    report = both.rewrap_all()

    assert report.changed == 1
    assert report.failed == {bad: "checksum", lost: "unknown_key"}
    assert both.read(good, 10) == b"good"


def test_an_object_erased_during_rotation_stays_erased(kept: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Erased between the reading and the writing back, by another process."""
    vault = Vault(kept, {"k1": OLD})
    name = vault.put(b"x", about="")
    both = Vault(kept, {"k2": secrets.token_bytes(32), "k1": OLD})
    erasing = Thread(target=vault.delete, args=(name,))
    from portal.connectors import vault as module

    real = module.rewrapped

    def slow(raw: bytes, *args: object) -> bytes | None:
        if not erasing.ident:
            erasing.start()
            erasing.join(0.3)
        return real(raw, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "rewrapped", slow)
    with suppress(VaultMissing):
        both.rewrap(name)
    erasing.join()
    assert not vault.exists(name)


def test_many_threads_share_one_vault(vault: Vault) -> None:
    kept_by: dict[str, bytes] = {}

    def work(seed: int) -> None:
        data = bytes([seed]) * (seed * 10_000)
        kept_by[vault.put(data, about=str(seed))] = data

    threads = [Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept_by) == 8
    assert all(vault.read(name, MIB) == data for name, data in kept_by.items())


def test_the_settings_make_a_vault(tmp_path: Path) -> None:
    made = dataclasses.replace(SETTINGS, vault_url=(tmp_path / "vault").as_uri())
    name = make_vault(made).put(b"x", about="")
    assert make_vault(made).read(name, 1) == b"x"


def test_an_s3_prefix_keeps_two_portals_apart(s3_server: str) -> None:
    url = bucket_url(s3_server, "b" + secrets.token_hex(8))
    here, there = (Vault(place(url.replace("?", f"/{folder}?")), {"k1": OLD}) for folder in ("here", "there"))
    name = here.put(b"x", about="")
    assert list(here.names()) == [name]
    assert list(there.names()) == []
    whole = obstore.list(place(url)._store).collect()
    assert [meta["path"] for meta in whole] == [f"here/{name}"]
