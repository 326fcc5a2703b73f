"""« Pourquoi je vois cette page ? Qui d’autre la voit ? » answers from the decision, and tells no more."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.access import granting, limiting
from portal.access.models import Authority, Kind, LogEntry, Post
from portal.access.perimeter import Category, Nature
from portal.access.sharing import Against, Source
from portal.access.words import Strength
from portal.core import clock
from portal.core.models import Account, Establishment, HiddenFrom
from tests.factories import NOON, a_dossier, a_link, a_parent, an_account, an_event, at_once, staff, the_young_person
from tests.planning.test_pages import named

MODES = ("", "easy", "pictures")
WEEK = (Category.PLANNING, Nature.NONE)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@at_once()
def a_family(db):
    dossier = named(db, "Inès")
    mother = a_parent(db, dossier, account=an_account(db, "Claire Exemple"))
    father = a_parent(db, dossier, account=an_account(db, "Julien Exemple"))
    child = the_young_person(db, dossier, account=an_account(db, "Inès Exemple"))
    aunt = a_link(db, dossier, Kind.RELATIVE, account=an_account(db, "Tante Exemple"))
    return dossier, mother, father, child, aunt


def people(page):
    """Who is listed, with what is said they see."""
    rows = list(page.soup.select("section[aria-labelledby=qui] li"))
    return {row.span.get_text(" ", strip=True): row.select_one(".state").get_text(strip=True) for row in rows}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", ["/", "/rendez-vous/", "/rendez-vous/{event}"])
def test_every_page_about_somebody_asks_both_questions_at_its_foot(db, browser, mode, path):
    dossier, mother, *_ = a_family(db)
    event = an_event(db, dossier)
    db.commit()
    page = browser.sign_in(mother.account_id).reading(mode).open(path.format(event=event.id))
    (why, who) = [link for link in page.links() if link.startswith("/pourquoi")]
    answer = browser.open(why)
    assert "Pourquoi" in answer.text("h1")
    assert who == why + "#qui"
    assert "Retour" in answer.text()
    assert path.format(event=event.id) in answer.links()


@pytest.mark.parametrize("mode", MODES)
def test_a_mother_reads_why_and_who_else(db, browser, mode):
    dossier, mother, *_ = a_family(db)
    staff(db, dossier, Post.MANAGEMENT)
    db.commit()
    page = browser.sign_in(mother.account_id).reading(mode).open(f"/pourquoi/{dossier.id}?rubriques=planning")
    text = page.text()
    assert "livret de famille, 2026" in text.lower()
    assert "2032" in text  # the eighteenth birthday
    listed = people(page)
    (julien,) = [sees for who, sees in listed.items() if who.startswith("Julien Exemple parent")]
    assert julien == listed["Inès"] != listed["Tante Exemple proche"]
    assert any(who == "Direction" for who in listed)


def test_the_answer_follows_the_decision_at_the_next_request(db, browser):
    dossier, mother, _father, _child, aunt = a_family(db)
    db.commit()
    path = f"/pourquoi/{dossier.id}?rubriques=planning"
    assert people(browser.sign_in(mother.account_id).open(path))["Tante Exemple proche"] == "Ne la voit pas"
    given = granting.agree(db, to=aunt, rows=[WEEK], by=mother.account_id)
    db.commit()
    assert people(browser.open(path))["Tante Exemple proche"] == "La voit"
    granting.withdraw(db, given, by=mother.account_id)
    db.commit()
    assert people(browser.open(path))["Tante Exemple proche"] == "Ne la voit pas"


def test_an_aunt_reads_who_agreed_and_is_told_no_name_but_that(db, browser):
    dossier, mother, _father, _child, aunt = a_family(db)
    granting.agree(db, to=aunt, rows=[WEEK], by=mother.account_id)
    db.commit()
    page = browser.sign_in(aunt.account_id).open(f"/pourquoi/{dossier.id}?rubriques=planning")
    assert "accord de Claire Exemple" in page.text()
    assert "Julien" not in page.text()
    assert "Inès" not in page.text()  # the name is not among what was agreed to


def test_one_thing_hidden_from_somebody_is_said_to_be(db, browser):
    dossier, mother, *_ = a_family(db)
    event = an_event(db, dossier, hidden_from=HiddenFrom.PATIENT)
    db.commit()
    page = browser.sign_in(mother.account_id).open(f"/rendez-vous/{event.id}")
    why = next(link for link in page.links() if link.startswith("/pourquoi"))
    listed = people(browser.open(why))
    assert listed["Inès"] == "Ne la voit pas"
    assert listed["Julien Exemple parent"] == "La voit"


def test_somebody_under_a_contact_ban_is_told_of_no_family(db, browser):
    dossier, _mother, father, *_ = a_family(db)
    social = staff(db, dossier, Post.SOCIAL_WORK)
    limiting.restrict(
        db, dossier, source=Source.CONTACT_BAN, against=Against.ONE, account_id=father.account_id, rows=[],
        proof="ordonnance du 3 novembre 2026", by=social.account_id,
    )  # fmt: skip
    db.commit()
    page = browser.sign_in(father.account_id).open(f"/pourquoi/{dossier.id}?rubriques=appointments")
    assert "Claire" not in page.text()
    assert "Tante" not in page.text()
    assert "ordonnance" not in page.text()
    assert "Inès" in people(page)


def test_what_holds_the_other_parent_alone_changes_no_word_for_this_one(db, browser):
    """And the page always says that protection may close more, so that nobody takes it for a promise."""
    dossier, mother, father, child, _aunt = a_family(db)
    social = staff(db, dossier, Post.SOCIAL_WORK)
    db.commit()
    path = f"/pourquoi/{dossier.id}?rubriques=planning"
    before = browser.sign_in(mother.account_id).open(path).text()
    limiting.restrict(
        db, dossier, source=Source.COURT_ORDER, against=Against.ONE, account_id=father.account_id, rows=[WEEK],
        proof="ordonnance du 3 novembre 2026", by=social.account_id,
    )  # fmt: skip
    db.commit()
    assert browser.open(path).text() == before
    assert "peuvent fermer davantage" in before
    theirs = browser.sign_in(child.account_id).open(path)
    assert people(theirs)["Julien Exemple parent"] == "Ne la voit pas"


@pytest.mark.parametrize("source", [Source.FREEZE, Source.OPPOSITION, None])
def test_why_something_is_closed_is_said_in_the_same_words_whatever_the_reason(db, browser, source):
    """An opposition, a freeze, a closed cell: what a parent reads must not tell them apart."""
    dossier, mother, *_ = a_family(db)
    director, nurse = staff(db, dossier, Post.MANAGEMENT), staff(db, dossier, Post.CARE)
    health = (Category.APPOINTMENTS, Nature.HEALTH)
    if source is None:
        from portal.access.opening import decide_perimeter

        decide_perimeter(db, dossier.establishment_id, {("parent", health): False}, by=director.account_id, because="—")
    else:
        by = director if source is Source.FREEZE else nurse
        limiting.restrict(
            db, dossier, source=source, against=Against.REPRESENTATIVES, rows=[health], proof="entretien du 17",
            by=by.account_id,
        )  # fmt: skip
    db.commit()
    page = browser.sign_in(mother.account_id).open(f"/pourquoi/{dossier.id}?rubriques=planning")
    closed = page.text("section[aria-labelledby=ferme]")
    assert "Rendez-vous de santé Fermé" in closed
    assert "Le portail ne dit pas lequel" in closed
    assert "entretien" not in page.text()


def test_a_stranger_and_nobody_meet_the_page_of_a_thing_that_does_not_exist(db, browser):
    dossier, *_ = a_family(db)
    stranger = a_parent(db, a_dossier(db, db.get(Establishment, dossier.establishment_id)))
    db.commit()
    browser.sign_in(stranger.account_id)
    theirs = browser.open(f"/pourquoi/{dossier.id}", status=404)
    absent = browser.open(f"/pourquoi/{uuid4()}", status=404)
    assert theirs.statements == absent.statements


@pytest.mark.parametrize("asked", ["event.{hidden}", "event.nonsense", "event.{absent}", "event.{other}"])
def test_a_thing_one_may_not_read_is_no_thing_to_ask_about(db, browser, asked):
    dossier, mother, *_ = a_family(db)
    hidden = an_event(db, dossier, held_until=NOON + timedelta(days=9))
    sibling = named(db, "Paul")
    a_parent(db, sibling, account=db.get(Account, mother.account_id))
    other = an_event(db, sibling)
    db.commit()
    browser.sign_in(mother.account_id)
    path = asked.format(hidden=hidden.id, absent=uuid4(), other=other.id)
    browser.open(f"/pourquoi/{dossier.id}?chose={quote(path)}", status=404)


def test_nonsense_in_the_address_is_no_failure(db, browser):
    dossier, mother, *_ = a_family(db)
    db.commit()
    page = browser.sign_in(mother.account_id).open(
        f"/pourquoi/{dossier.id}?rubriques=..x.%00&chose=x.y&de=//evil.example"
    )
    assert not [link for link in page.links() if link.startswith(("//", "http"))]


def test_several_children_are_asked_about_one_by_one_and_nobody_else(db, browser):
    dossier, mother, *_ = a_family(db)
    account = db.get(Account, mother.account_id)
    sibling, elsewhere = named(db, "Paul"), named(db, "Lou")
    a_parent(db, sibling, account=account)
    db.commit()
    page = browser.sign_in(mother.account_id).open("/")
    a_parent(db, elsewhere, account=account)  # reached since: the page asked about did not show her
    db.commit()
    why = next(link for link in page.links() if link.startswith("/pourquoi"))
    chosen = browser.open(why)
    assert {"Inès", "Paul"} <= set(chosen.text().split())
    assert "Lou" not in chosen.text()
    assert len([link for link in chosen.links() if link.startswith("/pourquoi/")]) == 2
    read = set(db.scalars(select(LogEntry.dossier_id).where(LogEntry.endpoint == "why.several")))
    assert read == {dossier.id, sibling.id}


@pytest.mark.parametrize("jeunes", ["", "x", "é" * 22, "A" * 22, "A" * 9999])
def test_nobody_is_asked_about_by_nonsense(db, browser, jeunes):
    _dossier, mother, *_ = a_family(db)
    db.commit()
    page = browser.sign_in(mother.account_id).open(f"/pourquoi/?jeunes={quote(jeunes)}")
    assert "Inès" not in page.text()


@pytest.mark.parametrize("strength", list(Strength))
def test_a_weak_sign_in_is_told_that_a_stronger_one_shows_more(db, browser, strength):
    dossier, mother, *_ = a_family(db)
    db.commit()
    page = browser.sign_in(mother.account_id, strength).open(f"/pourquoi/{dossier.id}?rubriques=identity")
    told = "il faut une connexion plus sûre" in page.text().replace("\u00a0", " ")
    assert told is (strength is not Strength.SUBSTANTIAL)


def test_as_many_statements_for_two_people_as_for_twenty(db, browser):
    dossier, mother, *_ = a_family(db)
    db.commit()
    browser.sign_in(mother.account_id)
    few = browser.open(f"/pourquoi/{dossier.id}").statements
    for _ in range(18):
        a_link(db, dossier, Kind.RELATIVE)
    db.commit()
    assert browser.open(f"/pourquoi/{dossier.id}").statements == few


def test_a_parent_who_is_only_informed_is_told_of_no_other_family(db, browser):
    dossier, *_ = a_family(db)
    staff(db, dossier, Post.MANAGEMENT)
    informed = a_parent(db, dossier, Authority.INFORMED, account=an_account(db, "Marc Exemple"))
    db.commit()
    page = browser.sign_in(informed.account_id).open(f"/pourquoi/{dossier.id}")
    assert "Claire" not in page.text()
    assert list(people(page)) == ["Direction"]


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("mother", {"/partage/", "/qui-a-regarde/"}),
        ("child", {"/partage/", "/qui-a-regarde/"}),
        ("aunt", {"/partage/"}),
        ("director", {"/partage/", "/qui-a-regarde/", "/vu-par/"}),
        ("referent", {"/partage/", "/vu-par/"}),
        ("educator", {"/vu-par/"}),
        ("cook", set()),
    ],
)
def test_the_page_leads_on_to_what_this_reader_may_open_and_nowhere_else(db, browser, who, offered):
    dossier, mother, _father, child, aunt = a_family(db)
    people_ = {
        "mother": mother,
        "child": child,
        "aunt": aunt,
        "director": staff(db, dossier, Post.MANAGEMENT),
        "referent": staff(db, dossier, Post.EDUCATION, to_dossier=True, referent=True),
        "educator": staff(db, dossier, Post.EDUCATION, to_dossier=True),
        "cook": staff(db, dossier, Post.KITCHEN),
    }
    db.commit()
    page = browser.sign_in(people_[who].account_id).open(f"/pourquoi/{dossier.id}?rubriques=menus")
    links = [str(link["href"]) for link in page.soup.select("main ul.acts a")]
    assert {"/" + link.split("/")[1] + "/" for link in links} == offered
    for link in links:
        browser.open(link)
