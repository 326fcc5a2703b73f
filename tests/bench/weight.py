"""Bytes of each page on the wire, as a cold and as a warm phone pay them, in a real Chromium on the demo."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from tests.bench.ground import Ground, free_port
from tests.bench.table import Figure, at_most, written
from tests.journeys.conftest import BROWSERS, FLAGS, Site, Visitor
from tests.journeys.test_weight import Scales

START = 180
"""Seconds a demo may take to be made."""
COLD = {"": 40, "easy": 40, "pictures": 80}
TEXT, WARM, PICTURE, ENTRANCE, SWAP = 14, 4, 2, 14, 2
"""KiB (docs/performance.md)."""
MODES = {"": "standard", "easy": "easy", "pictures": "pictures"}


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    site = _demo(ground)
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        raise RuntimeError("no Chromium on this machine")
    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=path, args=FLAGS)
        try:
            for mode, said in MODES.items():
                for page, address in pages(chromium, site).items():
                    yield _weighed(chromium, site, mode, address, f"{page}, {said}")
            yield _entrance(chromium, site)
            yield _swap(chromium, site)
        finally:
            chromium.close()


def _demo(ground: Ground) -> Site:
    port, folder = free_port(), ground.new("demo")
    command = (sys.executable, "-m", "portal.cli", "demo", "start", "--port", port)
    process = ground.start(*command, RELIE_DEMO_FOLDER=str(folder))
    _wait(process, f"http://127.0.0.1:{port}/entrer")
    return Site(f"http://localhost:{port}", folder)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError("the demo did not start")


def pages(chromium: Browser, site: Site) -> dict[str, str]:
    """What the mother may open."""
    visitor = Visitor(chromium, site).enter("mother")
    link = visitor.open("/rendez-vous/").locator('main a[href^="/rendez-vous/"][href*="-"]').first
    detail = str(link.get_attribute("href"))
    visitor.leave()
    return {"home": "/", "list": "/rendez-vous/", "past": "/rendez-vous/passes", "detail": detail}


def _weighed(chromium: Browser, site: Site, mode: str, address: str, what: str) -> Figure:
    visitor = Visitor(chromium, site).enter("mother").read_in(mode)
    state = visitor.context.storage_state()
    visitor.leave()
    # signed in, and nothing kept; what a shell answers by itself would weigh nothing the second time
    visitor = Visitor(chromium, site, storage_state=state, service_workers="block")
    cold, warm = (_load(visitor, address) for _ in range(2))
    visitor.leave()
    pictures = cold.pictures()
    bare, again, largest = cold.total() - sum(pictures), warm.total(), max(pictures, default=0.0)
    text = cold.total("Document", "Stylesheet")
    shown = f"{written(round(bare, 1))} cold ({text:.1f} HTML + CSS), {written(round(again, 1))} warm"
    shown += f", {len(pictures)} pictures ≤ {written(round(largest, 1))}" if pictures else ""
    reached = bare <= COLD[mode] and text <= TEXT and again <= WARM and largest <= PICTURE
    return Figure(f"KiB, {what}", shown, f"≤ {COLD[mode]} ({TEXT}), {WARM}, {PICTURE} each", reached, 2)


def _load(visitor: Visitor, address: str) -> Scales:
    scales = Scales(visitor)
    visitor.open(address)
    visitor.page.wait_for_load_state("networkidle")
    scales.stop()  # what is opened next is not its weight
    return scales


def _entrance(chromium: Browser, site: Site) -> Figure:
    visitor = Visitor(chromium, site, java_script_enabled=False)
    scales = _load(visitor, "/entrer")
    visitor.leave()
    return at_most("KiB, entrance, cold, without a script", round(scales.total(), 1), ENTRANCE)


def _swap(chromium: Browser, site: Site) -> Figure:
    visitor = Visitor(chromium, site).enter("secretary")
    page = visitor.open("/rendez-vous/")
    scales = Scales(visitor)
    page.locator("a[data-hx-get]").click()
    page.wait_for_load_state("networkidle")
    visitor.leave()
    return at_most("KiB, the rest of a long list (swap)", round(scales.total(), 1), SWAP)
