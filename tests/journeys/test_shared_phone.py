"""A phone that others use too: once somebody left it, however they did, none of fifty planted words is found there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from playwright.sync_api import Error, Page
from sqlalchemy import select, update

from portal.access.words import Strength
from portal.accounts.models import SignIn
from portal.accounts.services import open_session
from portal.core import clock
from portal.core.models import Account, Dossier
from tests.factories import a_dossier, a_parent, an_account, an_event
from tests.journeys import test_entering
from tests.journeys.test_entering import Device, Portal

pytestmark = pytest.mark.browser
portal, mother, new_device = test_entering.portal, test_entering.mother, test_entering.new_device

WORDS = [f"planted{number:02}word" for number in range(50)]
STORES = """async () => {
  const found = [JSON.stringify(Object.entries(localStorage)), JSON.stringify(Object.entries(sessionStorage))];
  for (const key of await caches.keys()) {
    const cache = await caches.open(key);
    for (const request of await cache.keys()) {
      found.push(request.url, await (await cache.match(request)).text());
    }
  }
  for (const one of await indexedDB.databases()) found.push("IndexedDB " + one.name);
  for (const one of await navigator.serviceWorker.getRegistrations()) found.push("worker " + one.scope);
  return found.join("\\n");
}"""


@pytest.fixture
def phone(portal: Portal, mother: Account, new_device: Callable[[], Device]) -> Device:
    """She read fifty rendez-vous on it, in the list and one by one, in pages opened one after the other."""
    with portal.sessions.begin() as db:
        dossier = db.scalars(select(Dossier)).one()
        for number, word in enumerate(WORDS):
            starts = clock.now() + timedelta(hours=number + 1)
            an_event(db, dossier, title=word, starts_at=starts, ends_at=starts + timedelta(minutes=30))
    device = new_device()
    device.offer_nothing()
    come_in(device, mother)
    page = device.open("/")
    read = page.content()
    links: list[str] = []
    device.open("/rendez-vous/")
    while True:
        read += page.content()
        hrefs = page.eval_on_selector_all("main a[href]", "those => those.map(one => one.getAttribute('href'))")
        links += [one for one in hrefs if len(one) == len("/rendez-vous/") + 36 and one not in links]
        more = page.locator("a[data-hx-get]")
        if not more.count():
            break
        device.open(str(more.first.get_attribute("href")))
    for link in links[:3]:
        read += device.open(link).content()
    missing = [word for word in WORDS if word not in read]
    assert not missing, "else nothing would be shown by not finding them"
    return device


def come_in(device: Device, account: Account) -> None:
    with device.portal.sessions.begin() as db:
        token = open_session(db, account.id, Strength.SUBSTANTIAL)
    device.carry(token)


def shown(page: Page) -> str:
    """What stands there once nothing moves: also the browser's own page when it finds no network."""
    for _ in range(50):
        try:
            page.wait_for_load_state()
            return page.content()
        except Error:  # it was still on its way
            continue
    raise AssertionError("the page never came to rest")


def left_of(page: Page) -> set[str]:
    """Planted words in the page, its address and title, and whatever a site may store on a device."""
    held = f"{page.url} {shown(page)}"
    if page.url.startswith("http"):
        held += page.title() + page.evaluate(STORES)
    return {word for word in WORDS if word in held}


def nothing_is_left(device: Device) -> None:
    """Here, and at every step back and forward again."""
    page = device.page
    assert left_of(page) == set()
    for step in [page.go_back] * 5 + [page.go_forward] * 5:
        with suppress(Error):  # without a network, there is no page to go to
            step(wait_until="load")
        assert left_of(page) == set(), page.url


def test_her_session_ends_by_itself(phone: Device) -> None:
    with phone.portal.sessions.begin() as db:
        db.execute(update(SignIn).values(expires_at=clock.now() - timedelta(seconds=1)))
    phone.open("/rendez-vous/")
    assert "/entrer" in phone.page.url
    nothing_is_left(phone)


def test_somebody_else_comes_in_on_it(phone: Device) -> None:
    phone.leave()
    with phone.portal.sessions.begin() as db:
        other = an_account(db, "Somebody Else")
        a_parent(db, a_dossier(db), account=other)
    come_in(phone, other)
    phone.open("/")
    nothing_is_left(phone)


def test_somebody_else_comes_in_without_her_leaving(phone: Device) -> None:
    with phone.portal.sessions.begin() as db:
        other = an_account(db, "Somebody Else")
        a_parent(db, a_dossier(db), account=other)
    come_in(phone, other)
    phone.open("/")
    nothing_is_left(phone)


def test_she_leaves_and_then_the_network_goes(phone: Device) -> None:
    phone.leave()
    nothing_is_left(phone)
    phone.context.set_offline(True)
    nothing_is_left(phone)
    phone.context.set_offline(False)
    phone.complaints.clear()  # the browser says that it had no network


def test_she_tries_to_leave_without_a_network(phone: Device) -> None:
    """Her session is still there, and she sees that she did not leave; no page of hers can be shown without asking."""
    phone.context.set_offline(True)
    with suppress(Error):  # or the page that the phone keeps for it
        phone.page.goto(f"{phone.portal.url}/entrer")
    nothing_is_left(phone)
    phone.context.set_offline(False)
    phone.complaints.clear()
