"""How this suite is run in minutes: each page is tried on one of the two databases, by turns.

Rules and statements are tried on both: what a page adds to them knows nothing of the database, save by them. So does a
module marked ``turns``, whose many tests send the same few statements. Which test has which turn depends on its name
alone, so that a test always has the same; ``--both`` tries every one on both.
"""

from __future__ import annotations

import gc
from zlib import crc32

import pytest

PAGES = frozenset({"browser", "phone"})
"""Fixtures of a test that opens pages."""
DATABASES = ("sqlite", "postgres")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--both", action="store_true", help="try every page on both databases, not by turns")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("both"):
        return
    there = {item.nodeid for item in items}
    kept = [item for item in items if _has_its_turn(item, there)]
    config.hook.pytest_deselected(items=[item for item in items if not _has_its_turn(item, there)])
    items[:] = kept


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it for garbage was an eighth of the time."""
    gc.collect()
    gc.freeze()


def _has_its_turn(item: pytest.Item, there: set[str]) -> bool:
    params = getattr(getattr(item, "callspec", None), "params", {})
    turn = params.get("engine", params.get("home"))
    if turn not in DATABASES or not _by_turns(item):
        return True
    names = [item.nodeid.replace(turn, one) for one in DATABASES]
    if not there.issuperset(names):
        return True  # it is tried on one of them anyway
    return turn == DATABASES[crc32(item.nodeid.replace(turn, "").encode()) % len(DATABASES)]


def _by_turns(item: pytest.Item) -> bool:
    if item.get_closest_marker("turns"):
        return True
    return not PAGES.isdisjoint(getattr(item, "fixturenames", ()))
