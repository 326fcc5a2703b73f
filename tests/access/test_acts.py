"""Acts, as tables a social worker can check; then everything at once, by chance."""

from __future__ import annotations

from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.access.acts import NOBODY_YET, USUAL, Act, Answerer, Outcome, Said, deciders, settle
from portal.access.axes import Link
from tests.conftest import ROOT

MOTHER, FATHER, AUNT, CHILD, WELFARE, CURATOR = (UUID(int=number) for number in range(1, 7))
YES, NO, UNSURE, SILENT = Said.YES, Said.NO, Said.UNSURE, Said.SILENT
GRANTED, MISSING, REFUSED, STOPPED = Outcome.GRANTED, Outcome.MISSING, Outcome.REFUSED, Outcome.STOPPED


def parents(mother, father, *others):
    return (Answerer(MOTHER, Link.PARENT_FULL, mother), Answerer(FATHER, Link.PARENT_FULL, father), *others)


TWO_PARENTS = [
    # the mother, the father, an outing, a school change
    (SILENT, SILENT, MISSING, MISSING),
    (YES, SILENT, GRANTED, MISSING),
    (SILENT, YES, GRANTED, MISSING),
    (YES, UNSURE, GRANTED, MISSING),
    (YES, YES, GRANTED, GRANTED),
    (YES, NO, STOPPED, STOPPED),
    (NO, YES, STOPPED, STOPPED),
    (NO, SILENT, REFUSED, REFUSED),
    (NO, NO, REFUSED, REFUSED),
    (UNSURE, UNSURE, MISSING, MISSING),
]


@pytest.mark.parametrize(("mother", "father", "usual", "unusual"), TWO_PARENTS)
def test_two_parents_with_authority(mother, father, usual, unusual):
    people = parents(mother, father)
    assert settle(Act.OUTING, people, adult=False).outcome is usual
    assert settle(Act.ORIENTATION, people, adult=False).outcome is unusual


def test_silence_says_whose_answer_is_missing():
    assert settle(Act.SURGERY, parents(YES, SILENT), adult=False).missing == (FATHER,)
    assert settle(Act.SURGERY, parents(YES, YES), adult=False).missing == ()


IMAGE = [
    # the mother, the father, the child, what it comes to
    (YES, YES, YES, GRANTED),
    (YES, YES, SILENT, MISSING),
    (YES, YES, UNSURE, MISSING),
    (YES, YES, NO, STOPPED),
    (YES, SILENT, YES, MISSING),
    (YES, NO, YES, STOPPED),
    (SILENT, SILENT, NO, REFUSED),
]


@pytest.mark.parametrize(("mother", "father", "child", "outcome"), IMAGE)
def test_an_image_takes_both_parents_and_the_young_person(mother, father, child, outcome):
    people = parents(mother, father, Answerer(CHILD, Link.SELF, child))
    assert settle(Act.IMAGE, people, adult=False).outcome is outcome


def test_who_cannot_say_it_by_any_means_is_not_waited_for():
    people = parents(YES, YES, Answerer(CHILD, Link.SELF))
    assert settle(Act.IMAGE, people, adult=False, can_say=False).outcome is GRANTED


def test_who_can_say_it_and_has_no_way_in_yet_is_waited_for():
    assert settle(Act.IMAGE, parents(YES, YES), adult=False).missing == (NOBODY_YET,)


def test_the_child_s_no_to_another_act_is_heard_elsewhere_and_decides_nothing():
    people = parents(YES, SILENT, Answerer(CHILD, Link.SELF, NO))
    assert settle(Act.ACTIVITY, people, adult=False).outcome is GRANTED


ALONE = [
    # who stands beside the child, an outing, surgery: whose yes suffices
    ((Link.PARENT_FULL,), GRANTED, GRANTED),
    ((Link.DELEGATE,), GRANTED, GRANTED),
    ((Link.REPRESENT,), GRANTED, GRANTED),
    ((Link.CHILD_WELFARE,), GRANTED, GRANTED),  # a ward of the State
    ((Link.PARENT_INFORMED,), MISSING, MISSING),
    ((Link.PARENT_WITHDRAWN,), MISSING, MISSING),
    ((Link.RELATIVE,), MISSING, MISSING),
    ((Link.TRUSTED,), MISSING, MISSING),
    ((Link.PROPERTY,), MISSING, MISSING),
]


@pytest.mark.parametrize(("links", "usual", "unusual"), ALONE)
def test_one_person_alone_says_yes(links, usual, unusual):
    people = [Answerer(UUID(int=number), link, YES) for number, link in enumerate(links, 10)]
    assert settle(Act.OUTING, people, adult=False).outcome is usual
    assert settle(Act.SURGERY, people, adult=False).outcome is unusual


def test_child_welfare_does_what_is_usual_and_leaves_the_rest_to_the_parents():
    people = parents(SILENT, SILENT, Answerer(WELFARE, Link.CHILD_WELFARE, YES))
    assert settle(Act.OUTING, people, adult=False).outcome is GRANTED
    assert settle(Act.SURGERY, people, adult=False).missing == (MOTHER, FATHER)


