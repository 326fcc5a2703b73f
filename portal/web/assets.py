"""Style sheet, icons and htmx under names that carry their content, compressed once, served for ever.

Only the standard library here (and Brotli when it is there): the build hook runs this file outside the portal.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
SERVED = ("relie.css", "icons.svg", "vendor/htmx.min.js")
"""Every file a page may ask for. Anything else in the folder is not served."""


def publish(static: Path = STATIC) -> dict[str, str]:
    """Copy each served file to ``vendor/published`` as ``name.<hash>.ext`` with its .gz and .br; return name → new name.

    Does nothing for files already there, so every worker may call it. Raises ``FileNotFoundError`` when the build hook
    has not brought a file.
    """
    names = {}
    folder = static / "vendor" / "published"
    folder.mkdir(parents=True, exist_ok=True)
    for served in SERVED:
        source = static / served
        content = source.read_bytes()
        mark = hashlib.sha256(content).hexdigest()[:12]
        names[served] = f"{source.stem}.{mark}{source.suffix}"
        target = folder / names[served]
        if not target.exists():
            for suffix, form in compressed(content).items():
                put(target.with_name(target.name + suffix), form)
            put(target, content)
    return names


def compressed(content: bytes) -> dict[str, bytes]:
    """The content as it may travel, smallest forms of gzip and, when it is installed, Brotli."""
    forms = {".gz": gzip.compress(content, 9, mtime=0)}
    try:
        import brotli
    except ImportError:  # an edited style sheet on a machine without it: gzip serves until the next build
        return forms
    return forms | {".br": brotli.compress(content, quality=11)}


def put(target: Path, content: bytes) -> None:
    """Write whole or not at all: another worker may be reading."""
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    draft.write_bytes(content)
    os.replace(draft, target)


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its relative name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def manifest(folder: Path, lock: str) -> str:
    """What the build brought and from which lock, to compare with later."""
    return json.dumps({"lock": lock, "files": hashes(folder)}, indent=1) + "\n"
