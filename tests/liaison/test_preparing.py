"""« Préparer ce rendez-vous » : what staff write, for whom, and the sheet of it; nobody reads what is kept."""

from __future__ import annotations

import pypdfium2
import pytest
from sqlalchemy import func, select

from portal.access import limiting
from portal.access.models import LogEntry
from portal.access.queries import visible
from portal.access.sharing import Against, Source
from portal.access.words import Strength
from portal.liaison.models import Preparation
from portal.planning.models import EventState
from tests.browsing import BASE
from tests.factories import viewing
from tests.liaison.conftest import a_home

MODES = ("", "easy", "pictures")


def write(browser, home, who=None, status=303, **fields):
    said = {
        "questions": "Dort-il mieux ?\nA-t-il mal ?",
        "questions_to": "staff",
        "documents": "Le carnet de santé",
        "documents_to": "parents",
    }
    browser.sign_in((who or home.educator).account_id)
    return browser.submit(f"/rendez-vous/{home.event.id}/preparer", said | fields, status=status)


def read(browser, home, who, strength=Strength.SUBSTANTIAL):
    return browser.sign_in(who.account_id, strength).open(f"/rendez-vous/{home.event.id}")


def sheet(browser, home, who, status=200):
    browser.sign_in(who.account_id)
    answer = browser.client.get(f"/rendez-vous/{home.event.id}/papier", base_url=BASE)
    assert answer.status_code == status
    return answer


def words(answer):
    with pypdfium2.PdfDocument(answer.data) as document:
        return " ".join(" ".join(one.get_textpage().get_text_bounded() for one in document).split())


@pytest.mark.parametrize("mode", MODES)
def test_a_parent_reads_what_is_published_and_nothing_of_what_is_kept(db, browser, home, mode):
    write(browser, home)
    page = read(browser.reading(mode), home, home.mother)
    assert "Le carnet de santé" in page.text("#preparation")
    assert "Dort-il mieux" not in page.answer.text
    assert page.statements <= 5  # session, scope, log, and two
    kept = db.scalars(visible(Preparation, viewing(home.mother), Preparation.text)).all()
    assert kept == ["Le carnet de santé"]


def test_the_young_person_reads_what_is_for_both_and_not_what_is_for_parents(db, browser, home):
    write(browser, home, questions_to="both")
    text = read(browser, home, home.child, Strength.ACCOMPANIED).text("#preparation")
    assert "A-t-il mal" in text
    assert "carnet" not in text


def test_staff_of_the_unit_read_all_of_it_and_for_whom_it_is(db, browser, home):
    write(browser, home)
    text = read(browser, home, home.referent).text("#preparation")
    assert "Dort-il mieux ?" in text
    assert "L’équipe seule le lit." in text
    assert "Les parents le lisent." in text
    assert not read(browser, home, home.mother).soup.select("a[href$=preparer]")


def test_what_is_published_can_be_kept_again_and_what_is_emptied_is_gone(db, browser, home):
    write(browser, home)
    write(browser, home, documents_to="staff")
    assert not read(browser, home, home.mother).soup.select("#preparation")
    write(browser, home, who=home.referent, questions="", documents="")
    assert not read(browser, home, home.referent).soup.select("#preparation")
    assert db.scalar(select(func.count()).select_from(Preparation)) == 2


def test_families_and_other_units_prepare_nothing(db, browser, home):
    for who in (home.mother, home.child, home.elsewhere, home.nurse):
        if who is not home.nurse:
            write(browser, home, who=who, status=404)
            browser.open(f"/rendez-vous/{home.event.id}/preparer", status=404)
    assert not db.scalars(select(Preparation)).all()


def test_too_much_is_refused_and_nothing_typed_is_lost(db, browser, home):
    page = write(browser, home, status=422, questions="é" * 2001)
    assert page.soup.select(".k-no")
    assert page.soup.select_one("#documents").text.strip() == "Le carnet de santé"
    assert "é" * 2001 in page.soup.select_one("#questions").text
    assert write(browser, home, status=422, questions_to="tout le monde").soup.select(".k-no")


def test_a_weak_sign_in_reads_nothing_of_it_nor_its_sheet(db, browser, home):
    home.event.nature = "health"
    db.commit()
    write(browser, home, who=home.referent)
    page = read(browser, home, home.mother, Strength.LOW)
    assert "carnet" not in page.answer.text
    assert not page.soup.select("a[href$=papier]")


def test_under_a_contact_ban_nothing_written_is_read(db, browser, home):
    """Of health, the hour is still told: what somebody wrote may say where."""
    home.event.nature = "health"
    db.commit()
    write(browser, home, who=home.referent)
    limiting.restrict(
        db,
        home.dossier,
        source=Source.CONTACT_BAN,
        against=Against.ONE,
        account_id=home.father.account_id,
        rows=(),
        proof="Ordonnance",
        by=home.secretary.account_id,
    )
    db.commit()
    assert "carnet" not in read(browser, home, home.father).answer.text


@pytest.mark.parametrize("mode", MODES)
def test_the_sheet_says_what_its_reader_reads_and_leaves_a_line(db, browser, home, mode):
    write(browser, home)
    browser.reading(mode)
    said = words(sheet(browser, home, home.mother))
    assert "Équipe de suivi" in said
    assert "19 novembre" in said
    assert "Le carnet de santé" in said
    assert "Dort-il" not in said
    assert "Dort-il mieux" in words(sheet(browser, home, home.educator))
    lines = db.scalars(select(LogEntry.account_id).where(LogEntry.endpoint == "preparing.paper")).all()
    assert lines == [home.mother.account_id, home.educator.account_id]


def test_a_stranger_has_no_sheet(db, browser, home):
    sheet(browser, home, a_home(db, name="Zoé").mother, status=404)


def test_a_cancelled_rendez_vous_asks_nobody_to_bring_anything(db, browser, home):
    write(browser, home)
    home.event.state = EventState.CANCELLED
    db.commit()
    assert "carnet" not in read(browser, home, home.mother).answer.text
    assert "carnet" not in words(sheet(browser, home, home.mother))
    assert "carnet" in read(browser, home, home.educator).answer.text
