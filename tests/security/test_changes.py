"""Every address of the portal, with real things behind it: nothing changes but from one's own page, nothing is kept."""

from __future__ import annotations

import pytest

from tests.matrix.people import PERSONAS
from tests.matrix.routes import CHANGING, Route, routes
from tests.matrix.trying import Trial

ELSEWHERE = "https://elsewhere.example"
KEPT = ("static", "web.picture", "web.static")
"""The same bytes for everybody, about nobody."""


def asked(trial: Trial, route: Route, who: str):
    return route.own(trial.door.families[PERSONAS[who].own[0]])


def attacks(trial: Trial, who: str) -> dict[str, dict]:
    """What of a request that is otherwise right is not one's own."""
    another = trial.door._devices["father" if who == "mother" else "mother"][1]
    return {
        "no token": {"token": False},
        "the token of another session": {"token": False, "form": {"csrf_token": another}},
        "a page of another site": {"headers": {"Origin": ELSEWHERE}},
        "a browser that says so": {"headers": {"Sec-Fetch-Site": "cross-site"}},
    }


@pytest.mark.parametrize("who", ["mother", "director"])
def test_no_change_is_made_from_a_page_that_is_not_one_s_own(trial: Trial, who: str):
    wrong, tried = [], 0
    for route in routes(trial.door.app):
        if route.method not in CHANGING or route.unknown:
            continue
        right = asked(trial, route, who)
        for name, attack in attacks(trial, who).items():
            form = {**right.form, **attack.get("form", {})}
            answer = trial.door.ask(who, route.method, right.path, **{**attack, "form": form})
            tried += 1
            if not 400 <= answer.status < 500:
                wrong.append(f"{route.method} {route.rule}, {name}: {answer.status}")
        if trial.door.digest() != trial.first:
            wrong.append(f"{route.method} {route.rule}: a row changed")
            trial.restore()
    assert not wrong, "\n".join(wrong)
    assert tried > 200


@pytest.mark.parametrize("who", ["nobody", "mother", "child", "director"])
def test_no_browser_keeps_a_page(trial: Trial, who: str):
    kept = []
    for route in routes(trial.door.app):
        if route.method == "GET" and route.endpoint not in KEPT and not route.unknown:
            answer = trial.door.ask(who, "GET", asked(trial, route, who).path)
            if "no-store" not in answer.headers.get("Cache-Control", ""):
                kept.append(f"{route.rule}: {answer.headers.get('Cache-Control')}")
    trial.restore()
    assert not kept, "\n".join(kept)
