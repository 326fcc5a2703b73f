"""How a young person reads, set by their referent until they choose for themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.access.models import LogEntry
from portal.core.models import Account
from tests.browsing import Browser
from tests.factories import recomputed
from tests.tablets.conftest import Enrolling


@pytest.fixture
def referent(db, enrolling: Enrolling, house) -> Browser:
    recomputed(db, house.dossier)
    db.commit()
    return enrolling.referent().screen


def child(db, house) -> Account:
    db.commit()
    found = db.get_one(Account, house.account("child"), populate_existing=True)
    db.commit()
    return found


def test_the_referent_sets_it_and_the_log_says_so(db, house, enrolling, referent):
    url = f"{enrolling.url}/lecture"
    before = len(db.scalars(select(LogEntry.id)).all())
    db.commit()
    referent.submit(url, {"mode": "pictures", "voice": "on", "font": "atkinson", "lang": "tr"}, status=303)
    found = child(db, house)
    assert (found.mode, found.locale, found.reading, found.reading_own) == ("pictures", "tr", "atkinson..on", "")
    assert len(db.scalars(select(LogEntry.id)).all()) > before
    db.commit()
    assert referent.open(url).soup.select_one("#mode-pictures").has_attr("checked")


def test_what_the_young_person_chose_themselves_stays(db, house, enrolling, referent):
    account = child(db, house)
    account.mode, account.reading_own = "easy", "mode"
    db.commit()
    referent.submit(f"{enrolling.url}/lecture", {"mode": "pictures", "theme": "dark"}, status=303)
    found = child(db, house)
    assert (found.mode, found.theme) == ("easy", "dark")
    page = referent.open(f"{enrolling.url}/lecture")
    assert page.soup.select_one("#mode-easy") is None
    assert "façon de lire" in page.text()


def test_their_own_choice_counts_from_the_moment_they_make_it(db, house, browser):
    browser.sign_in(house.account("child"))
    browser.submit("/lecture", {"theme": "dark", "mode": "", "size": "xl"}, status=303)
    assert child(db, house).reading_own == "theme", "what stayed as it was is nobody's choice"
    browser.submit("/lecture", {"mode": "easy"}, status=303)
    assert child(db, house).reading_own == "mode theme"


@pytest.mark.parametrize("who", ["mother", "child"])
def test_nobody_but_the_referent_sets_it(house, enrolling, browser, who):
    browser.sign_in(house.account(who))
    browser.open(f"{enrolling.url}/lecture", status=404)
