"""Files that a power cut leaves whole, or not there."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """What was written to a file is on the disk when this returns; of a folder, the names in it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle(draft: Path, path: Path) -> None:
    """Give a draft its name, in place of what had it: content first, then the name, then the folder.

    A name never stands for half a file. Both are on one disk; what still waits in Python must be flushed.
    """
    sync(draft)
    os.replace(draft, path)
    sync(path.parent)
