"""Agreements: only what is on agreement, only by somebody entitled, taken back at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.access import granting, limiting, services
from portal.access.actions import GRANTED_ROWS
from portal.access.models import Authority, Kind, Measure, Post
from portal.access.perimeter import ROWS
from portal.access.queries import reached, visible
from portal.access.sharing import Against, Agreement, Source
from portal.access.words import Category, Nature
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Account
from portal.planning.models import Event
from tests.factories import NOON, a_curator, a_dossier, a_link, a_parent, an_event, staff, the_young_person, viewing

pytestmark = pytest.mark.turns

WEEK = (Category.PLANNING, Nature.NONE)
NAME = (Category.IDENTITY, Nature.NONE)
TO_RELATIVES = {NAME, WEEK, (Category.APPOINTMENTS, Nature.NONE)}
"""The other rows on agreement are for those who assist an adult."""
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def a_family(db, **facts):
    dossier = a_dossier(db, **facts)
    an_event(db, dossier, category=Category.PLANNING, nature="", title="Piscine")
    return dossier, a_parent(db, dossier), a_link(db, dossier, Kind.RELATIVE)


def weeks(db, one, at=NOON):
    return len(db.scalars(visible(Event, viewing(one), Event.id, at=at)).all())


def test_a_mother_shares_the_week_with_an_aunt_and_takes_it_back(db):
    _, mother, aunt = a_family(db)
    assert weeks(db, aunt) == 0
    given_ = granting.agree(db, to=aunt, rows=[WEEK, NAME], by=mother.account_id)
    assert weeks(db, aunt) == 1
    assert len({one.receipt for one in given_}) == 1
    assert {one.capacity for one in given_} == {"parent_full"}
    granting.withdraw(db, given_, by=mother.account_id)
    assert weeks(db, aunt) == 0


def test_an_end_that_was_set_closes_by_itself(db):
    _, mother, aunt = a_family(db)
    granting.agree(db, to=aunt, rows=[WEEK], by=mother.account_id, ends_at=NOON + DAY)
    assert [weeks(db, aunt, at) for at in (NOON, NOON + DAY)] == [1, 0]


def test_an_end_may_be_brought_nearer_and_never_put_off(db):
    _, mother, aunt = a_family(db)
    given_ = granting.agree(db, to=aunt, rows=[WEEK], by=mother.account_id, ends_at=NOON + 2 * DAY)
    granting.shorten(db, given_, by=mother.account_id, ends_at=NOON + 9 * DAY)
    assert weeks(db, aunt, NOON + 2 * DAY) == 0
    granting.shorten(db, given_, by=mother.account_id, ends_at=NOON + DAY)
    assert weeks(db, aunt, NOON + DAY) == 0


def test_the_other_parent_may_take_back_what_one_gave(db):
    dossier, mother, aunt = a_family(db)
    father = a_parent(db, dossier)
    given_ = granting.agree(db, to=aunt, rows=[WEEK], by=mother.account_id)
    granting.withdraw(db, given_, by=father.account_id)
    assert weeks(db, aunt) == 0


def test_who_gave_may_take_back_even_when_they_could_not_give_any_more(db):
    _, mother, aunt = a_family(db)
    given_ = granting.agree(db, to=aunt, rows=[WEEK], by=mother.account_id)
    services.end(db, mother)
    granting.withdraw(db, given_, by=mother.account_id)
    assert weeks(db, aunt) == 0


def people(db, dossier):
    """Everybody who might try to grant, with whether they may, for a minor."""
    return {
        "mother": (a_parent(db, dossier), True),
        "delegate": (a_link(db, dossier, Kind.DELEGATE), True),
        "informed": (a_parent(db, dossier, Authority.INFORMED), False),
        "withdrawn": (a_parent(db, dossier, Authority.WITHDRAWN), False),
        "child": (the_young_person(db, dossier), False),
        "child welfare": (a_link(db, dossier, Kind.CHILD_WELFARE), False),
        "aunt": (a_link(db, dossier, Kind.RELATIVE), False),
        "unverified": (a_parent(db, dossier, verified=False), False),
        "ended": (a_parent(db, dossier, ends_at=NOON - DAY), False),
        "director": (staff(db, dossier, Post.MANAGEMENT), False),
        "referent": (staff(db, dossier, Post.EDUCATION, to_dossier=True, referent=True), False),
        "other family": (a_parent(db, a_dossier(db)), False),
    }


def test_only_those_who_decide_for_a_minor_grant(db):
    dossier, _, aunt = a_family(db)
    for who, (one, may) in people(db, dossier).items():
        if may:
            granting.withdraw(db, granting.agree(db, to=aunt, rows=[WEEK], by=one.account_id), by=one.account_id)
        else:
            with pytest.raises(BadInput, match="not_entitled"):
                granting.agree(db, to=aunt, rows=[WEEK], by=one.account_id)
        assert weeks(db, aunt) == 0, who


def test_an_adult_decides_alone_and_a_representative_in_their_place(db):
    dossier = a_dossier(db, age=20)
    an_event(db, dossier, category=Category.PLANNING, nature="")
    curator, mother = a_curator(db, dossier), a_parent(db, dossier)
    adult = the_young_person(db, dossier)
    guardian = a_link(db, dossier, Kind.MEASURE, measure=Measure.PERSON_REPRESENT)
    for one in (mother, curator):
        with pytest.raises(BadInput, match="not_entitled"):
            granting.agree(db, to=a_link(db, dossier, Kind.TRUSTED), rows=[WEEK], by=one.account_id)
    granting.agree(db, to=curator, rows=[WEEK], by=adult.account_id)
    assert weeks(db, curator) == 1
    trusted = a_link(db, dossier, Kind.TRUSTED)
    granting.agree(db, to=trusted, rows=[WEEK], by=guardian.account_id)
    assert weeks(db, trusted) == 1


@pytest.mark.parametrize("row", [row for row in ROWS if row not in GRANTED_ROWS])
def test_what_is_not_on_agreement_cannot_be_granted(db, row):
    _dossier, mother, aunt = a_family(db)
    before = reached(db, viewing(aunt), NOON)
    with pytest.raises(BadInput, match="rows: not_"):
        granting.agree(db, to=aunt, rows=[row], by=mother.account_id)
    assert db.scalars(select(Agreement)).all() == []
    assert reached(db, viewing(aunt), NOON) == before


def test_nobody_grants_what_is_closed_to_them(db):
    dossier, mother, aunt = a_family(db)
    director = staff(db, dossier, Post.MANAGEMENT)
    limiting.restrict(
        db, dossier, source=Source.COURT_ORDER, against=Against.ONE, account_id=mother.account_id, rows=[WEEK],
        proof="ordonnance", by=director.account_id,
    )  # fmt: skip
    with pytest.raises(BadInput, match="not_entitled"):
        granting.agree(db, to=aunt, rows=[WEEK], by=mother.account_id)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"rows": []}, "rows", "missing"),
        ({"ends_at": NOON}, "ends_at", "past"),
        ({"ends_at": NOON - DAY}, "ends_at", "past"),
        ({"rows": [NAME, (Category.TREATMENT, Nature.NONE)]}, "rows", "not_entitled"),
    ],
)
def test_a_contradictory_agreement_is_refused_and_nothing_half_saved(db, change, field, code):
    _, mother, aunt = a_family(db)
    facts = {"to": aunt, "rows": [WEEK], "by": mother.account_id} | change
    with pytest.raises(BadInput) as refused:
        granting.agree(db, **facts)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert db.scalar(select(func.count()).select_from(Agreement)) == 0


def test_the_same_is_not_granted_twice(db):
    _, mother, aunt = a_family(db)
    granting.agree(db, to=aunt, rows=[WEEK], by=mother.account_id)
    with pytest.raises(BadInput, match="already"):
        granting.agree(db, to=aunt, rows=[NAME, WEEK], by=mother.account_id)
    assert db.scalar(select(func.count()).select_from(Agreement)) == 1


def test_nobody_grants_to_themselves(db):
    dossier, mother, _ = a_family(db)
    also = a_link(db, dossier, Kind.RELATIVE, account=db.get(Account, mother.account_id))
    with pytest.raises(BadInput, match="own_link"):
        granting.agree(db, to=also, rows=[WEEK], by=mother.account_id)


def test_a_stranger_takes_nothing_back(db):
    _, mother, aunt = a_family(db)
    given_ = granting.agree(db, to=aunt, rows=[WEEK], by=mother.account_id)
    stranger = a_parent(db, a_dossier(db))
    for one in (stranger, aunt):
        with pytest.raises(BadInput, match="not_entitled"):
            granting.withdraw(db, given_, by=one.account_id)
    assert weeks(db, aunt) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(GRANTED_ROWS)), st.booleans()), max_size=8))
def test_what_is_open_is_what_was_given_and_not_taken_back_whatever_the_order(db, steps):
    with db.begin_nested() as savepoint:
        dossier, mother, aunt = a_family(db)
        father = a_parent(db, dossier)
        holding = {}
        for gives, row, by_mother in steps:
            by = (mother if by_mother else father).account_id
            if gives and row not in holding and row in TO_RELATIVES:
                (holding[row],) = granting.agree(db, to=aunt, rows=[row], by=by)
            elif gives and row not in holding:
                with pytest.raises(BadInput, match="rows: not_"):
                    granting.agree(db, to=aunt, rows=[row], by=by)
            elif not gives and row in holding:
                granting.withdraw(db, [holding.pop(row)], by=by)
        (scope,) = reached(db, viewing(aunt), NOON)
        on_agreement = {row[0] for row in GRANTED_ROWS}
        assert scope.categories & on_agreement == {row[0] for row in holding}
        savepoint.rollback()
