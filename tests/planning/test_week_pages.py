"""The week and the day of a young person, as families, the young person and strangers meet them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.access.limiting import restrict
from portal.access.models import LogEntry, Post
from portal.access.sharing import Against, Source
from portal.access.words import Strength
from portal.core import clock
from portal.planning.models import EventState
from tests.factories import NOON, a_parent, a_unit, an_account, an_event, staff, the_young_person
from tests.planning.weeks import TODAY, a_bulletin, a_presence, a_ride, an_activity, here, named, somebody

MODES = ("", "easy", "pictures")
DAY = timedelta(days=1)
PAGES = ("/semaine/", "/jour/")


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def ines(db):
    return named(db)


@pytest.fixture
def mother(db, ines):
    return a_parent(db, ines)


def read(page, selector="main"):
    return page.text(selector).replace("\u00a0", " ")


@pytest.mark.parametrize("mode", MODES)
def test_the_week_says_school_care_rides_and_where_one_sleeps(db, browser, ines, mother, mode):
    an_activity(db, ines, "Classe", here(9, 15), here(10, 30), nature="school")
    an_activity(db, ines, "Orthophonie", here(14), here(15), nature="health")
    an_event(db, ines)
    a_ride(db, ines, here(8, 10), here(8, 50), origin="Maison", destination="IME")
    a_presence(db, ines, "home", here(16), here(9, day=TODAY + DAY), TODAY, TODAY)
    db.commit()
    text = read(browser.sign_in(mother.account_id).reading(mode).open("/semaine/"))
    for fact in ("Du lundi 16 novembre au dimanche 22 novembre", "9 h 15", "Classe", "14 h", "Orthophonie", "Taxi"):
        assert fact in text, fact
    assert "Nuit" in text
    assert "Maison" in text
    assert "Inès" in text


@pytest.mark.parametrize("mode", MODES)
def test_the_day_says_everything_of_each_moment(db, browser, ines, mother, mode):
    event = an_activity(db, ines, "Piscine", here(14, 30), here(15, 45), place="Piscine des Rives", bring="un maillot")
    somebody(db, event, "Paul Nguyen", "Éducateur")
    a_ride(db, ines, here(8, 10), here(8, 50), origin="Maison", destination="IME")
    db.commit()
    text = read(browser.sign_in(mother.account_id).reading(mode).open("/jour/")).lower()
    for fact in ("mercredi 18 novembre", "14 h 30", "15 h 45", "piscine des rives", "paul nguyen", "éducateur"):
        assert fact in text, fact
    for fact in ("un maillot", "8 h 10", "8 h 50", "taxi", "maison", "ime"):
        assert fact in text, fact


@pytest.mark.parametrize("mode", MODES)
def test_a_change_says_what_it_was_and_stands_on_both_days(db, browser, ines, mother, mode):
    an_activity(
        db, ines, "Poterie", here(15, day=TODAY + DAY), state=EventState.MOVED, moved_from=here(14),
        moved_at=NOON - timedelta(hours=3),
    )  # fmt: skip
    db.commit()
    browser.sign_in(mother.account_id).reading(mode)
    week = read(browser.open("/semaine/"))
    assert "jeudi 19 novembre à 15 h, et non mercredi 18 novembre à 14 h" in week
    former = read(browser.open("/jour/?le=2026-11-18"))
    assert "éplacé" in former.replace("déplacée", "déplacé")
    assert "jeudi 19 novembre à 15 h" in former
    assert "mercredi 18 novembre à 14 h" in read(browser.open("/jour/?le=2026-11-19"))


def test_a_change_known_for_two_days_is_no_news(db, browser, ines, mother):
    an_activity(
        db, ines, "Poterie", here(15), state=EventState.MOVED, moved_from=here(14), moved_at=NOON - 2 * DAY
    )  # fmt: skip
    db.commit()
    assert "Changé depuis hier" not in read(browser.sign_in(mother.account_id).open("/semaine/"))


@pytest.mark.parametrize("mode", MODES)
def test_what_is_cancelled_is_said_so_and_asks_for_nothing(db, browser, ines, mother, mode):
    an_activity(
        db, ines, "Poterie", here(15), state=EventState.CANCELLED, cancelled_at=NOON - DAY, bring="un tablier"
    )  # fmt: skip
    db.commit()
    browser.sign_in(mother.account_id).reading(mode)
    for path in PAGES:
        text = read(browser.open(path))
        assert "nnulé" in text
        assert "tablier" not in text


@pytest.mark.parametrize("mode", MODES)
def test_what_crosses_midnight_stands_on_both_days_and_never_begins_twice(db, browser, ines, mother, mode):
    an_activity(db, ines, "Camping", here(21), here(2, day=TODAY + DAY))
    db.commit()
    browser.sign_in(mother.account_id).reading(mode)
    first, second = (read(browser.open(f"/jour/?le={day}")) for day in (TODAY, TODAY + DAY))
    assert "21 h" in first
    assert "jeudi 19 novembre à 2 h" in first
    assert "2 h" in second
    assert "mercredi 18 novembre à 21 h" in second
    assert "Toute la journée" not in second
    assert "amping" not in read(browser.open(f"/jour/?le={TODAY + 2 * DAY}"))


@pytest.mark.parametrize("mode", MODES)
def test_whole_days_have_no_hour_and_end_on_their_last_day(db, browser, ines, mother, mode):
    an_activity(db, ines, "Camping", here(0), here(0, day=TODAY + 2 * DAY), all_day=True)
    db.commit()
    browser.sign_in(mother.account_id).reading(mode)
    for day in (TODAY, TODAY + DAY):
        text = read(browser.open(f"/jour/?le={day}"))
        assert "jeudi 19 novembre" in text
        assert "minuit" not in text
        assert "0 h" not in text
    assert "Rien n’est" in read(browser.open(f"/jour/?le={TODAY + 2 * DAY}"))


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_nights_when_the_clock_changes_keep_every_hour_in_order(db, browser, ines, mother, day):
    for hour in (1, 4, 23):
        an_activity(db, ines, f"Veille {hour}", here(hour, day=day))
    db.commit()
    text = read(browser.sign_in(mother.account_id).open(f"/jour/?le={day}"))
    assert text.index("Veille 1") < text.index("Veille 4") < text.index("Veille 23")
    for hour in (1, 4, 23):
        assert f"{hour} h" in text


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_day_is_said_not_to_be_known(db, browser, ines, mother, mode):
    db.commit()
    text = read(browser.sign_in(mother.account_id).reading(mode).open("/jour/"))
    assert "Rien n’est" in text


def test_one_goes_from_day_to_day_and_week_to_week_without_a_script(db, browser, ines, mother):
    an_activity(db, ines, "Poterie", here(15, day=TODAY + 7 * DAY))
    db.commit()
    page = browser.sign_in(mother.account_id).open("/semaine/")
    after = next(link for link in page.links() if link.endswith("le=2026-11-23"))
    assert "Poterie" in read(browser.open(after))
    day = next(link for link in browser.open(after).links() if link.endswith("le=2026-11-25"))
    assert "Poterie" in read(browser.open(day))


def test_the_hour_alone_of_care_shows_to_a_weak_sign_in(db, browser, ines, mother):
    event = an_event(db, ines, starts_at=here(14, 30), place="Hôpital Sainte-Anne", bring="la carte Vitale")
    somebody(db, event, "Docteure Saïd", "Neurologue")
    an_activity(db, ines, "Orthophonie", here(16), nature="health")
    a_ride(db, ines, here(13, 45), nature="health", destination="Hôpital Sainte-Anne", mode="VSL")
    db.commit()
    browser.sign_in(mother.account_id, Strength.LOW)
    for mode in MODES:
        for path in PAGES:
            text = browser.reading(mode).open(path).answer.text
            for secret in ("Inès", "eurologue", "Saïd", "Sainte-Anne", "Vitale", "rthophon", "VSL", "13\u00a0h"):
                assert secret not in text, (mode, path, secret)
            assert "14" in text


def test_a_parent_under_a_contact_ban_reads_no_place_no_ride_and_no_night(db, browser, ines, mother):
    event = an_event(db, ines, starts_at=here(14, 30), title="Chez papa", place="Hôpital Sainte-Anne")
    somebody(db, event, "Paul Nguyen", "Éducateur")
    a_ride(db, ines, here(13), origin="Maison", mode="Taxi", nature="health")
    a_presence(db, ines, "home", here(16), here(9, day=TODAY + DAY), TODAY, TODAY)
    restrict(
        db, ines, source=Source.CONTACT_BAN, against=Against.ONE, rows=(), proof="Ordonnance du 2 novembre",
        by=staff(db, ines, Post.MANAGEMENT).account_id, account_id=mother.account_id,
    )  # fmt: skip
    db.commit()
    browser.sign_in(mother.account_id)
    for mode in MODES:
        for path in PAGES:
            text = read(browser.reading(mode).open(path))
            assert "14 h 30" in text
            for secret in ("papa", "Sainte-Anne", "Nguyen", "Taxi", "Maison", "La nuit"):
                assert secret not in text, (mode, path, secret)


def test_a_stranger_meets_days_that_do_not_exist(db, browser, ines):
    stranger = a_parent(db, named(db, "Malo"))
    db.commit()
    browser.sign_in(stranger.account_id)
    for path in ("semaine", "jour"):
        browser.open(f"/{path}/{ines.id}", status=404)
    assert "Inès" not in read(browser.open("/semaine/"))


@pytest.mark.parametrize("said", ["hier", "2026-13-01", "0001-01-01", "9999-12-31", "20261118T00"])
@pytest.mark.parametrize("path", PAGES)
def test_a_mangled_day_is_a_mistake_not_a_failure(db, browser, ines, mother, path, said):
    db.commit()
    browser.sign_in(mother.account_id).open(f"{path}?le={said}", status=400)


@pytest.mark.parametrize("children", [1, 5])
@pytest.mark.parametrize("path", PAGES)
def test_a_week_takes_two_statements_for_one_child_or_five(db, browser, children, path):
    mother = an_account(db)
    for number in range(children):
        dossier = named(db, f"Enfant{number}")
        a_parent(db, dossier, account=mother)
        for hour in range(8, 8 + 3 * children):
            somebody(db, an_activity(db, dossier, "Classe", here(hour % 24)), "Paul Nguyen")
    db.commit()
    assert browser.sign_in(mother.id).open(path).statements == 5


def test_everybody_a_week_names_has_a_line_in_the_log(db, browser, ines, mother):
    malo = named(db, "Malo")
    a_parent(db, malo, account=db.get(type(an_account(db)), mother.account_id))
    db.commit()
    text = read(browser.sign_in(mother.account_id).open(f"/semaine/{malo.id}"))
    assert "Voir pour Inès" in text
    assert {line.dossier_id for line in db.scalars(select(LogEntry))} == {ines.id, malo.id}


def test_a_young_person_is_told_of_their_own_day(db, browser, ines):
    an_activity(db, ines, "Piscine", here(14, 30), here(15, 45))
    child = the_young_person(db, ines)
    db.commit()
    browser.sign_in(child.account_id, Strength.ACCOMPANIED)
    assert "tu vas à la piscine" in read(browser.reading("easy").open("/jour/"))
    assert "Inès" not in read(browser.reading("pictures").open("/jour/"))


def test_now_and_next_are_said_in_pictures_with_the_time_that_is_left(db, browser, ines):
    an_activity(db, ines, "Piscine", here(11, 30), here(12, 45))
    an_activity(db, ines, "Musique", here(14))
    an_activity(db, ines, "Danse", here(13), state=EventState.CANCELLED, cancelled_at=NOON)
    child = the_young_person(db, ines)
    db.commit()
    page = browser.sign_in(child.account_id, Strength.ACCOMPANIED).reading("pictures").open("/jour/")
    assert "Piscine" in read(page, ".today")
    assert "Encore 45 minutes" in read(page, ".today")
    assert "Musique" in read(page, "[aria-labelledby=apres]")


@pytest.mark.parametrize("mode", MODES)
def test_a_closure_is_told_to_the_families_of_its_unit_and_to_no_other(db, browser, ines, mother, mode):
    from portal.core.models import Establishment

    place = db.get(Establishment, ines.establishment_id)
    mine, other = a_unit(db, place, "Les Érables"), a_unit(db, place, "Les Saules")
    ines.unit_id = mine.id
    director = staff(db, ines, Post.MANAGEMENT)
    for unit, text in ((None, "Toute la maison"), (mine.id, "Notre groupe"), (other.id, "Un autre groupe")):
        a_bulletin(db, place.id, director.account_id, unit_id=unit, text=text, easy_text=text)
    a_bulletin(db, place.id, director.account_id, TODAY + 7 * DAY, text="Plus tard", easy_text="Plus tard")
    a_bulletin(db, place.id, director.account_id, text="Retirée", easy_text="Retirée", withdrawn_at=NOON)
    db.commit()
    browser.sign_in(mother.account_id).reading(mode)
    for path in PAGES:
        text = read(browser.open(path))
        assert "Toute la maison" in text
        assert "Notre groupe" in text
        for absent in ("Un autre groupe", "Plus tard", "Retirée"):
            assert absent not in text
