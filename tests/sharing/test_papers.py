"""Paper: one tagged page, the words of the screen, a number that only this portal can print."""

from __future__ import annotations

from datetime import date, timedelta

import pypdfium2
import pytest

from portal.access import granting
from portal.access.models import Kind
from portal.access.words import Strength
from portal.connectors import paper
from portal.core import clock
from portal.sharing import signing
from tests.browsing import BASE
from tests.factories import NOON, a_link, an_account
from tests.sharing.scenes import PLANNING, a_family, decide


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def family(db):
    made = a_family(db)
    db.commit()
    return made


class Read:
    """A PDF, opened by a reader that is not its writer."""

    def __init__(self, raw: bytes) -> None:
        self.document = pypdfium2.PdfDocument(raw)
        self.pages = len(self.document)
        self.text = " ".join(" ".join(page.get_textpage().get_text_range() for page in self.document).split())
        self.is_tagged = self.document.is_tagged()

    @property
    def number(self) -> str:
        return next(word for word in self.text.split() if word.count("-") == 3)


def fetch(browser, url):
    answer = browser.client.get(url, base_url=BASE)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    return Read(answer.data)


def test_the_chart_is_one_tagged_page_with_the_words_of_the_screen(db, browser, family):
    granting.agree(
        db, to=family.granny, rows=[PLANNING], by=family.mother.account_id, ends_at=NOON + timedelta(days=12)
    )
    decide(db, family, parent__plan=True)
    db.commit()
    read = fetch(browser.sign_in(family.mother.account_id), f"{family.url}/papier")
    assert (read.pages, read.is_tagged) == (1, True)
    for said in ("Qui voit quoi pour Inès", "Samia Mère, parent", "Semaine", "Accord donné", "30/11/2026", "n° 1"):
        assert said in read.text.replace("\u00a0", " "), said
    assert read.number.startswith("1-20261118-")


def test_a_crowded_chart_still_fits_one_page(db, browser, family):
    for number in range(8):
        a_link(db, family.dossier, Kind.RELATIVE, account=an_account(db, f"Proche Numéro {number}"))
    db.commit()
    assert fetch(browser.sign_in(family.mother.account_id), f"{family.url}/papier").pages == 1


def test_a_paper_says_no_more_than_the_screen_of_whoever_prints_it(browser, family):
    read = fetch(browser.sign_in(family.granny.account_id), f"{family.url}/papier")
    assert "Odette" in read.text
    assert "Samia" not in read.text
    browser.sign_in(family.educator.account_id).open(f"{family.url}/papier", status=404)
    browser.sign_in(family.mother.account_id, Strength.LOW).open(f"{family.url}/papier", status=403)


def test_a_receipt_says_what_to_whom_by_whom_and_until_when(db, browser, family):
    given = granting.agree(db, to=family.granny, rows=[PLANNING], by=family.mother.account_id)
    db.commit()
    read = fetch(browser.reading("easy").sign_in(family.mother.account_id), f"/accords/{given[0].receipt}/papier")
    assert (read.pages, read.is_tagged) == (1, True)
    for said in ("Odette Grand-Mère", "Inès", "Samia Mère", "Semaine", "18 novembre 2026", "OpenMoji"):
        assert said in read.text.replace("\u00a0", " "), said


def test_the_number_is_known_again_and_another_is_not(browser, family):
    number = fetch(browser.sign_in(family.mother.account_id), f"{family.url}/papier").number
    browser.client.get("/sortir", base_url=BASE)
    assert "vient d’ici" in browser.open(f"/partage/verifier?numero={number}").text("#reponse")
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert "ne connaissons pas" in browser.open(f"/partage/verifier?numero={wrong}").text("#reponse")


def test_two_papers_that_say_the_same_share_their_middle_and_others_do_not(db, browser, family):
    mother = browser.sign_in(family.mother.account_id)
    first = fetch(mother, f"{family.url}/papier").number
    with clock.frozen(NOON + timedelta(days=1)):
        mother.sign_in(family.mother.account_id)
        second = fetch(mother, f"{family.url}/papier").number
        granting.agree(db, to=family.granny, rows=[PLANNING], by=family.mother.account_id)
        db.commit()
        third = fetch(mother, f"{family.url}/papier").number
    assert first.split("-")[2] == second.split("-")[2] != third.split("-")[2]
    assert first != second


def test_a_picture_without_words_and_a_template_that_is_none_are_refused():
    with pytest.raises(LookupError):
        paper.compile("../base", {})
    with pytest.raises(paper.PaperRefused):
        paper.compile("chart", {"title": "Sans le reste", "lang": "fr"})


# The number itself

SECRET = "s" * 40
DAY = date(2026, 11, 22)


def test_a_number_says_its_version_its_day_and_its_digest():
    said = signing.digest({"a": 1})
    assert signing.read(SECRET, signing.number(SECRET, 7, DAY, said)) == signing.Signed(7, DAY, said)


def test_small_letters_spaces_and_letters_that_look_alike_are_forgiven():
    number = signing.number(SECRET, 7, DAY, "0101ABCD")
    typed = f" {number.lower().replace('0101', 'oiol')} "
    assert signing.read(SECRET, typed) == signing.Signed(7, DAY, "0101ABCD")


@pytest.mark.parametrize("place", range(len("7-20261122-0101ABCD-XXXXXXXX")))
def test_a_number_altered_anywhere_is_not_ours(place):
    number = signing.number(SECRET, 7, DAY, "0101ABCD")
    other = "1" if number[place] not in "1-" else "2" if number[place] == "1" else "."
    assert signing.read(SECRET, number[:place] + other + number[place + 1 :]) is None


@pytest.mark.parametrize("written", ["", "7", "7-20261122-0101ABCD", "7-20261122-0101ABCD-0000000", "x" * 5000])
def test_what_is_no_number_is_not_ours(written):
    assert signing.read(SECRET, written) is None


def test_another_portal_s_number_is_not_ours():
    assert signing.read("t" * 40, signing.number(SECRET, 7, DAY, "0101ABCD")) is None


def test_a_digest_minds_what_is_said_and_not_the_order():
    assert signing.digest({"a": 1, "b": 2}) == signing.digest({"b": 2, "a": 1}) != signing.digest({"a": 1, "b": 3})
