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
        self.session = session
        session.send("Network.enable")
        session.on("Network.responseReceived", lambda said: self.kinds.update({said["requestId"]: said["type"]}))
        session.on("Network.loadingFinished", self._add)

    def _add(self, said) -> None:
        self.sizes[said["requestId"]] = (self.kinds.get(said["requestId"], ""), int(said["encodedDataLength"]))

    def stop(self) -> None:
        """What came before this was counted: answers of Chromium arrive in order."""
        self.session.send("Network.disable")
        self.session.detach()

    def total(self, *kinds: str) -> float:
        return sum(size for kind, size in self.sizes.values() if not kinds or kind in kinds) / KIB

    def pictures(self) -> list[float]:
        return [size / KIB for kind, size in self.sizes.values() if kind == "Image"]


@pytest.mark.parametrize(("mode", "cold"), [("", 40), ("easy", 40), ("pictures", 80)])
def test_each_page_stays_within_its_budget(chromium, site, mode, cold):
    """A phone for each page, so that all of them fall silent together: waiting for that is most of the time."""
    visitor = Visitor(chromium, site).enter("mother").read_in(mode)
    link = visitor.open("/rendez-vous/").locator('main a[href^="/rendez-vous/"][href*="-"]').first
    paths = ("/", "/rendez-vous/", str(link.get_attribute("href")))
    state = visitor.context.storage_state()
    visitor.leave()
    alone = {"storage_state": state, "service_workers": "block"}  # what a shell keeps weighs nothing the second time
    phones = {path: Visitor(chromium, site, **alone) for path in paths}
    for path, scales in weighed(phones).items():
        pictures = scales.pictures()
        assert 0 < scales.total() - sum(pictures) <= cold, path
        assert 0 < scales.total("Document", "Stylesheet") <= 14, path
        assert scales.total("Script") <= 20, path
        assert all(size <= 2 for size in pictures), (path, pictures)
    for path, again in weighed(phones).items():
        assert 0 < again.total() <= 4, (path, again.sizes)
    for phone in phones.values():
        phone.leave()


EVERYDAY = ("/semaine/", "/jour/", "/menus/", "/menus/semaine")


@pytest.mark.parametrize(
    ("who", "mode", "paths", "cold"),
    [
        ("mother", "", EVERYDAY, 40),
        ("child", "pictures", EVERYDAY, 80),
        ("educator", "", ("/unite/", "/unite/semaine"), 40),
    ],
)
def test_the_pages_of_every_day_stay_within_their_budget(chromium, site, who, mode, paths, cold):
    """Nothing but the page: what the shell keeps is weighed elsewhere."""
    visitor = Visitor(chromium, site, service_workers="block").enter(who).read_in(mode)
    state = visitor.context.storage_state()
    visitor.leave()
    for path in paths:
        phone = Visitor(chromium, site, storage_state=state, service_workers="block")
        scales = weighed({path: phone})[path]
        phone.leave()
        assert 0 < scales.total("Document", "Stylesheet") <= 14, path
        assert scales.total() - (sum(scales.pictures()) if not mode else 0) <= cold, path


def weighed(phones):
    """What each receives when it opens its page, until nothing more comes."""
    scales = {path: Scales(phone) for path, phone in phones.items()}
    for path, phone in phones.items():
        phone.open(path)
    for phone in phones.values():
        phone.page.wait_for_load_state("networkidle")
    for one in scales.values():
        one.stop()
    return scales


def test_the_entrance_is_light_and_works_without_a_script(chromium, site):
    visitor = Visitor(chromium, site, java_script_enabled=False)
    scales = Scales(visitor)
    visitor.open("/entrer")
    assert scales.total() <= 14
    visitor.leave()


def test_the_entrance_stays_within_its_budget_with_the_script_that_asks_for_a_passkey(chromium, site):
    """A warm phone pays the page and its headers, written out in HTTP/1.1; a proxy that speaks HTTP/2 halves these."""
    phone = Visitor(chromium, site)
    assert 0 < weighed({"/entrer": phone})["/entrer"].total() <= 14
    assert 0 < weighed({"/entrer": phone})["/entrer"].total() <= 2.8
    phone.leave()


def test_a_swap_is_two_kibibytes_at_most(chromium, site):
    """The rest of a long list comes as its rows alone."""
    visitor = Visitor(chromium, site)
    visitor.tap_in("secretary")
    page = visitor.open("/rendez-vous/")
    page.wait_for_load_state("networkidle")
    scales = Scales(visitor)
    with page.expect_request_finished(lambda asked: asked.resource_type in ("xhr", "fetch")):
        page.locator("a[data-hx-get]").click()
    page.wait_for_load_state("networkidle")
    scales.stop()
    assert 0 < scales.total("Fetch") <= scales.total() <= 2, scales.sizes
    visitor.leave()
