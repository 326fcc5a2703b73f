"""Two taps: an agreement is given, taken back, ended; at once, by whoever may, and told to the DUI."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.access import granting
from portal.access.models import Kind, LogEntry
from portal.access.sharing import Agreement
from portal.access.words import Strength
from portal.core import clock
from portal.core.jobs import Job
from tests.factories import NOON, a_link, an_account
from tests.sharing.scenes import PLANNING, a_family

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def family(db):
    made = a_family(db)
    db.commit()
    return made


def sent(db):
    rows = db.scalars(select(Job).where(Job.kind == "deliver:consent").order_by(Job.created_at)).all()
    db.commit()
    return [row.args["status"] for row in rows]


def week(family):
    return family.cell(family.granny, "planning")


def test_two_taps_share_the_week_with_a_grandmother(db, browser, family):
    mother = browser.sign_in(family.mother.account_id)
    said = mother.open(week(family)).text()
    assert "Odette Grand-Mère verra l’emploi du temps, les nuits, les transports et les absences, pour Inès" in said
    mother.submit(f"{week(family)}/donner", {"until": ""})
    page = mother.open(week(family))
    assert "Accord donné" in page.text()
    assert "Accord de Samia Mère" in page.text()
    one = db.scalars(select(Agreement)).one()
    assert (one.given_by, one.capacity, one.ends_at) == (family.mother.account_id, "parent_full", None)
    db.commit()
    assert sent(db) == ["active"]


def test_the_grandmother_reads_at_once_and_no_longer_at_once(db, browser, family):
    mother = browser.sign_in(family.mother.account_id)
    mother.submit(f"{week(family)}/donner", {})
    assert "Accord donné" in browser.sign_in(family.granny.account_id).open(family.url).text()
    browser.sign_in(family.mother.account_id).submit(f"{week(family)}/retirer", {})
    assert "Accord donné" not in browser.sign_in(family.granny.account_id).open(family.url).text()
    assert sent(db) == ["active", "inactive"]


def test_the_last_day_counts_and_the_next_does_not(db, browser, family):
    browser.sign_in(family.mother.account_id).submit(f"{week(family)}/donner", {"until": "2026-11-20"})
    assert db.scalars(select(Agreement.ends_at)).one() == clock.midnight((NOON + 3 * DAY).date(), "Europe/Paris")
    db.commit()
    assert "Jusqu’au vendredi 20" in browser.open(week(family)).text()


def test_an_end_is_set_and_only_brought_nearer(db, browser, family):
    mother = browser.sign_in(family.mother.account_id)
    mother.submit(f"{week(family)}/donner", {"until": "2026-12-24"})
    mother.submit(f"{week(family)}/fin", {"until": "2026-12-01"})
    later = mother.submit(f"{week(family)}/fin", {"until": "2027-01-15"}, status=422)
    assert "s’arrête déjà avant" in later.text()
    assert later.soup.select_one("#until")["value"] == "2027-01-15"
    assert db.scalars(select(Agreement.ends_at)).one() == clock.midnight((NOON + 14 * DAY).date(), "Europe/Paris")
    db.commit()
    assert sent(db) == ["active", "active"]


@pytest.mark.parametrize(
    ("what", "until", "said"),
    [
        ("donner", "2026-11-10", "Ce jour est passé"),
        ("donner", "demain", "Écrivez une date"),
    ],
)
def test_a_day_that_cannot_be_is_refused_kindly_and_nothing_is_kept(db, browser, family, what, until, said):
    mother = browser.sign_in(family.mother.account_id)
    page = mother.submit(f"{week(family)}/{what}", {"until": until}, status=422)
    assert said in page.text()
    assert page.soup.title.get_text().startswith("Erreur")
    assert db.scalars(select(Agreement)).all() == []
    db.commit()
    assert sent(db) == []


def test_an_end_without_a_day_is_asked_for(browser, family):
    mother = browser.sign_in(family.mother.account_id)
    mother.submit(f"{week(family)}/donner", {})
    assert "Remplissez" in mother.submit(f"{week(family)}/fin", {"until": ""}, status=422).text()


def test_pressing_twice_does_it_once(db, browser, family):
    mother = browser.sign_in(family.mother.account_id)
    for _ in range(2):
        mother.submit(f"{week(family)}/donner", {})
    for _ in range(2):
        mother.submit(f"{week(family)}/retirer", {})
    assert len(db.scalars(select(Agreement)).all()) == 1
    db.commit()
    assert sent(db) == ["active", "inactive"]


def test_the_father_takes_back_what_the_mother_gave(db, browser, family):
    granting.agree(db, to=family.granny, rows=[PLANNING], by=family.mother.account_id)
    db.commit()
    browser.sign_in(family.father.account_id).submit(f"{week(family)}/retirer", {})
    assert db.scalars(select(Agreement.withdrawn_by)).one() == family.father.account_id
    db.commit()


@pytest.mark.parametrize("who", ["granny", "child", "director", "educator", "nurse", "stranger"])
def test_whoever_may_not_give_meets_a_page_that_is_not_there(db, browser, family, who):
    reader = a_link(db, a_family(db).dossier, Kind.RELATIVE) if who == "stranger" else getattr(family, who)
    db.commit()
    browser.sign_in(reader.account_id).submit(f"{week(family)}/donner", {}, status=404)
    assert db.scalars(select(Agreement)).all() == []
    db.commit()


@pytest.mark.parametrize("row", ["menus", "appointments:health", "nothing", "household"])
def test_what_is_no_matter_of_agreement_is_never_given(db, browser, family, row):
    browser.sign_in(family.mother.account_id).submit(f"{family.cell(family.granny, row)}/donner", {}, status=404)
    assert db.scalars(select(Agreement)).all() == []
    db.commit()


def test_a_link_of_another_family_is_no_link_of_this_one(db, browser, family):
    other = a_family(db)
    db.commit()
    mother = browser.sign_in(family.mother.account_id)
    mother.open(family.cell(other.granny, "planning"), status=404)
    mother.submit(f"{family.cell(other.granny, 'planning')}/donner", {}, status=404)
    mother.open(other.url, status=404)


def test_an_adult_shares_by_themselves_and_the_parents_do_not(db, browser):
    grown = a_family(db, age=19)
    db.commit()
    browser.sign_in(grown.child.account_id).submit(f"{week(grown)}/donner", {})
    assert db.scalars(select(Agreement.capacity)).one() == "self"
    db.commit()
    browser.sign_in(grown.mother.account_id).submit(f"{week(grown)}/retirer", {}, status=404)


@pytest.mark.parametrize("what", ["donner", "retirer", "fin"])
def test_a_weak_sign_in_is_asked_for_a_stronger_one_and_changes_nothing(db, browser, family, what):
    weak = browser.sign_in(family.mother.account_id, Strength.LOW)
    weak.submit(f"{week(family)}/{what}", {}, status=403)
    assert db.scalars(select(Agreement)).all() == []
    db.commit()


def test_every_reading_of_a_chart_is_in_the_log_once(db, browser, family):
    browser.sign_in(family.mother.account_id).open(family.url)
    line = db.scalars(select(LogEntry)).one()
    assert (line.dossier_id, line.categories, line.endpoint) == (family.dossier.id, "identity", "sharing.chart")
    db.commit()


def test_a_restriction_on_the_grandmother_does_not_show_when_giving(db, browser, family):
    """The mother may still agree; whether the grandmother reads is decided elsewhere, and not told here."""
    from portal.access import limiting
    from portal.access.sharing import Against, Source

    limiting.restrict(
        db,
        family.dossier,
        source=Source.FREEZE,
        against=Against.ONE,
        rows=[PLANNING],
        proof="Décision du 17 novembre 2026",
        by=family.director.account_id,
        account_id=family.granny.account_id,
    )
    db.commit()
    mother = browser.sign_in(family.mother.account_id)
    mother.submit(f"{week(family)}/donner", {})
    assert "Accord donné" in mother.open(week(family)).text()
    assert "Accord donné" not in browser.sign_in(family.granny.account_id).open(family.url).text()


def test_an_account_that_was_never_linked_reads_no_chart(db, browser, family):
    nobody = an_account(db)
    db.commit()
    browser.sign_in(nobody.id).open(family.url, status=404)
    assert "Aucune carte" in browser.open("/partage/").text()
