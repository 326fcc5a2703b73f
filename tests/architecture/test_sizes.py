"""How long a file may be, and what it may be called."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from tests.conftest import ROOT

OURS = ("portal", "easyread")


def modules(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if "versions" not in path.parts]


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def too_big(paths: Iterable[Path], most: int) -> dict[str, int]:
    return {path.relative_to(ROOT).as_posix(): lines(path) for path in paths if lines(path) > most}


def test_modules_and_templates_stay_short():
    assert too_big(modules(*OURS), 300) == {}
    assert too_big((ROOT / "portal" / "templates").rglob("*.html"), 80) == {}
    assert too_big((ROOT / "tests").rglob("conftest.py"), 150) == {}


def test_functions_stay_short():
    """From the first statement to the last: a signature of one argument a line is no length."""
    long = []
    for path in modules(*OURS):
        for one in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(one, ast.FunctionDef) and one.body[-1].end_lineno - one.body[0].lineno + 1 > 40:
                long.append(f"{path.relative_to(ROOT).as_posix()}: {one.name}")
    assert long == []


def test_a_file_is_named_after_what_it_holds():
    stray = {"utils", "util", "helpers", "helper", "misc", "common", "tools"}
    assert [path for path in modules(*OURS, "tests") if stray & {path.stem, path.parent.name}] == []
