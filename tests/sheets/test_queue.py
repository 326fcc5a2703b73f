"""The print queue: who reads on paper, what is to print, to hand over, and to print again when something changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.access.models import Post
from portal.access.queries import visible
from portal.core import clock
from portal.core.models import Account
from portal.planning.models import Bulletin, EventState
from portal.sheets import jobs
from portal.sheets.models import OnPaper, Sheet
from tests.factories import recomputed, staff, viewing
from tests.liaison.conftest import a_home, by_a_glass
from tests.planning.weeks import an_activity, here
from tests.sheets.conftest import MONDAY, print_one, read

WISH = {"mode": "easy", "menus": "y", "handing": "posted"}


@pytest.fixture
def on_paper(browser, week):
    """The mother gets the week on paper: the secretary wrote it down."""
    browser.sign_in(week.secretary.account_id)
    browser.submit(f"/feuilles/{week.dossier.id}", {"reader": str(week.mother.id), "act": "want"} | WISH)
    return week


def make(browser, week, *links):
    browser.sign_in(week.secretary.account_id)
    token = browser.open("/lecture").soup.select_one("input[name=csrf_token]")["value"]
    people = [str(one.id) for one in links]
    facts = {"csrf_token": token, "people": people, "le": MONDAY.isoformat()}
    return browser.client.post("/feuilles/imprimer", base_url="https://localhost", data=facts)


def listed(browser, week):
    return browser.sign_in(week.secretary.account_id).open("/feuilles").text()


def printed(sessions):
    with sessions() as other:
        return other.scalars(select(Sheet.id)).one()


def checked(db, sessions):
    db.commit()
    with sessions.begin() as other:
        jobs.check(other, {})
    with sessions() as other:
        return other.scalars(select(Sheet.changed_at)).one() is not None


def test_a_family_without_a_telephone_is_printed_handed_and_gone_from_the_list(sessions, browser, on_paper):
    page = browser.open("/feuilles")
    assert "1 feuille à imprimer" in page.text()
    assert "Inès Exemple, Les Érables · pour Nadia Exemple" in page.text().replace("\u00a0", " ")
    assert "Facile, avec des images, avec les menus · par la poste" in page.text()
    assert page.statements <= 6
    answer = make(browser, on_paper, on_paper.mother)
    assert "neurologue" in read(answer.data)
    assert "Images" in read(answer.data)  # whose they are
    assert "Tout est imprimé" in listed(browser, on_paper)
    sheet = printed(sessions)
    browser.submit("/feuilles/remises", {"sheets": str(sheet), "handing": "posted", "le": MONDAY.isoformat()})
    assert "Partie" in listed(browser, on_paper)


def test_the_queue_costs_the_same_for_one_and_for_three(db, browser, on_paper):
    one = browser.open("/feuilles").statements
    for link in (on_paper.father, on_paper.child):
        browser.submit(f"/feuilles/{on_paper.dossier.id}", {"reader": str(link.id), "act": "want"} | WISH)
    assert browser.open("/feuilles").statements == one


def test_a_family_asks_for_itself_and_stops(db, browser, week):
    browser.sign_in(week.father.account_id)
    browser.submit(f"/feuille/{week.dossier.id}/papier", {"mode": "", "handing": "handed"})
    assert "imprime la feuille chaque semaine" in browser.open(f"/feuille/{week.dossier.id}").text()
    assert "pour Karim Exemple" in listed(browser, week)
    browser.sign_in(week.father.account_id)
    browser.submit(f"/feuille/{week.dossier.id}/papier", {"stop": "1"})
    assert "Karim" not in listed(browser, week)


def test_the_other_parent_reads_nothing_of_the_paper(db, browser, on_paper):
    make(browser, on_paper, on_paper.mother)
    for model in (OnPaper, Sheet):
        assert db.scalars(visible(model, viewing(on_paper.mother))).all()
        assert not db.scalars(visible(model, viewing(on_paper.father))).all()
    db.commit()


@pytest.mark.parametrize("what", ["cancelled", "moved", "place", "new", "bulletin", "link"])
def test_what_changes_after_printing_is_to_be_printed_again(db, sessions, browser, on_paper, what):
    make(browser, on_paper, on_paper.mother)
    assert not checked(db, sessions)
    match what:
        case "cancelled":
            on_paper.doctor.state = EventState.CANCELLED
        case "moved":
            on_paper.doctor.starts_at += timedelta(hours=1)
        case "place":
            on_paper.doctor.place = "Hôpital Trousseau"
        case "new":
            an_activity(db, on_paper.dossier, "Cheval", here(15), day_after(15))
        case "bulletin":
            db.execute(update(Bulletin).values(withdrawn_at=here(11)))
        case "link":
            on_paper.mother.ends_at = here(11)
            recomputed(db, on_paper.dossier)
    db.commit()
    assert checked(db, sessions)
    if what != "link":
        assert "À réimprimer" in listed(browser, on_paper)
        with clock.frozen(here(13)):
            make(browser, on_paper, on_paper.mother)
            assert "À réimprimer" not in listed(browser, on_paper)


def day_after(hour):
    return here(hour) + timedelta(hours=1)


def test_what_is_over_changes_nothing_of_a_sheet(db, sessions, browser, on_paper):
    make(browser, on_paper, on_paper.mother)
    on_paper.pool.state = EventState.DONE
    an_activity(db, on_paper.dossier, "Hier", here(9) - timedelta(days=1), here(10) - timedelta(days=1))
    db.commit()
    assert not checked(db, sessions)


def test_what_its_reader_may_not_see_is_no_change_either(db, sessions, browser, on_paper):
    make(browser, on_paper, on_paper.mother)
    an_activity(db, on_paper.dossier, "Visite du père", here(16), private_to=on_paper.father.account_id)
    db.commit()
    assert not checked(db, sessions)


def test_nothing_ticked_is_said(browser, on_paper):
    answer = make(browser, on_paper)
    assert answer.status_code == 422


def test_families_and_other_units_see_no_queue(browser, on_paper):
    for who in (on_paper.mother, on_paper.elsewhere):
        browser.sign_in(who.account_id).open("/feuilles", status=404)
    browser.open(f"/feuilles/{on_paper.dossier.id}", status=404)


def test_a_sheet_of_somebody_else_is_not_handed_over(sessions, browser, on_paper):
    print_one(browser, on_paper, on_paper.secretary, on_paper.mother)
    sheet = printed(sessions)
    for who in (on_paper.elsewhere, on_paper.father, on_paper.mother):
        browser.sign_in(who.account_id)
        browser.submit("/feuilles/remises", {"sheets": str(sheet), "handing": "handed"}, status=404)


def test_nor_one_of_their_own_child_or_of_whose_glass_they_broke(db, sessions, browser, on_paper):
    print_one(browser, on_paper, on_paper.secretary, on_paper.mother)
    sheet, other, glass = printed(sessions), a_home(db, name="Léo"), by_a_glass(db, on_paper)
    for one in (on_paper.mother, glass):
        staff(db, other.dossier, Post.EDUCATION, to_dossier=True, account=db.get(Account, one.account_id))
    db.commit()
    for one in (on_paper.mother, glass):
        browser.sign_in(one.account_id)
        browser.submit("/feuilles/remises", {"sheets": str(sheet), "handing": "handed"}, status=404)
