"""Households reached by any channel, and the list of those to call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.access.models import LogEntry, Means
from portal.access.words import Action
from portal.dossier.models import Contact
from portal.sheets.models import Sheet
from tests.factories import a_parent, an_account
from tests.liaison.conftest import a_home
from tests.planning.weeks import here

DAY = timedelta(days=1)


def log(db, home, link, days, **facts):
    """A line of the log, so many days ago."""
    at = here(12) - days * DAY
    facts = {"account_id": link.account_id, "kind": link.kind, "post": link.post} | facts
    if facts.get("means", Means.PAGE) is not Means.PAGE:
        facts["told_at"] = at
    row = LogEntry(
        at=at, dossier_id=home.dossier.id, establishment_id=home.place.id, categories="planning",
        action=Action.VIEW, endpoint="week.week", request_id="", **facts,
    )  # fmt: skip
    db.add(row)


def lives(db, home, link, address, phone="06 11 22 33 44"):
    facts = {"dossier_id": home.dossier.id, "establishment_id": home.place.id, "category": "household"}
    for kind, value in (("address", address), ("phone", phone)):
        db.add(Contact(**facts, owner=str(link.id), kind=kind, value=value, private_to=link.account_id))


def opened(browser, who):
    page = browser.sign_in(who.account_id).open("/familles")
    calls = " ".join(one.get_text(" ") for one in page.soup.select("main > ul.people"))
    return page, " ".join(calls.split())


@pytest.mark.parametrize("means", list(Means))
def test_whoever_was_reached_by_any_means_is_not_on_the_list(db, browser, home, means):
    _, calls = opened(browser, home.secretary)
    assert "Nadia Exemple" in calls
    if means is Means.PAGE:
        log(db, home, home.mother, 3)
    else:
        log(db, home, home.secretary, 3, means=means, to_relationship=home.mother.id)
    db.commit()
    page, calls = opened(browser, home.secretary)
    assert "Nadia Exemple" not in calls
    assert "dimanche 15 novembre" in page.text()
    assert "Karim Exemple" in calls


def test_after_fourteen_days_one_is_to_be_called(db, browser, home):
    log(db, home, home.mother, 15)
    log(db, home, home.secretary, 1, seen_as=home.mother.account_id)  # staff looked as her: she did not
    db.commit()
    assert "Nadia Exemple" in opened(browser, home.secretary)[1]


def test_a_sheet_reaches_when_it_is_handed_over_and_not_when_it_is_printed(db, browser, home):
    facts = {"dossier_id": home.dossier.id, "establishment_id": home.place.id, "category": "planning"}
    sheet = Sheet(
        **facts, reader_id=home.mother.account_id, monday=here(1).date(), said={},
        printed_by=home.secretary.account_id, private_to=home.mother.account_id, published_to=-1,
    )  # fmt: skip
    db.add(sheet)
    log(db, home, home.secretary, 1, means=Means.PAPER, to_relationship=home.mother.id)
    db.flush()
    db.query(LogEntry).update({"endpoint": "desk.make"})
    db.commit()
    assert "Nadia Exemple" in opened(browser, home.secretary)[1]
    sheet.handed_at = here(11)
    db.commit()
    assert "Nadia Exemple" not in opened(browser, home.secretary)[1]


def test_a_call_is_noted_and_only_an_answer_takes_off_the_list(db, browser, home):
    lives(db, home, home.mother, "12 rue des Lilas\n75011 Paris")
    db.commit()
    assert "06 11 22 33 44" in opened(browser, home.secretary)[1]
    for outcome, there, said in (
        ("no_answer", True, "Essai sans réponse"),
        ("message", True, "Message laissé mercredi"),
        ("reached", False, ""),
    ):
        facts = {"reader": str(home.mother.account_id), "channel": "phone", "outcome": outcome}
        browser.submit(f"/familles/{home.dossier.id}", facts)
        _, calls = opened(browser, home.secretary)
        assert ("Nadia Exemple" in calls) is there
        assert said in calls


def test_two_parents_under_one_roof_are_one_household_and_apart_they_are_two(db, browser, home):
    lives(db, home, home.mother, "12 rue des Lilas\n75011 Paris")
    lives(db, home, home.father, "12, Rue des Lilas\n75011 PARIS", "06 99 88 77 66")
    log(db, home, home.father, 2)
    db.commit()
    _, calls = opened(browser, home.secretary)
    assert "Nadia" not in calls
    stepmother = a_parent(db, home.dossier, account=an_account(db, "Rosa Ailleurs"))
    lives(db, home, stepmother, "3 place du Marché\n75012 Paris")
    db.commit()
    assert "Rosa Ailleurs" in opened(browser, home.secretary)[1]


def test_the_page_costs_the_same_for_one_family_and_for_three(db, browser, home):
    one = opened(browser, home.secretary)[0].statements
    assert one <= 8
    for name in ("Rosa Un", "Rosa Deux"):
        a_parent(db, home.dossier, account=an_account(db, name))
    db.commit()
    assert opened(browser, home.secretary)[0].statements == one


def test_nobody_else_opens_it_and_nobody_of_another_establishment_stands_there(db, browser, home):
    other = a_home(db, name="Zoé")
    other.mother.account = None
    assert "Zoé" not in opened(browser, home.secretary)[0].answer.text
    for who in (home.mother, home.educator, home.nurse):
        browser.sign_in(who.account_id).open("/familles", status=404)
    browser.sign_in(home.secretary.account_id)
    facts = {"reader": str(other.mother.account_id), "channel": "phone", "outcome": "reached"}
    browser.submit(f"/familles/{other.dossier.id}", facts, status=404)
    browser.submit(f"/familles/{home.dossier.id}", facts, status=404)
