"""One Chromium for every test of a process, and axe-core on its pages.

Starting one takes seconds, and Playwright refuses to be started twice in a process.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

Rules = Mapping[str, Sequence[str]]
RULES: Rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CONTRAST: Rules = {"runOnly": ["color-contrast", "color-contrast-enhanced"]}
_RUN = "rules => axe.run({...rules, resultTypes: ['violations']}).then(found => found.violations)"
"""What is in order is neither described nor sent: a megabyte of a page nobody reads."""

_started = pytest.StashKey[Browser]()


def one_chromium(session: pytest.Session) -> Browser:
    """The browser of this process, started when first asked for, closed at its end."""
    if _started not in session.stash:
        path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
        assert path, "no Chromium on this machine: ./run test installs one"
        playwright = sync_playwright().start()
        session.addfinalizer(playwright.stop)
        session.stash[_started] = playwright.chromium.launch(executable_path=path, args=FLAGS)
        session.addfinalizer(session.stash[_started].close)
    return session.stash[_started]


def carry_axe(context: BrowserContext) -> None:
    """Each page of this device is opened with axe-core in it."""
    context.add_init_script(Axe().axe_script)


def violations(page: Page, rules: Rules = RULES) -> list[tuple[str, list[str]]]:
    """What axe-core finds wrong: each rule with the first elements. The device must ``carry_axe``."""
    found: list[dict[str, Any]] = page.evaluate(_RUN, rules)
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]
