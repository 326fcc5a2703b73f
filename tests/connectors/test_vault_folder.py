"""A folder keeps what it promised: through power cuts, killed processes and full disks."""

from __future__ import annotations

import errno
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from portal.connectors import vault_store
from portal.connectors.vault import Vault, VaultMissing, VaultUnavailable
from portal.connectors.vault_store import Folder
from portal.core import clock

KEYS = {"k1": b"1" * 32}
MIB = 1024 * 1024


def all_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "vault"


@pytest.fixture
def vault(root: Path) -> Vault:
    return Vault(Folder(root), KEYS)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, root: Path) -> list[tuple[str, str]]:
    """What is asked of the disk, in order: (call, path inside the vault)."""
    seen: list[tuple[str, str]] = []
    real_sync, real_replace = os.fsync, os.replace

    def inside(path: str) -> str:
        return os.path.relpath(path, root)

    def fsync(handle: int) -> None:
        seen.append(("fsync", inside(os.readlink(f"/proc/self/fd/{handle}"))))
        real_sync(handle)

    def replace(source: Path, target: Path) -> None:
        seen.append(("name", inside(str(target))))
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    return seen


@pytest.mark.parametrize("size", [10, 2 * MIB])
def test_content_then_name_then_directory_reach_the_disk(vault: Vault, calls: list[tuple[str, str]], size: int) -> None:
    name = vault.put(bytes(size), about="")
    (first, folder), (second, draft), *rest = calls
    assert (first, folder) == ("fsync", ".")  # of the folder that was just made
    assert (second, draft[:4]) == ("fsync", "new/")
    assert rest == [("name", name), ("fsync", name[:2])]


def test_the_whole_content_is_there_when_it_is_synced(
    vault: Vault, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        sizes.append(os.fstat(handle).st_size)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    name = vault.put(bytes(3 * MIB), about="")
    assert (root / name).stat().st_size in sizes
    assert max(sizes) > 3 * MIB


def test_erasing_reaches_the_disk_too(vault: Vault, calls: list[tuple[str, str]]) -> None:
    name = vault.put(b"x", about="")
    calls.clear()
    vault.delete(name)
    assert calls == [("fsync", name[:2])]


def test_rewrapping_never_leaves_a_moment_without_the_object(
    vault: Vault, root: Path, calls: list[tuple[str, str]]
) -> None:
    name = vault.put(b"x", about="")
    calls.clear()
    assert Vault(Folder(root), {"k2": b"2" * 32, **KEYS}).rewrap(name)
    assert [call for call, _ in calls[-3:]] == ["fsync", "name", "fsync"]
    assert len(all_files(root)) == 1


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_promises_nothing_and_leaves_nothing(
    vault: Vault, root: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, failing, full)
        with pytest.raises(VaultUnavailable, match="no_space_left_on_device"):
            vault.put(bytes(MIB), about="")
    assert all_files(root) == []
    assert vault.read(vault.put(b"later", about=""), 10) == b"later"


def test_a_disk_that_fails_during_rotation_keeps_the_old_object(
    vault: Vault, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = vault.put(b"precious", about="")
    both = Vault(Folder(root), {"k2": b"2" * 32, **KEYS})

    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    assert both.rewrap_all().failed == {name: "input/output_error"}
    assert vault.read(name, 10) == b"precious"


def test_the_canary_is_nowhere_on_the_disk(vault: Vault, root: Path) -> None:
    """Neither during the writing, when the draft is half there, nor after."""
    canary = b"CANARI-7f3a91-epilepsie"
    seen: list[bytes] = []

    def stream() -> Iterator[bytes]:
        for _ in range(40):
            yield canary * 3000
            seen.extend(path.read_bytes() for path in all_files(root))

    vault.put(stream(), about="CANARI-7f3a91")
    seen.extend(path.read_bytes() for path in all_files(root))
    assert max(len(content) for content in seen) > MIB
    assert not any(b"CANARI-7f3a91" in content for content in seen)


def test_only_the_portal_enters_the_folder(root: Path, vault: Vault) -> None:
    folder = (root / vault.put(b"x", about="")).parent
    assert [oct(path.stat().st_mode & 0o777) for path in (root, root / "new", folder)] == ["0o700"] * 3


KILLED = """
import os, signal, sys
from pathlib import Path
from portal.connectors.vault import Vault
from portal.connectors.vault_store import Folder

moment = sys.argv[2]
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
if moment == "before-sync": os.fsync = die
if moment == "before-name": os.replace = die
vault = Vault(Folder.__new__(Folder), {"k1": b"1" * 32})
folder = vault._place
real, os.fsync = os.fsync, (lambda handle: None)
folder.__init__(Path(sys.argv[1]))
os.fsync = real
if moment == "after-name":
    rename = os.replace
    os.replace = lambda *paths: (rename(*paths), die())
def stream():
    for index in range(200):
        if moment == "streaming" and index == 150: die()
        yield bytes(20_000)
print(vault.put(stream(), about=""), flush=True)
"""


@pytest.mark.parametrize("moment", ["streaming", "before-sync", "before-name", "after-name", "never"])
def test_a_process_killed_while_storing_leaves_a_whole_object_or_none(root: Path, moment: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(root), moment], capture_output=True, text=True)
    assert done.returncode == (0 if moment == "never" else -signal.SIGKILL), done.stderr
    vault = Vault(Folder(root), KEYS)
    kept = [vault.read(name, 5 * MIB) for name in vault.names()]
    assert kept == ([bytes(4_000_000)] if moment in ("after-name", "never") else [])
    assert bool(done.stdout.strip()) is (moment == "never")


def test_what_a_killed_process_left_is_cleared_a_day_later(root: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(root), "before-name"], capture_output=True)
    assert len(all_files(root)) == 1
    Folder(root)
    assert len(all_files(root)) == 1, "another process may still be writing it"
    with clock.frozen(clock.now() + timedelta(hours=25)):
        Folder(root)
    assert all_files(root) == []


def test_a_child_forked_after_use_is_refused_instead_of_waiting_forever(root: Path, vault: Vault) -> None:
    vault.put(b"x", about="")
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        try:
            Vault(Folder(root), KEYS).put(b"y", about="")
        except VaultUnavailable as refused:
            os._exit(7 if refused.code == "used_before_fork" else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert vault_store._used_in == [os.getpid()]


def test_erasing_waits_for_a_rotation_in_another_process(root: Path, vault: Vault) -> None:
    """The lock is on the folder, so it holds between processes."""
    name = vault.put(secrets.token_bytes(100), about="")
    holding = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, os, sys, time; lock = os.open(sys.argv[1], os.O_RDONLY);"
            "fcntl.flock(lock, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()",
            str(root),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holding.stdout is not None
    assert holding.stdin is not None
    assert holding.stdout.readline() == b"held\n"
    erasing = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from portal.connectors.vault_store import Folder;"
            "Folder(Path(sys.argv[1])).delete(sys.argv[2])",
            str(root),
            name,
        ]
    )
    with pytest.raises(subprocess.TimeoutExpired):
        erasing.wait(1.5)
    assert vault.exists(name)
    holding.stdin.close()
    assert erasing.wait(20) == 0
    holding.wait(20)
    holding.stdout.close()
    with pytest.raises(VaultMissing):
        vault.open(name)
