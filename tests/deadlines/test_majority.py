"""Six, three and one months before: each person once, whatever the worker did meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.access import services
from portal.access.models import Authority, Kind, Post
from portal.access.words import Strength
from portal.core import clock
from portal.core.jobs import Job
from portal.core.models import Account, DossierState
from portal.deadlines.dates import majority_day, months_before
from portal.deadlines.jobs import REMIND, ask_to_remind
from portal.deadlines.models import Topic
from portal.inbox.models import NoticeKind
from portal.inbox.queries import waiting
from tests.deadlines.people import BIRTHDAY, DAY, a_turn, an_adult, nearly_adult, noon, notices, told
from tests.factories import (
    NOON,
    a_curator,
    a_dossier,
    a_link,
    a_parent,
    an_establishment,
    at_once,
    staff,
    the_young_person,
    viewing,
)

pytestmark = pytest.mark.turns

SIX, THREE, ONE = (noon(months_before(BIRTHDAY, step)) for step in (6, 3, 1))


@pytest.fixture
def family(db):
    """Everybody tied to somebody who turns eighteen in three months."""
    dossier = nearly_adult(db)
    with at_once():
        links = {
            "self": the_young_person(db, dossier),
            "mother": a_parent(db, dossier),
            "informed": a_parent(db, dossier, Authority.INFORMED),
            "delegate": a_link(db, dossier, Kind.DELEGATE),
            "welfare": a_link(db, dossier, Kind.CHILD_WELFARE),
            "referent": staff(db, dossier, Post.EDUCATION, to_dossier=True, referent=True),
            "withdrawn": a_parent(db, dossier, Authority.WITHDRAWN),
            "aunt": a_link(db, dossier, Kind.RELATIVE),
            "teacher": staff(db, dossier, Post.EDUCATION, to_dossier=True),
            "director": staff(db, dossier, Post.MANAGEMENT),
        }
    db.commit()
    return dossier, links


def test_those_whom_it_concerns_are_told_and_nobody_else(db, family):
    _, links = family
    a_turn(db, SIX)
    expected = {links[who].account_id for who in ("self", "mother", "informed", "delegate", "welfare", "referent")}
    assert {account for account, _ in told(db)} == expected
    assert {one.account_id for one in notices(db, NoticeKind.MAJORITY)} == expected


def test_nobody_is_told_a_day_early_and_everybody_once_a_step(db, family):
    _, links = family
    mother = links["mother"].account_id
    a_turn(db, SIX - DAY)
    assert not told(db)
    for day in range(0, 200):
        a_turn(db, SIX + day * DAY)
    assert [step for account, step in told(db) if account == mother] == [6, 3, 1]
    assert len(notices(db, NoticeKind.MAJORITY)) == len({one.account_id for one in notices(db, NoticeKind.MAJORITY)})


def test_a_worker_that_was_down_tells_the_latest_step_and_not_those_it_missed(db, family):
    _, links = family
    a_turn(db, ONE + 3 * DAY)
    a_turn(db, ONE + 4 * DAY)
    assert [step for account, step in told(db) if account == links["self"].account_id] == [1]


def test_a_week_of_silence_across_a_step_delays_it_and_loses_nothing(db, family):
    _, links = family
    for at in (SIX, THREE - 2 * DAY, THREE + 5 * DAY, THREE + 6 * DAY):
        a_turn(db, at)
    assert [step for account, step in told(db) if account == links["mother"].account_id] == [6, 3]


def test_somebody_tied_later_is_told_the_step_that_stands(db, family):
    dossier, _ = family
    a_turn(db, SIX)
    late = a_parent(db, dossier)
    db.commit()
    a_turn(db, SIX + 10 * DAY)
    assert [step for account, step in told(db) if account == late.account_id] == [6]


def test_from_the_birthday_on_nothing_is_told(db, family):
    a_turn(db, noon(BIRTHDAY))
    assert not told(db)


@pytest.mark.parametrize("broken", ["unverified", "ended", "closed"])
def test_a_link_that_counts_for_nothing_is_told_nothing(db, broken):
    dossier = nearly_adult(db)
    link = a_parent(db, dossier, verified=broken != "unverified")
    with clock.frozen(SIX - DAY):
        if broken == "ended":
            services.end(db, link)
        if broken == "closed":
            services.close_account(db, db.get_one(Account, link.account_id))
    db.commit()
    a_turn(db, SIX)
    assert not told(db)


@pytest.mark.parametrize(
    ("state", "tells"),
    [
        (DossierState.PRE_ADMISSION, True),
        (DossierState.PRESENT, True),
        (DossierState.LEFT_READABLE, False),
        (DossierState.LEFT, False),
    ],
)
def test_somebody_who_left_is_no_matter_of_the_establishment_any_more(db, state, tells):
    dossier = nearly_adult(db, state=state)
    a_parent(db, dossier)
    db.commit()
    a_turn(db, SIX)
    assert bool(told(db)) is tells


@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/Martinique"])
def test_a_step_begins_with_the_day_where_the_establishment_is(db, zone):
    dossier = nearly_adult(db, an_establishment(db, time_zone=zone))
    a_parent(db, dossier)
    db.commit()
    begins = clock.midnight(months_before(BIRTHDAY, 6), zone)
    a_turn(db, begins - timedelta(seconds=1))
    assert not told(db)
    a_turn(db, begins)
    assert len(told(db)) == 1


def test_a_birth_date_that_is_corrected_is_told_anew(db, family):
    dossier, links = family
    a_turn(db, THREE)
    dossier.birth_date = date(2009, 3, 1)
    db.commit()
    a_turn(db, THREE + 20 * DAY)
    assert [step for account, step in told(db) if account == links["mother"].account_id] == [3, 3]


def test_the_young_person_finds_the_notice_in_their_own_space(db, family):
    """Opened by an adult beside them, or from a weak sign-in: the notice carries the label of their timetable."""
    _, links = family
    a_turn(db, THREE)
    with clock.frozen(THREE):
        for strength in Strength:
            found = waiting(db, viewing(links["self"], strength))
            assert [one.kind for one in found] == [NoticeKind.MAJORITY], strength


def test_each_reads_their_own_notice_until_the_day_parents_read_nothing_more(db, family):
    _, links = family
    a_turn(db, ONE)
    with clock.frozen(ONE):
        for who in ("mother", "informed", "referent"):
            assert len(waiting(db, viewing(links[who]))) == 1, who
        assert not waiting(db, viewing(links["director"]))
    with clock.frozen(clock.majority(family[0].birth_date, "Europe/Paris")):
        assert not waiting(db, viewing(links["mother"]))
        assert waiting(db, viewing(links["self"]))


def test_a_new_step_takes_the_place_of_the_notice_that_was_never_read(db, family):
    _, links = family
    a_turn(db, SIX)
    a_turn(db, THREE)
    mine = [one for one in notices(db, NoticeKind.MAJORITY) if one.account_id == links["mother"].account_id]
    assert [one.params for one in mine] == [{"step": 3}]


def test_an_adult_and_a_child_are_told_nothing(db):
    for dossier in (an_adult(db), a_dossier(db, age=12)):
        the_young_person(db, dossier)
        a_curator(db, dossier)
    db.commit()
    a_turn(db)
    assert not told(db, Topic.MAJORITY)


def test_one_turn_waits_at_a_time_and_the_next_is_tomorrow(db):
    with clock.frozen(NOON):
        ask_to_remind(db, first=True)
        ask_to_remind(db)
        assert [job.due for job in db.scalars(select(Job).where(Job.kind == REMIND))] == [NOON]
    db.rollback()
    a_turn(db, NOON)
    job = db.scalars(select(Job).where(Job.kind == REMIND)).one()
    assert (job.due.hour, job.due.minute) == (4, 30)
    assert timedelta() < job.due - NOON <= DAY


def test_majority_days_of_people_in_the_tests_are_what_they_say():
    assert majority_day(date(2009, 2, 18)) == BIRTHDAY
