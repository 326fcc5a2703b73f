"""« Vu par… » : staff look through somebody else's eyes, read only what both may read, and leave a line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.access import services
from portal.access.models import Kind, LogEntry, Means, Post
from portal.access.words import Action, Strength
from portal.core import clock
from portal.core.models import Account, Establishment
from portal.inbox.models import Notice, NoticeKind
from portal.inbox.services import tell
from tests.factories import NOON, a_dossier, a_link, a_parent, a_unit, an_account, an_event, staff
from tests.planning.test_pages import named
from tests.why.test_why import MODES, a_family


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def world(db):
    """A mother, an educator of the dossier, and three rendez-vous: for both, for her alone, for them alone."""
    dossier, mother, father, child, _aunt = a_family(db)
    educator = staff(db, dossier, Post.EDUCATION, to_dossier=True)
    both = an_event(db, dossier, title="Dentiste")
    hers = an_event(db, dossier, title="Audience", nature="justice")
    theirs = an_event(db, dossier, title="Réservé", held_until=NOON + timedelta(days=30))
    db.commit()
    return {"dossier": dossier, "mother": mother, "father": father, "child": child, "educator": educator,
            "both": both, "hers": hers, "theirs": theirs}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_an_educator_reads_what_both_may_read(browser, world, mode):
    browser.sign_in(world["educator"].account_id).reading(mode)
    page = browser.open(f"/rendez-vous/?vu_par={world['mother'].id}")
    text = page.text()
    assert "dentiste" in text.lower()
    assert "Audience" not in text
    assert "Réservé" not in text
    assert "Claire Exemple" in text  # whose eyes
    assert "Ce qui est privé" in text


def test_the_sentence_about_private_things_is_always_there(db, browser, world):
    """Were it shown only when something is left out, it would tell that something is."""
    dossier = named(db, "Paul", establishment=db.get(Establishment, world["dossier"].establishment_id))
    other = a_parent(db, dossier)
    educator = world["educator"]
    a_link(db, dossier, Kind.STAFF, post=Post.EDUCATION, account=db.get(Account, educator.account_id))
    db.commit()
    browser.sign_in(educator.account_id)
    pages = [
        browser.open(f"/?vu_par={one.id}").text("section[aria-labelledby=vu-par] p") for one in (world["mother"], other)
    ]
    assert pages[0] == pages[1] != ""


def test_every_link_of_the_page_stays_in_the_same_eyes(browser, world):
    page = browser.sign_in(world["educator"].account_id).open(f"/?vu_par={world['mother'].id}")
    inside = [link for link in page.links() if link.startswith("/rendez-vous")]
    assert inside
    assert all(f"vu_par={world['mother'].id}" in link for link in inside)
    assert not [link for link in page.links() if link.startswith(("/reception", "/nouveau", "/pourquoi"))]


def test_the_line_says_who_looked_and_as_whom(db, browser, world):
    browser.sign_in(world["educator"].account_id).open(f"/rendez-vous/?vu_par={world['mother'].id}")
    line = db.scalars(select(LogEntry).order_by(LogEntry.at.desc())).first()
    assert (line.account_id, line.seen_as) == (world["educator"].account_id, world["mother"].account_id)


def test_news_of_somebody_else_are_not_read_for_them(db, browser, world):
    tell(db, world["mother"].account_id, NoticeKind.APPOINTMENT_ADDED, about=world["both"])
    shown = db.scalars(select(Notice.id)).one()
    db.commit()
    assert browser.sign_in(world["mother"].account_id).open("/").soup.select("form[action^='/nouveau']")
    page = browser.sign_in(world["educator"].account_id).open(f"/?vu_par={world['mother'].id}")
    assert not page.soup.select("form[action^='/nouveau']")
    browser.submit(f"/nouveau?vu_par={world['mother'].id}", {"shown": shown}, status=404)
    assert db.scalars(select(Notice.read_at)).one() is None
    db.commit()


@pytest.mark.parametrize(
    "path", ["/mes-liens", "/qui-a-regarde/", "/bris-de-glace", "/pourquoi/{dossier}", "/vu-par/{dossier}"]
)
def test_a_page_that_is_nobody_else_s_is_no_page_in_their_eyes(browser, world, path):
    path = path.format(dossier=world["dossier"].id)
    browser.sign_in(world["educator"].account_id).open(path)
    browser.open(f"{path}?vu_par={world['mother'].id}", status=404)


def refused(browser, who, link_id):
    browser.sign_in(who).open(f"/rendez-vous/?vu_par={link_id}", status=404)
    return True


def test_nobody_else_looks_through_anybody(db, browser, world):
    mother, father, child = world["mother"], world["father"], world["child"]
    dossier = world["dossier"]
    place = db.get(Establishment, dossier.establishment_id)
    elsewhere = staff(db, a_dossier(db), Post.MANAGEMENT)
    other_unit = staff(db, dossier, Post.EDUCATION, unit_id=a_unit(db, place).id)
    cook = staff(db, dossier, Post.KITCHEN)
    db.commit()
    for who in (father, child, elsewhere, other_unit, cook):
        assert refused(browser, who.account_id, mother.id)


def test_nobody_looks_through_staff_or_through_a_link_that_is_over(db, browser, world):
    educator = world["educator"]
    director = staff(db, world["dossier"], Post.MANAGEMENT)
    aunt = a_link(db, world["dossier"], Kind.RELATIVE)
    services.end(db, aunt)
    account = an_account(db)
    db.commit()
    for link_id in (director.id, aunt.id, educator.id, account.id, "nonsense"):
        assert refused(browser, educator.account_id, link_id)


def test_a_weak_sign_in_looks_through_nobody(browser, world):
    browser.sign_in(world["educator"].account_id, Strength.LOW)
    page = browser.open(f"/rendez-vous/?vu_par={world['mother'].id}", status=403)
    assert "Dentiste" not in page.text()


def test_staff_choose_whose_eyes_and_read_what_families_opened(browser, world):
    browser.sign_in(world["mother"].account_id).open("/rendez-vous/")
    browser.sign_in(world["educator"].account_id)
    page = browser.open(f"/vu-par/{world['dossier'].id}")
    assert f"/?vu_par={world['mother'].id}" in page.links()
    opened = page.text("section[aria-labelledby=ouvert]")
    assert "Claire Exemple" in opened
    assert "aujourd’hui" in opened
    assert "Julien Exemple N’a rien ouvert." in opened


def test_what_a_family_printed_counts_as_opened(db, browser, world):
    """Its line says rows: « appointments:health »."""
    mother = world["mother"]
    facts = {"dossier_id": world["dossier"].id, "establishment_id": world["dossier"].establishment_id}
    facts |= {"action": Action.VIEW, "strength": 3, "endpoint": "sheet", "request_id": "x", "means": Means.PAPER}
    named = "appointments:health planning"
    db.add(LogEntry(**facts, account_id=mother.account_id, categories=named, kind=Kind.PARENT, post=Post.NONE, at=NOON))
    db.commit()
    page = browser.sign_in(world["educator"].account_id).open(f"/vu-par/{world['dossier'].id}")
    assert "aujourd’hui" in page.text("section[aria-labelledby=ouvert]")


def test_families_meet_no_such_page(browser, world):
    browser.sign_in(world["mother"].account_id).open(f"/vu-par/{world['dossier'].id}", status=404)
