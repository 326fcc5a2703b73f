"""How this suite is run in minutes: each page is tried on one of the two databases, by turns.

Rules and statements are tried on both: what a page adds to them knows nothing of the database, save by them. Which test
has which turn depends on its name alone, so that a test always has the same; ``--both`` tries every page on both.
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
    kept = [item for item in items if _has_its_turn(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _has_its_turn(item)])
    items[:] = kept


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it for garbage was an eighth of the time."""
    gc.collect()
    gc.freeze()


def _has_its_turn(item: pytest.Item) -> bool:
    turn = getattr(getattr(item, "callspec", None), "params", {}).get("engine")
    if turn not in DATABASES or PAGES.isdisjoint(getattr(item, "fixturenames", ())):
        return True
    name = item.nodeid.replace(turn, "")
    return turn == DATABASES[crc32(name.encode()) % len(DATABASES)]
