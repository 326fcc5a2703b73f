"""A young person's own space, opened beside them: from the helper's button to three pictures, and to its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.access.limiting import restrict
from portal.access.models import LogEntry, Post
from portal.access.sharing import Against, Source
from portal.access.words import Category, Nature, Strength
from portal.accounts.models import Method, SignIn
from portal.accounts.services import end_all
from portal.beside import pictures
from portal.beside.models import Handover, PictureCode
from portal.core import clock, scope
from portal.core.models import Account, Establishment
from tests.beside.conftest import IMAGES, MINE, OTHERS, OVER, sessions_of
from tests.browsing import BASE, Browser
from tests.factories import NOON, a_dossier, a_parent, a_unit, an_account, an_event, recomputed, staff, the_young_person
from tests.ties.conftest import named

WIPE = '"cache", "storage"'


# Who may


@pytest.mark.parametrize("who", ["teacher", "nurse", "social", "secretary", "director"])
def test_staff_who_read_the_week_of_a_young_person_find_them(house, come_in, who):
    page = come_in(who).open("/accompagner")
    assert "Ilyes" in page.text("main")
    assert f"/accompagner/{house.dossier.id}" in page.links()


@pytest.mark.parametrize("who", ["cook", "mother", "child"])
def test_to_anybody_else_it_does_not_exist(tablet, come_in, who):
    browser = come_in(who)
    browser.open("/accompagner", status=404)
    browser.open(tablet.url, status=404)
    tablet.give_over(status=404)
    tablet.send(f"{tablet.url}/fermer", status=404)


def test_staff_who_came_in_too_weakly_are_asked_for_more(tablet, come_in):
    come_in("teacher", Strength.LOW).open("/accompagner", status=403)
    tablet.browser.open(tablet.url, status=403)
    tablet.give_over(status=403)


def test_nobody_sits_beside_a_child_of_their_own(db, house, tablet):
    a_parent(db, house.dossier, account=db.get_one(Account, house.account("teacher")))
    recomputed(db, house.dossier)
    db.commit()
    tablet.helper().browser.open(tablet.url, status=404)
    tablet.give_over(status=404)


def test_a_young_person_elsewhere_does_not_exist(db, tablet):
    other = a_dossier(db)
    the_young_person(db, other)
    db.commit()
    tablet.helper().browser.open(f"/accompagner/{other.id}", status=404)
    tablet.send(f"/accompagner/{other.id}/ouvrir", status=404)


def test_staff_of_another_unit_do_not_find_them(db, house, tablet):
    far = a_unit(db, _place(db, house))
    other = staff(db, house.dossier, Post.EDUCATION, account=an_account(db, "Far"), unit_id=far.id)
    db.commit()
    tablet.browser.sign_in(other.account_id).open(tablet.url, status=404)


def _place(db, house):
    return db.get_one(Establishment, house.dossier.establishment_id)


def test_a_freeze_that_closes_it_opens_nothing_and_is_not_told(db, house, tablet):
    frozen = tablet.helper().browser.open(tablet.url).text("main")
    assert "Ouvrir l’espace" in frozen
    restrict(
        db,
        house.dossier,
        source=Source.FREEZE,
        against=Against.EVERYBODY,
        rows=[(Category.PLANNING, Nature.NONE)],
        proof="Protection",
        by=house.account("director"),
    )
    db.commit()
    said = tablet.browser.open(tablet.url).text("main")
    assert "ne peut pas être ouvert pour le moment" in said
    tablet.give_over(status=404)
    assert "gel" not in said


def test_without_an_account_of_their_own_the_same_words_are_said(db, house, tablet):
    alone = a_dossier(db, _place(db, house), unit_id=house.unit.id)
    named(db, alone, "Rose", "Alone")
    recomputed(db, alone)
    db.commit()
    said = tablet.helper().browser.open(f"/accompagner/{alone.id}").text("main")
    assert "ne peut pas être ouvert pour le moment" in said


def test_to_an_adult_their_own_ways_in_are_offered_first(db, house, tablet):
    grown = a_dossier(db, _place(db, house), age=19, unit_id=house.unit.id)
    named(db, grown, "Rose", "Grown")
    the_young_person(db, grown, account=an_account(db, "Rose"))
    recomputed(db, grown)
    db.commit()
    assert "Cette personne est adulte" in tablet.helper().browser.open(f"/accompagner/{grown.id}").text("main")
    assert "adulte" not in tablet.browser.open(tablet.url).text("main")


# Handing the tablet over


def test_the_helper_is_out_before_the_young_person_holds_the_tablet(db, house, tablet):
    tablet.helper().give_over()
    (mine,) = sessions_of(db, house.account("teacher"))
    assert mine.ended_at == NOON
    for path in ("/", "/accompagner", tablet.url):
        answer = tablet.browser.client.get(path, base_url=BASE)
        assert answer.headers["Location"].startswith("/entrer")


def test_the_first_time_three_pictures_are_chosen_and_then_shown(db, house, tablet):
    tablet.helper().give_over()
    page = tablet.browser.open(IMAGES)
    assert page.text("h1") == "Choisis 3 images"
    assert len(page.soup.select("main .choice img")) == 12
    tablet.show(MINE)
    assert "Montre tes 3 images" in tablet.browser.open(IMAGES).text("main")
    assert tablet.show(MINE).answer.headers["Location"] == "/"
    (own,) = sessions_of(db, house.account("child"))
    assert (own.method, own.strength, own.helper_id) == (Method.OPENED, Strength.ACCOMPANIED, house.account("teacher"))
    assert own.expires_at == NOON + timedelta(minutes=45)


def test_the_order_of_the_pictures_is_free(tablet):
    tablet.open()
    tablet.helper().give_over()
    assert tablet.show(MINE[::-1]).answer.headers["Location"] == "/"


@pytest.mark.parametrize("three", [(), MINE[:2], (*MINE, "cat"), ("dog", "dog", "sun"), ("dog", "sun", "wolf")])
def test_fewer_more_or_unknown_pictures_are_asked_again_and_are_no_try(db, tablet, three):
    tablet.open().helper().give_over()
    for _ in range(6):
        assert "Il faut 3 images" in tablet.show(three, status=422).text("main")
    assert tablet.show().answer.headers["Location"] == "/"


def test_other_pictures_open_nothing_and_one_tries_again(db, house, tablet):
    tablet.open().send(OVER)
    tablet.helper().give_over()
    page = tablet.show(OTHERS, status=422)
    assert "Ce ne sont pas tes images" in page.text("[role=alert]")
    assert page.text("title").startswith("Erreur :")
    assert not page.soup.select("input:checked, input[checked]")
    assert all(one.ended_at for one in sessions_of(db, house.account("child")))
    tablet.show()


def test_after_five_wrong_ones_even_the_right_one_waits_and_the_helper_chooses_others_with_them(db, house, tablet):
    tablet.open().send(OVER)
    tablet.helper().give_over()
    for _ in range(4):  # one was the right one, before
        tablet.show(OTHERS, status=422)
    page = tablet.show(MINE, status=429)
    assert "Demande de l’aide" in page.text("h1")
    assert int(page.answer.headers["Retry-After"]) > 0
    assert any(f"accompagner%2F{house.dossier.id}" in link for link in page.links())
    tablet.helper().give_over(anew="yes")
    tablet.show(OTHERS)
    assert tablet.show(OTHERS).answer.headers["Location"] == "/"


def test_ten_minutes_later_one_may_try_again(tablet):
    tablet.open().send(OVER)
    tablet.helper().give_over()
    for _ in range(4):
        tablet.show(OTHERS, status=422)
    tablet.show(MINE, status=429)
    with clock.frozen(NOON + timedelta(minutes=10, seconds=1)):
        tablet.helper().give_over()
        assert tablet.show().answer.headers["Location"] == "/"


def test_tries_count_on_another_tablet_too(tablet, app, sessions, count, house):
    tablet.open().send(OVER)
    tablet.helper().give_over()
    for _ in range(4):
        tablet.show(OTHERS, status=422)
    other = Browser(app, sessions, count).sign_in(house.account("nurse"))
    other.submit(f"{tablet.url}/ouvrir", {})
    other.submit(IMAGES, {"pictures": list(MINE)}, status=429)


def test_a_tablet_waits_ten_minutes_and_no_longer(tablet):
    tablet.open().send(OVER)
    tablet.helper().give_over()
    with clock.frozen(NOON + timedelta(minutes=10, seconds=1)):
        assert tablet.browser.client.get(IMAGES, base_url=BASE).headers["Location"] == "/entrer"
        assert tablet.show().answer.headers["Location"] == "/entrer"


def test_a_tablet_that_served_serves_no_more_even_with_the_cookie_of_before(db, house, tablet):
    tablet.open().send(OVER)
    tablet.helper().give_over()
    with tablet.browser.client.session_transaction(base_url=BASE) as cookie:
        before = dict(cookie)
    tablet.show()
    tablet.send(OVER)
    with tablet.browser.client.session_transaction(base_url=BASE) as cookie:
        cookie.clear()
        cookie.update(before)
    assert tablet.show().answer.headers["Location"] == "/entrer"


def test_nothing_waits_on_a_device_that_was_not_given_over(browser):
    assert browser.client.get(IMAGES, base_url=BASE).headers["Location"] == "/entrer"
    assert browser.submit(IMAGES, {"pictures": MINE[0]}).answer.headers["Location"] == "/entrer"


def test_another_site_gives_no_tablet_over(tablet):
    tablet.helper()
    answer = tablet.browser.client.post(f"{tablet.url}/ouvrir", base_url=BASE)
    assert answer.status_code == 400


def test_pictures_are_kept_as_a_mark_of_this_portal_and_this_account(db, house, tablet):
    tablet.open()
    scope.enter(db, scope.everywhere("test"))
    kept = db.scalars(select(PictureCode)).one()
    child = house.account("child").bytes
    assert kept.mark == pictures.mark("x" * 40, child, MINE)
    assert kept.mark != pictures.mark("y" * 40, child, MINE)
    assert kept.mark != pictures.mark("x" * 40, house.account("mother").bytes, MINE)
    assert kept.set_by == house.account("teacher")


def test_there_are_twelve_different_pictures():
    found = pictures.drawn()
    assert len({picture.key for _, picture in found if picture}) == len(found) == 12


def test_whoever_chose_no_way_of_reading_reads_in_pictures_and_whoever_did_keeps_it(db, house, tablet):
    tablet.open()
    assert tablet.browser.open("/").soup.html["data-mode"] == "pictures"
    db.execute(update(Account).where(Account.id == house.account("child")).values(mode="easy"))
    db.commit()
    tablet.send(OVER)
    tablet.helper().give_over(anew="yes")
    tablet.show()
    tablet.show()
    assert tablet.browser.open("/").soup.html["data-mode"] == "easy"


# Inside


def test_every_page_says_who_helps_and_how_to_stop(tablet):
    tablet.open()
    for path in ("/", "/rendez-vous/", "/mes-liens", "/lecture"):
        page = tablet.browser.open(path)
        assert "Avec l’aide de Teacher" in page.text("main")
        assert page.soup.select(f'form[action="{OVER}"] button')


def test_a_page_of_somebody_alone_says_nothing_of_help(come_in):
    page = come_in("mother").open("/")
    assert "aide de" not in page.text("main")
    assert "Refresh" not in page.answer.headers


def test_the_helper_stands_in_the_log_of_all_that_is_read(db, house, tablet):
    an_event(db, house.dossier, nature="school")
    db.commit()
    tablet.open().browser.open("/rendez-vous/")
    child, teacher = house.account("child"), house.account("teacher")
    lines = db.scalars(select(LogEntry).where(LogEntry.account_id == child)).all()
    assert lines
    assert {one.helper_id for one in lines} == {teacher}
    own = db.scalars(select(LogEntry).where(LogEntry.account_id == teacher)).all()
    assert own
    assert {one.helper_id for one in own} == {None}


def test_who_looked_tells_the_young_person_and_management_who_helped(db, house, tablet, come_in):
    an_event(db, house.dossier, nature="school")
    db.commit()
    tablet.open().browser.open("/rendez-vous/")
    tablet.send(OVER)
    for who in ("child", "director"):
        assert "Avec l’aide de Teacher" in come_in(who).open(f"/qui-a-regarde/{house.dossier.id}").text(
            ".thread, .easy"
        )
    come_in("director").open(f"/qui-a-regarde/{house.dossier.id}")


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_who_looked_tells_it_in_every_way_of_reading(db, house, tablet, come_in, mode):
    an_event(db, house.dossier, nature="school")
    db.commit()
    tablet.open().browser.open("/rendez-vous/")
    tablet.send(OVER)
    db.execute(update(Account).values(mode=mode))
    db.commit()
    page = come_in("child").reading(mode).open(f"/qui-a-regarde/{house.dossier.id}")
    assert "vec l’aide de Teacher" in page.text("main ol, main ul")


def test_what_is_not_for_such_a_session_stays_shut(house, tablet):
    """As strong as the rules of access say, and no stronger because a nurse sits there."""
    tablet.open("nurse")
    for path in ("/accompagner", "/lettres", tablet.url):
        tablet.browser.open(path, status=403)
    tablet.browser.open("/ma-connexion")
    assert tablet.browser.client.get("/ma-connexion/cle", base_url=BASE).status_code == 303


# The end


def test_i_am_done_ends_it_wipes_the_device_and_names_nobody(db, house, tablet):
    tablet.open()
    answer = tablet.send(OVER).answer
    assert (answer.headers["Location"], answer.headers["Clear-Site-Data"]) == (OVER, WIPE)
    page = tablet.browser.open(OVER)
    assert page.answer.headers["Clear-Site-Data"] == WIPE
    assert "Ilyes" not in page.answer.text
    assert "Teacher" not in page.answer.text
    assert all(one.ended_at for one in sessions_of(db, house.account("child")))
    assert tablet.browser.client.get("/rendez-vous/", base_url=BASE).headers["Location"].startswith("/entrer")


def test_the_helper_does_not_come_back_by_its_end(db, house, tablet):
    """Their own key brings them back, and nothing else."""
    tablet.open().send(OVER)
    for path in ("/", "/accompagner", tablet.url, IMAGES):
        assert tablet.browser.client.get(path, base_url=BASE).headers["Location"].startswith("/entrer")
    assert all(one.ended_at for one in sessions_of(db, house.account("teacher")))


def test_after_45_minutes_it_is_over_however_busy(tablet):
    tablet.open()
    with clock.frozen(NOON + timedelta(minutes=30)):
        page = tablet.browser.open("/rendez-vous/")
        assert page.answer.headers["Refresh"] == f"901; url={OVER}"
    with clock.frozen(NOON + timedelta(minutes=45, seconds=1)):
        answer = tablet.browser.client.get("/rendez-vous/", base_url=BASE)
        assert answer.headers["Location"].startswith("/entrer")
        assert answer.headers["Clear-Site-Data"] == WIPE


def test_the_helper_closes_it_from_another_device(db, house, tablet, app, sessions, count):
    tablet.open()
    desk = Browser(app, sessions, count).sign_in(house.account("nurse"))
    page = desk.open(tablet.url)
    assert "Cet espace est ouvert" in page.text(".note")
    assert "midi" in page.text(".note")
    desk.submit(f"{tablet.url}/fermer", {})
    assert "Cet espace est ouvert" not in desk.open(tablet.url).text("main")
    assert tablet.browser.client.get("/", base_url=BASE).headers["Location"].startswith("/entrer")


def test_closing_stops_a_tablet_that_still_waits(house, tablet, app, sessions, count):
    tablet.open().send(OVER)
    tablet.helper().give_over()
    Browser(app, sessions, count).sign_in(house.account("nurse")).submit(f"{tablet.url}/fermer", {})
    assert tablet.show().answer.headers["Location"] == "/entrer"


def test_closing_ends_no_session_the_young_person_opened_alone(db, house, tablet, come_in):
    come_in("child")
    tablet.helper("nurse").send(f"{tablet.url}/fermer")
    assert [one.ended_at for one in sessions_of(db, house.account("child"))] == [None]


def test_a_helper_who_leaves_takes_the_space_with_them(db, house, tablet):
    tablet.open()
    end_all(db, house.account("teacher"))
    db.commit()
    assert tablet.browser.client.get("/", base_url=BASE).headers["Location"].startswith("/entrer")


def test_old_handovers_go_when_a_new_one_comes(db, tablet):
    tablet.helper().give_over()
    with clock.frozen(NOON + timedelta(days=1, minutes=11)):
        tablet.helper().give_over()
    assert len(db.scalars(select(Handover)).all()) == 1


def test_every_session_of_a_space_names_a_helper(db, house, tablet):
    tablet.open()
    opened = db.scalars(select(SignIn).where(SignIn.method == Method.OPENED)).all()
    assert opened
    assert all(one.helper_id for one in opened)
