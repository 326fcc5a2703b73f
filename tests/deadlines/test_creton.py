"""Creton decisions: recorded by those who may, each date in its order, renewed in time."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from portal.access.models import Authority, Kind, Measure, Post
from portal.access.words import Strength
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import DossierState
from portal.deadlines import services
from portal.deadlines.models import CretonDecision, Topic
from portal.deadlines.queries import decisions
from portal.inbox.models import NoticeKind
from portal.inbox.queries import waiting
from tests.deadlines.people import DAY, a_decision, a_director, a_turn, an_adult, noon, told
from tests.factories import (
    NOON,
    a_curator,
    a_dossier,
    a_link,
    a_parent,
    a_unit,
    at_once,
    staff,
    the_young_person,
    viewing,
)

pytestmark = pytest.mark.turns

END = date(2027, 1, 14)
"""Last day of ``a_decision``."""


@pytest.fixture
def today():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def dossier(db):
    return an_adult(db)


@pytest.fixture
def director(db, dossier):
    return a_director(db, dossier)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"decided_on": date(2026, 11, 19)}, "decided_on", "future"),
        ({"ends_on": date(2026, 1, 15)}, "ends_on", "before_start"),
        ({"ends_on": date(2025, 12, 1)}, "ends_on", "before_start"),
        ({"ends_on": date(2028, 1, 16)}, "ends_on", "too_far"),
        ({"ends_on": date(2226, 1, 14)}, "ends_on", "too_far"),
        ({"proof": " \n"}, "proof", "missing"),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused_whole(db, today, dossier, director, changes, field, code):
    with pytest.raises(BadInput) as refused:
        a_decision(db, dossier, director.account_id, **changes)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert not db.scalar(select(func.count()).select_from(CretonDecision))


def test_two_years_are_the_longest_and_two_of_one_day_are_one_too_many(db, today, dossier, director):
    a_decision(db, dossier, director.account_id, ends_on=date(2028, 1, 15))
    with pytest.raises(BadInput, match="decided_on: already"):
        a_decision(db, dossier, director.account_id)


def test_it_is_for_those_who_are_about_twenty(db, today):
    dossier = a_dossier(db, birth_date=date(2007, 1, 15))
    director = a_director(db, dossier)
    with pytest.raises(BadInput, match="ends_on: too_young"):
        a_decision(db, dossier, director.account_id)  # ends the day before the twentieth birthday
    a_decision(db, dossier, director.account_id, ends_on=date(2027, 1, 15))


def test_somebody_who_left_needs_none(db, today, director, dossier):
    dossier.state = DossierState.LEFT_READABLE
    with pytest.raises(BadInput, match="dossier: left"):
        a_decision(db, dossier, director.account_id)


def test_only_those_who_settle_such_things_for_the_whole_establishment_write_it(db, today, dossier):
    unit = a_unit(db, _place(db, dossier))
    others = [
        staff(db, dossier, Post.EDUCATION),
        staff(db, dossier, Post.SOCIAL_WORK, unit_id=unit.id),
        staff(db, dossier, Post.MANAGEMENT, ends_at=NOON),
        a_parent(db, dossier),
        the_young_person(db, dossier),
        a_director(db, an_adult(db)),
    ]
    for one in others:
        with pytest.raises(BadInput, match="not_entitled"):
            a_decision(db, dossier, one.account_id)
    for day, post in enumerate((Post.MANAGEMENT, Post.SOCIAL_WORK, Post.ADMINISTRATION), 1):
        a_decision(db, dossier, staff(db, dossier, post).account_id, decided_on=date(2026, 1, day))


def _place(db, dossier):
    from portal.core.models import Establishment

    return db.get_one(Establishment, dossier.establishment_id)


def test_a_director_whose_own_child_it_is_writes_nothing(db, today, dossier, director):
    from portal.core.models import Account

    a_parent(db, dossier, account=db.get_one(Account, director.account_id))
    with pytest.raises(BadInput, match="not_entitled"):
        a_decision(db, dossier, director.account_id)


def test_a_cancelled_decision_is_shown_to_nobody_stays_written_and_may_be_written_right(db, today, dossier, director):
    wrong = a_decision(db, dossier, director.account_id)
    services.cancel(db, wrong, by=director.account_id)
    first = wrong.cancelled_at
    services.cancel(db, wrong, by=director.account_id)
    assert wrong.cancelled_at == first
    assert not decisions(db, viewing(director), [dossier.id])
    right = a_decision(db, dossier, director.account_id)
    assert [one.id for one in decisions(db, viewing(director), [dossier.id])[dossier.id]] == [right.id]
    with pytest.raises(BadInput, match="not_entitled"):
        services.cancel(db, right, by=staff(db, dossier, Post.EDUCATION).account_id)


def test_it_is_read_through_access(db, today, dossier, director):
    a_decision(db, dossier, director.account_id)
    oneself, curator = the_young_person(db, dossier), a_curator(db, dossier)
    mother = a_parent(db, dossier)
    assert decisions(db, viewing(oneself), [dossier.id])
    assert not decisions(db, viewing(oneself, Strength.LOW), [dossier.id])
    assert not decisions(db, viewing(curator), [dossier.id])  # nothing was agreed to
    assert not decisions(db, viewing(mother), [dossier.id])


@pytest.fixture
def house(db, today, dossier, director):
    decision = a_decision(db, dossier, director.account_id)
    with at_once():
        links = {
            "director": director,
            "social": staff(db, dossier, Post.SOCIAL_WORK),
            "referent": staff(db, dossier, Post.EDUCATION, to_dossier=True, referent=True),
            "self": the_young_person(db, dossier),
            "guardian": a_link(db, dossier, Kind.MEASURE, measure=Measure.PERSON_REPRESENT),
            "secretary": staff(db, dossier, Post.ADMINISTRATION),
            "nurse": staff(db, dossier, Post.CARE),
            "mother": a_parent(db, dossier, Authority.FULL),
        }
    db.commit()
    return decision, links


def test_six_three_and_one_months_before_its_end_those_who_must_act_are_told_once(db, house):
    _, links = house
    expected = {links[who].account_id for who in ("director", "social", "referent", "self", "guardian")}
    first = date(2026, 7, 15)  # six months before the first day without a decision
    a_turn(db, noon(first) - DAY)
    assert not told(db, Topic.CRETON)
    for day in range(0, 184):
        a_turn(db, noon(first) + day * DAY)
    found = told(db, Topic.CRETON)
    assert {account for account, _ in found} == expected
    for account in expected:
        assert [step for one, step in found if one == account] == [6, 3, 1]


def test_the_adult_finds_the_notice_and_a_parent_nothing(db, house):
    _, links = house
    a_turn(db, NOON)
    for who, kinds in (("self", [NoticeKind.CRETON]), ("guardian", [NoticeKind.CRETON]), ("mother", [])):
        assert [one.kind for one in waiting(db, viewing(links[who]))] == kinds, who


def test_one_that_was_renewed_or_cancelled_reminds_nobody(db, house):
    decision, links = house
    director = links["director"].account_id
    renewed = services.record(
        db, _dossier(db, decision),
        decided_on=date(2026, 11, 1), ends_on=date(2027, 11, 1), proof="CDAPH 2026-900", by=director,
    )  # fmt: skip
    db.commit()
    a_turn(db, noon(END) - 5 * DAY)
    assert not told(db, Topic.CRETON)
    services.cancel(db, renewed, by=director)
    db.commit()
    a_turn(db, noon(END) - 5 * DAY)
    assert {step for _, step in told(db, Topic.CRETON)} == {1}


def _dossier(db, decision):
    from portal.core.models import Dossier

    return db.get_one(Dossier, decision.dossier_id)


def test_once_it_is_over_nobody_is_reminded_it_is_overdue(db, house):
    a_turn(db, noon(END) + DAY)
    assert not told(db, Topic.CRETON)
