"""Style sheet, icons and htmx under names that carry their content, compressed once, served for ever.

Only the standard library here, and Brotli where it is: the build hook runs this file outside the portal.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib
import importlib.util
import json
import os
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
FONTS = tuple(
    f"vendor/{name}.woff2"
    for name in ("atkinson-latin", "atkinson-latin-ext", "dyslexic-latin-400", "dyslexic-latin-700")
)
"""Fetched by those who chose them, and by nobody else."""
SERVED = (
    *FONTS,  # before the style sheets that name them
    *("font-atkinson.css", "font-dyslexic.css"),
    *("relie.css", "icons.svg", "relie.svg", "icon-192.png", "icon-512.png"),
    *("vendor/htmx.min.js", "letter.js", "passkey.js", "push.js", "shell.js", "voice.js"),
)
"""Every file a page may ask for. Nothing else in the folder is served."""

PUBLISHED = "published"


def publish(static: Path = STATIC, *, tidy: bool = False) -> dict[str, str]:
    """Copy served files to ``vendor/published`` as ``name.<hash>.ext`` with .gz and .br; return name → new name.

    Files already there are left alone, so every worker may call it at start; ``tidy`` (for a build) removes those of
    older contents. Raises ``FileNotFoundError`` when the build hook has not brought a file.
    """
    folder = static / "vendor" / PUBLISHED
    folder.mkdir(parents=True, exist_ok=True)
    names: dict[str, str] = {}
    for served in SERVED:
        names[served] = _publish_one(static / served, folder, names)
    for old in folder.iterdir() if tidy else ():
        if not any(old.name.startswith(name) for name in names.values()):
            old.unlink()
    return names


def _publish_one(source: Path, folder: Path, before: dict[str, str]) -> str:
    content = source.read_bytes()
    if source.name.startswith("font-"):
        for font in FONTS:
            content = content.replace(f"url({font})".encode(), f"url({before[font]})".encode())
    target = folder / f"{source.stem}.{hashlib.sha256(content).hexdigest()[:12]}{source.suffix}"
    if not target.exists():
        forms = {} if source.suffix == ".woff2" else compressed(content)  # a font is compressed inside
        for suffix, form in forms.items():
            put(target.with_name(target.name + suffix), form)
        put(target, content)
    return target.name


def compressed(content: bytes) -> dict[str, bytes]:
    """The content as it may travel: gzip always, Brotli where it is installed (every build installs it)."""
    forms = {".gz": gzip.compress(content, 9, mtime=0)}
    if importlib.util.find_spec("brotli"):
        forms[".br"] = importlib.import_module("brotli").compress(content, quality=11)
    return forms


def put(target: Path, content: bytes) -> None:
    """Write whole or not at all: another worker may be reading."""
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(target)


def hashes(vendor: Path) -> dict[str, str]:
    """SHA-256 of every vendored file by its relative name; what is made from them is left out."""
    files = {path.relative_to(vendor).as_posix(): path for path in sorted(vendor.rglob("*")) if path.is_file()}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files.items()
        if name != "manifest.json" and not name.startswith(f"{PUBLISHED}/")
    }


def manifest(vendor: Path, lock: str) -> str:
    """What the build brought, and from which lock: to be compared with later."""
    return json.dumps({"lock": lock, "files": hashes(vendor)}, indent=1) + "\n"
