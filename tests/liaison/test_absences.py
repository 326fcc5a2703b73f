"""« Mon enfant est absent, ou en retard » : who announces it, what is asked, who sees it, how it is taken back."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.access.queries import visible
from portal.access.words import Strength
from portal.connectors.dui.outgoing import Folder
from portal.core import clock
from portal.core.work import run_once
from portal.inbox.models import Notice
from portal.liaison.jobs import handlers
from portal.liaison.models import Absence
from tests.factories import NOON, viewing
from tests.liaison.conftest import a_home, by_a_glass

MODES = ("", "easy", "pictures")


def said(home, **more):
    fields = {"child": home.dossier.id, "first_day": "2026-11-19", "how": "day", "why": "family", "form_key": uuid4()}
    return fields | more


def send(browser, home, who=None, status=303, strength=Strength.SUBSTANTIAL, **more):
    browser.sign_in((who or home.mother).account_id, strength)
    return browser.submit("/absences/", said(home, **more), status=status)


def kept(db):
    found = db.scalars(select(Absence).execution_options(populate_existing=True)).all()
    db.commit()  # on SQLite whoever reads in a transaction keeps others from writing
    return found


@pytest.mark.parametrize("mode", MODES)
def test_a_mother_announces_tomorrow_and_reads_where_it_stands(db, browser, home, mode):
    page = browser.reading(mode).sign_in(home.mother.account_id, Strength.LOW).open("/absences/")
    assert page.soup.select_one("[name=first_day]")["value"] == "2026-11-18"
    assert page.statements <= 5
    assert "urgence" in page.text().lower()
    assert page.soup.select('a[href="tel:0261910012"]')
    send(browser, home, strength=Strength.LOW)
    text = browser.open("/absences/").text()
    assert "Absent jeudi 19" in text
    assert "Pas encore vu" in text


def test_the_unit_sees_it_and_says_so_and_the_family_reads_it(db, browser, home):
    send(browser, home, first_day="2026-11-18", how="late", hour="15:30", note="Train en panne")
    (one,) = kept(db)
    page = browser.sign_in(home.educator.account_id).open("/absences/")
    assert "arrive à 15" in page.text()
    assert "Train en panne" in page.text()
    assert page.statements <= 5
    browser.submit(f"/absences/{one.id}/vu", {})
    assert kept(db)[0].seen_by == home.educator.account_id
    browser.sign_in(home.mother.account_id)
    assert "Vu par l’unité" in browser.open("/absences/").text()
    assert "L’unité a vu votre annonce" in browser.open("/").text()


def test_the_unit_and_the_referent_are_told_and_nobody_else_at_work(db, browser, home):
    send(browser, home)
    told = set(db.scalars(select(Notice.account_id)))
    db.commit()
    assert told == {home.educator.account_id, home.referent.account_id}
    assert "Une absence est annoncée" in browser.sign_in(home.educator.account_id).open("/").text()


def test_the_other_parent_and_another_unit_read_nothing(db, browser, home):
    send(browser, home, note="Motdelamère")
    (one,) = kept(db)
    assert "Motdelamère" not in browser.sign_in(home.father.account_id).open("/absences/").answer.text
    browser.submit(f"/absences/{one.id}/retirer", {}, status=404)
    assert not db.scalars(visible(Absence, viewing(home.elsewhere))).all()
    db.commit()
    browser.sign_in(home.elsewhere.account_id).submit(f"/absences/{one.id}/vu", {}, status=404)
    assert kept(db)[0].seen_at is None


def test_a_family_does_not_say_that_the_unit_saw_it(db, browser, home):
    send(browser, home)
    (one,) = kept(db)
    browser.submit(f"/absences/{one.id}/vu", {}, status=404)
    assert kept(db)[0].seen_at is None


def test_nor_does_whoever_broke_a_glass_nor_a_weak_sign_in(db, browser, home):
    send(browser, home)
    (one,) = kept(db)
    glass = by_a_glass(db, home)
    browser.sign_in(glass.account_id).open("/absences/")
    browser.submit(f"/absences/{one.id}/vu", {}, status=404)
    browser.sign_in(home.educator.account_id, Strength.LOW).submit(f"/absences/{one.id}/vu", {}, status=403)
    assert kept(db)[0].seen_at is None


def test_it_is_taken_back_and_stays_crossed_out_for_the_unit(db, browser, home):
    send(browser, home)
    (one,) = kept(db)
    browser.sign_in(home.educator.account_id).submit(f"/absences/{one.id}/retirer", {}, status=404)
    browser.sign_in(home.mother.account_id)
    for _ in range(2):
        browser.submit(f"/absences/{one.id}/retirer", {})
    text = browser.sign_in(home.educator.account_id).open("/absences/").text()
    assert "Annonce retirée" in text
    assert sum("withdrawn" in kind for kind in db.scalars(select(Notice.kind))) == 2  # unit and referent, once each


def test_two_taps_announce_once_and_two_forms_twice(db, browser, home):
    key = uuid4()
    for _ in range(2):
        send(browser, home, form_key=key)
    assert len(kept(db)) == 1
    send(browser, home)
    assert len(kept(db)) == 2


def test_a_minor_does_not_announce_for_themselves_and_an_adult_does(db, browser, home):
    send(browser, home, who=home.child, status=404)
    grown = a_home(db, age=20, name="Léo")
    send(browser, grown, who=grown.child)
    send(browser, grown, who=grown.mother, status=404)
    assert [one.announced_by for one in kept(db)] == [grown.child.account_id]


def test_somebody_elses_child_is_not_there(db, browser, home):
    other = a_home(db, name="Zoé")
    send(browser, home, child=other.dossier.id, status=404)
    assert kept(db) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"first_day": "2026-11-17"}, "passé"),
        ({"first_day": "2027-11-19"}, "loin"),
        ({"last_day": "2026-11-18"}, "avant"),
        ({"last_day": "2027-01-18"}, "long"),
        ({"how": "late"}, "case"),
        ({"how": "late", "hour": "10:00", "first_day": "2026-11-18"}, "passé"),
        ({"how": "late", "hour": "10:00", "last_day": "2026-11-20"}, "un seul jour"),
        ({"why": ""}, "case"),
        ({"note": "x" * 201}, "long"),
        ({"first_day": "demain"}, "date"),
    ],
)
def test_what_cannot_be_used_says_what_to_do_and_loses_nothing(db, browser, home, wrong, says):
    page = send(browser, home, status=422, **({"note": "Un mot gardé"} | wrong))
    assert says in page.text("[role=alert]").lower()
    assert page.soup.select_one("textarea").text.strip() == wrong.get("note", "Un mot gardé")
    assert kept(db) == []


def test_what_is_over_leaves_both_pages(db, browser, home):
    send(browser, home)
    with clock.frozen(NOON + timedelta(days=2)):
        assert "Absent jeudi" not in browser.sign_in(home.mother.account_id).open("/absences/").text()
        assert "Inès" not in browser.sign_in(home.educator.account_id).open("/absences/").text()


def test_the_dui_gets_a_slot_its_own_way_and_its_withdrawal(db, sessions, browser, home, tmp_path):
    def leave():
        while run_once(sessions, handlers(Folder(tmp_path))):
            pass
        newest = max(tmp_path.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
        return json.loads(newest.read_text())["entry"][0]["resource"]

    send(browser, home, first_day="2026-11-19", how="late", hour="10:30")
    made = leave()
    assert made["resourceType"] == "Slot"
    assert made["serviceType"][0]["coding"][0]["code"] == "2"
    assert (made["start"][:16], made["end"][:16]) == ("2026-11-18T23:00", "2026-11-19T09:30")
    assert made["contained"][0]["actor"][0]["identifier"]["value"] == home.dossier.key
    (one,) = kept(db)
    browser.submit(f"/absences/{one.id}/retirer", {})
    assert leave()["status"] == "entered-in-error"
