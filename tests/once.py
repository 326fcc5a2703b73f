"""What takes long to make is made once for a whole run, by whichever process of it asks first."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name, filled by ``make``. It is everybody's: copy what you change.

    The lock is the system's, so that a maker that dies lets the next one try, in a folder of its own.
    """
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / f"{name}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if made := lock.read():
            return Path(made)
        folder = factory.mktemp(name)
        make(folder)
        lock.write(str(folder))
        return folder
