"""Bytes on the wire, as a cold phone and a warm phone pay them (docs/performance.md). Exact, so they gate."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
KIB = 1024


class Scales:
    """Counts what Chromium receives, headers and compressed bodies, by kind."""

    def __init__(self, visitor: Visitor) -> None:
        self.sizes: dict[str, tuple[str, int]] = {}
        self.kinds: dict[str, str] = {}
        session = visitor.context.new_cdp_session(visitor.page)
        session.send("Network.enable")
        session.on("Network.responseReceived", lambda said: self.kinds.update({said["requestId"]: said["type"]}))
        session.on("Network.loadingFinished", self._add)

    def _add(self, said) -> None:
        self.sizes[said["requestId"]] = (self.kinds.get(said["requestId"], ""), int(said["encodedDataLength"]))

    def total(self, *kinds: str) -> float:
        return sum(size for kind, size in self.sizes.values() if not kinds or kind in kinds) / KIB

    def pictures(self) -> list[float]:
        return [size / KIB for kind, size in self.sizes.values() if kind == "Image"]


@pytest.mark.parametrize(
    ("mode", "path", "cold", "warm"),
    [
        ("", "/", 40, 4),
        ("", "/rendez-vous/", 40, 4),
        ("", "DETAIL", 40, 4),
        ("easy", "/", 40, 4),
        ("pictures", "/", 80, 4),
        ("pictures", "/rendez-vous/", 80, 4),
        ("pictures", "DETAIL", 80, 4),
    ],
)
def test_a_page_stays_within_its_budget(chromium, site, mode, path, cold, warm):
    address = a_detail(chromium, site) if path == "DETAIL" else path
    visitor = Visitor(chromium, site)
    visitor.enter("mother").read_in(mode)
    state = visitor.context.storage_state()
    visitor.leave()
    visitor = Visitor(chromium, site, storage_state=state)
    scales = Scales(visitor)
    visitor.open(address)
    visitor.page.wait_for_load_state("networkidle")
    pictures = scales.pictures()
    assert scales.total() - sum(pictures) <= cold
    assert scales.total("Document", "Stylesheet") <= 14
    assert scales.total("Script") <= 20
    assert all(size <= 2 for size in pictures), pictures
    first = scales.total()
    again = Scales(visitor)
    visitor.open(address)
    visitor.page.wait_for_load_state("networkidle")
    assert again.total() <= warm, (first, again.sizes)
    visitor.leave()


def test_the_entrance_is_light_and_works_without_a_script(chromium, site):
    visitor = Visitor(chromium, site, java_script_enabled=False)
    scales = Scales(visitor)
    visitor.open("/entrer")
    assert scales.total() <= 14
    visitor.leave()


def test_a_swap_is_two_kibibytes_at_most(chromium, site):
    """The rest of a long list comes as its rows alone."""
    visitor = Visitor(chromium, site)
    visitor.enter("secretary")
    page = visitor.open("/rendez-vous/")
    scales = Scales(visitor)
    page.locator("a[data-hx-get]").click()
    page.wait_for_load_state("networkidle")
    assert scales.total() <= 2
    visitor.leave()


def a_detail(chromium, site) -> str:
    visitor = Visitor(chromium, site)
    visitor.enter("mother")
    href = visitor.open("/rendez-vous/").locator('main a[href^="/rendez-vous/"][href*="-"]').first.get_attribute("href")
    visitor.leave()
    return str(href)