def test_a_parent_who_is_informed_is_told_of_what_is_important_and_decides_nothing():
    people = [Answerer(MOTHER, Link.PARENT_FULL, YES), Answerer(FATHER, Link.PARENT_INFORMED, NO)]
    important = settle(Act.TRAVEL_ABROAD, people, adult=False)
    assert (important.outcome, important.told) == (GRANTED, (FATHER,))
    assert settle(Act.OUTING, people, adult=False).told == ()


ADULTS = [
    # beside the adult, what the adult says, what that person says, an outing, surgery
    (None, YES, SILENT, GRANTED, GRANTED),
    (None, NO, SILENT, REFUSED, REFUSED),
    (Link.PARENT_FULL, SILENT, YES, MISSING, MISSING),
    (Link.PARENT_FULL, YES, NO, GRANTED, GRANTED),
    (Link.ASSIST, YES, SILENT, GRANTED, MISSING),
    (Link.ASSIST, YES, YES, GRANTED, GRANTED),
    (Link.ASSIST, SILENT, YES, MISSING, MISSING),
    (Link.REPRESENT, SILENT, YES, GRANTED, MISSING),
    (Link.REPRESENT, YES, YES, GRANTED, GRANTED),
    (Link.REPRESENT, NO, YES, STOPPED, STOPPED),
    (Link.PROPERTY, YES, NO, GRANTED, GRANTED),
]


@pytest.mark.parametrize(("beside", "adult", "said", "usual", "unusual"), ADULTS)
def test_an_adult_decides_with_whom_a_judge_named(beside, adult, said, usual, unusual):
    people = [Answerer(CHILD, Link.SELF, adult)] + ([Answerer(CURATOR, beside, said)] if beside else [])
    assert settle(Act.OUTING, people, adult=True).outcome is usual
    assert settle(Act.SURGERY, people, adult=True).outcome is unusual


def test_an_adult_who_cannot_say_it_is_represented_or_nobody_is_entitled():
    guardian = [Answerer(CHILD, Link.SELF), Answerer(CURATOR, Link.REPRESENT, YES)]
    assert settle(Act.IMAGE, guardian, adult=True, can_say=False).outcome is GRANTED
    alone = settle(Act.SURGERY, guardian[:1], adult=True, can_say=False)
    assert (alone.outcome, alone.missing) == (MISSING, ())


def test_the_page_for_families_names_every_act_and_says_which_are_usual():
    told = (ROOT / "docs" / "fr" / "actes.md").read_text("utf-8")
    for act in Act:
        line = next(line for line in told.splitlines() if f"`{act}`" in line)
        assert ("courant" in line) == (act in USUAL), act


# By chance

PEOPLE = st.lists(
    st.builds(Answerer, st.integers(1, 9).map(lambda n: UUID(int=n)), st.sampled_from(Link), st.sampled_from(Said)),
    max_size=5,
    unique_by=lambda one: one.who,
)
EVERYTHING = {"act": st.sampled_from(Act), "people": PEOPLE, "adult": st.booleans(), "can_say": st.booleans()}


@given(**EVERYTHING, rotation=st.integers(0, 4))
def test_the_order_in_which_people_stand_changes_nothing(act, people, adult, can_say, rotation):
    turned = people[rotation:] + people[:rotation]
    one, other = (settle(act, each, adult=adult, can_say=can_say) for each in (people, turned))
    assert one.outcome is other.outcome
    assert set(one.missing) == set(other.missing)


@given(**EVERYTHING)
def test_no_no_is_ever_granted_over_and_no_silence_to_what_is_unusual(act, people, adult, can_say):
    standing = settle(act, people, adult=adult, can_say=can_say)
    asked = [one for one in deciders(act, people, adult=adult) if can_say or one.link is not Link.SELF]
    if standing.outcome is GRANTED:
        assert asked
        assert all(one.said is not NO for one in asked)
        assert any(one.said is YES for one in asked)
        assert act in USUAL or all(one.said is YES for one in asked)


@given(**EVERYTHING)
def test_no_image_without_the_young_person_s_own_yes(act, people, adult, can_say):
    standing = settle(Act.IMAGE, people, adult=adult, can_say=can_say)
    own = [one.said for one in people if one.link is Link.SELF]
    assert standing.outcome is not GRANTED or not can_say or set(own) == {YES}


@given(**EVERYTHING, which=st.integers(0, 4))
def test_taking_a_yes_back_or_turning_it_into_a_no_never_grants(act, people, adult, can_say, which):
    if which >= len(people) or settle(act, people, adult=adult, can_say=can_say).outcome is GRANTED:
        return
    for said in (SILENT, UNSURE, NO):
        if people[which].said is YES:
            less = [*people[:which], Answerer(people[which].who, people[which].link, said), *people[which + 1 :]]
            assert settle(act, less, adult=adult, can_say=can_say).outcome is not GRANTED


def test_both_parents_weigh_the_same():
    for act, one, other in product(Act, Said, Said):
        first, second = (settle(act, parents(*pair), adult=False) for pair in ((one, other), (other, one)))
        assert first.outcome is second.outcome
