"""A push in a real browser: one sentence on the locked screen, and nothing of anybody."""

from __future__ import annotations

import json

import pytest

from tests.journeys.test_entering import Device
from tests.journeys.test_offline import Network, phone

__all__ = ["phone"]
pytestmark = pytest.mark.browser
SHOWN = (
    "navigator.serviceWorker.ready.then(w => w.getNotifications()).then(all => all.map(one => [one.title, one.body]))"
)


CAME = (json.dumps({"text": "Il y a du nouveau dans Relie"}), "", "{", '{"text": 3}')


def test_a_push_shows_one_sentence_whatever_came_and_once(phone: tuple[Device, Network]) -> None:
    device, _ = phone
    device.context.grant_permissions(["notifications"])
    page = device.open("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    devtools, found = device.context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    to = {"origin": page.evaluate("location.origin"), "registrationId": found[-1]["registrationId"]}
    for data in CAME:
        devtools.send("ServiceWorker.deliverPushMessage", {**to, "data": data})
        page.wait_for_function(f"{SHOWN}.then(all => all.length > 0)")
        assert page.evaluate(SHOWN) == [["Relie", "Il y a du nouveau dans Relie"]], data
