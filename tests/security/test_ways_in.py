"""No way in but those that are documented: whatever opens a session stands in docs/threats.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.accounts.models import SignIn
from tests.conftest import ROOT
from tests.matrix.people import PERSONAS
from tests.matrix.routes import CHANGING, routes

OPENS = {"sign_in", "open_session"}
BETWEEN = {"accounts/views.py::sign_in", "accounts/enrolling.py::begin"}
"""What opens one for those that are documented."""


def documented() -> list[tuple[str, str]]:
    """(address, function) of the page's table."""
    page = (ROOT / "docs" / "threats.md").read_text("utf-8")
    table = page.partition("\n## Ways in there are\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(/[^`]*)` \|.*\| `([^`]+)` \|$", table, re.MULTILINE)


def openers(path: Path) -> Iterator[str]:
    """Functions of this file that open a session: by ``sign_in``, ``open_session`` or ``enrolling.begin``."""
    for found in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(found, ast.FunctionDef) and any(map(is_opening, ast.walk(found))):
            yield f"{path.relative_to(ROOT / 'portal').as_posix()}::{found.name}"


def is_opening(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    return name.rpartition(".")[2] in OPENS or name == "enrolling.begin"


def test_every_place_that_opens_a_session_is_documented():
    found = {one for path in (ROOT / "portal").rglob("*.py") for one in openers(path)}
    assert found - BETWEEN == {function for _, function in documented()}
    assert found >= BETWEEN


def test_every_documented_address_exists_and_is_sent_a_form(app):
    posts = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    posts |= {"/demo/sign-in/<role>"}  # this portal is no demo
    posts |= {"/entrer/retour/<provider>"}  # a service sends people back by a link, for a question of this browser
    assert {address for address, _ in documented()} <= posts


@pytest.mark.parametrize("who", ["nobody", "mother", "weak"])
def test_no_form_sent_with_nothing_to_prove_opens_a_session(trial, who):
    """Every address that takes a form, empty and filled, from one's own page."""
    door, opened = trial.door, []
    with door.sessions() as db:
        before = db.scalar(select(func.count()).select_from(SignIn))
    for route in routes(door.app):
        if route.method not in CHANGING or route.unknown:
            continue
        right = route.own(door.families[PERSONAS[who].own[0]])
        for form in ({}, right.form):
            door.ask(who, route.method, right.path, form=form)
        with door.sessions() as db:
            if db.scalar(select(func.count()).select_from(SignIn)) > before:
                opened.append(route.rule)
        trial.restore()
    assert opened == []
