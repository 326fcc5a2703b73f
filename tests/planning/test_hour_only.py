"""A weak sign-in reads when a rendez-vous of health or justice is: nothing else of the page depends on what it is."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from portal.access.words import Strength
from portal.core import clock
from portal.planning.models import Event, EventPerson, EventState
from tests.factories import NOON, a_parent, an_event
from tests.planning.test_pages import DAY, a_ride, named

OTHERWISE = {
    "nature": "justice",
    "title": "Audience",
    "kind": "judge",
    "place": "Tribunal",
    "place_address": "1 place Ducale",
    "bring": "la convocation",
    "note": "Soyez à l’heure",
    "moved_from": NOON + 3 * DAY,
}
"""All that may be said of an event but its hours and whether it takes place."""


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def everything(browser, path):
    """A page to the byte, but for its tokens; its status, its headers and what it cost."""
    page = browser.open(path)
    headers = [(name, value) for name, value in page.answer.headers if name not in ("Set-Cookie", "Content-Length")]
    return page.status, page.statements, headers, re.sub(r'name="csrf_token" value="[^"]*"', "", page.answer.text)


@pytest.mark.parametrize("state", [EventState.MOVED, EventState.CANCELLED])
@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_the_page_is_the_same_to_the_byte_whatever_the_rendez_vous_is_about(db, browser, mode, state):
    dossier = named(db, "Inès")
    event = an_event(db, dossier, state=state, cancelled_at=NOON)
    mother = a_parent(db, dossier)
    db.commit()
    browser.sign_in(mother.account_id, Strength.LOW).reading(mode)
    paths = ("/", "/rendez-vous/", f"/rendez-vous/{event.id}")
    before = [everything(browser, path) for path in paths]
    db.execute(update(Event).values(OTHERWISE))
    for position in range(3):
        db.add(EventPerson(event_id=event.id, position=position, kind="professional", name="Juge", role="Juge"))
    a_ride(db, dossier, event)
    db.commit()
    assert [everything(browser, path) for path in paths] == before
    assert "Audience" in browser.sign_in(mother.account_id).open(paths[2]).text("h1")
