"""``decide()`` asked of every combination of facts there can be, for every row and action: nothing is sampled here.

Answers are sets (``space``), so each rule below is a line of algebra, written from docs/fr/regles-d-acces.md and
from the invariants of the access model, never from the code of the decision.
"""

from __future__ import annotations

import itertools

import pytest

from portal.access import actions
from portal.access.axes import NO_TIE, Cover, Item, Link, Opened, Restricted, Rule, Told
from portal.access.decision import decide
from portal.access.models import Post
from portal.access.perimeter import ROWS, of_row, row_name, row_named, row_of
from portal.access.reach import POINTS
from portal.access.words import Action, Category, Scope, Strength
from portal.core.models import DossierState
from tests.access.oracle import Oracle
from tests.access.space import IDLE, LAPSED, LEVELS, PAIRS, SPACES, STAFF, TIED, answers, examples, reached

FAMILIES = (TIED, IDLE)
SURE = ("strength", Strength.SUBSTANTIAL)


def named(pair):
    row, action = pair
    return f"{action}-{row_name(row)}"


@pytest.fixture(params=PAIRS, ids=named, scope="module")
def pair(request):
    """Each row and action in turn; tests of one stay together, so that its answers are computed once."""
    return request.param


def none(space, bits):
    """Nothing in this set; else a few of what is, to be read."""
    assert not bits, [str(one) for one in examples(space, bits)]


def test_every_point_is_asked_and_there_are_fewer_than_two_million():
    asked = sum(reached(space, row).bit_count() for row, _ in PAIRS for space in SPACES)
    print(f"{asked} points: {len(PAIRS)} rows × actions, {sum(len(space.facts) for space in SPACES)} facts")
    assert asked == 1_936_608


def test_each_answer_is_the_page_s(pair):
    for space in SPACES:
        found, said = answers(space, *pair), Oracle(space, *pair)
        for scope in LEVELS:
            none(space, found.by_scope[scope] ^ said.reads()[scope])


def test_each_refusal_is_told_as_the_page_says(pair):
    for space in SPACES:
        found, said = answers(space, *pair), Oracle(space, *pair).told()
        for told in Told:
            none(space, found.by_told.get(told, 0) ^ said[told])


def test_an_answer_is_one_and_a_permission_has_its_rule(pair):
    for space in SPACES:
        found = answers(space, *pair)
        assert sum(found.by_told.values()) == sum(found.by_rule.values()) == found.asked
        assert found.by_rule.get(Rule.PERMIT, 0) == found.by_told.get(Told.OPEN, 0) == found.allowed


# Invariant 3: a fact that denies never widens, one that permits never narrows


def widening():
    """(axis, from, to): the second is stricter than the first."""
    for stricter in (Item.HELD, Item.OTHERS, Item.HIDDEN_PATIENT, Item.HIDDEN_REPRESENTATIVES, Item.HIDDEN_FAMILIES):
        yield "item", Item.PLAIN, stricter
    yield from (("opened", Opened.SHIPPED, Opened.CLOSED), ("opened", Opened.OPEN, Opened.SHIPPED))
    yield from (("restricted", Restricted.NO, one) for one in (Restricted.NO_PLACE, Restricted.CLOSED))
    yield from (("dossier", DossierState.PRESENT, state) for state in DossierState)
    yield from (("dossier", DossierState.LEFT_READABLE, DossierState.LEFT), ("agreed", True, False))
    yield from (("strength", strong, weak) for weak, strong in itertools.combinations(Strength, 2))
    yield from (("cover", cover, Cover.NONE) for cover in Cover)
    yield from (("cover", Cover.REFERENT, Cover.DOSSIER), ("cover", Cover.UNIT, Cover.ESTABLISHMENT))
    yield from (("post", post, Post.NONE) for post in Post)


@pytest.mark.parametrize(("axis", "loose", "strict"), list(widening()), ids=str)
def test_a_stricter_fact_never_shows_more(axis, loose, strict):
    for space in SPACES:
        values = dict(space.axes).get(axis, ())
        if not {loose, strict} <= set(values):
            continue
        for row, action in PAIRS:
            found = answers(space, row, action)
            for scope in LEVELS:
                more = space.moved(found.at_least(scope), axis, strict, loose)
                none(space, more & found.asked & ~found.at_least(scope))


def test_a_restriction_in_force_leaves_nothing(pair):
    for space in FAMILIES:
        none(space, answers(space, *pair).allowed & space.of("restricted", Restricted.CLOSED))


def test_no_link_leaves_nothing_and_tells_nothing(pair):
    found = answers(LAPSED, *pair)
    assert found.by_told == {Told.NOT_FOUND: LAPSED.all}
    none(LAPSED, found.allowed)
    assert {row.link for row in LAPSED.facts} == NO_TIE


def test_a_dossier_left_for_good_leaves_nothing(pair):
    for space in SPACES:
        none(space, answers(space, *pair).allowed & space.of("dossier", DossierState.LEFT))


# Invariant 1: granted ∩ perimeter ∩ legal basis

ON_AGREEMENT = {
    Link.ASSIST: {"identity", "planning", "appointments", "diet", "protocol", "plan"},
    Link.RELATIVE: {"identity", "planning", "appointments"},
    Link.TRUSTED: {"identity", "planning", "appointments"},
}


def test_an_agreement_opens_what_is_on_agreement_and_not_closed_and_nothing_else(pair):
    row, action = pair
    for space in FAMILIES:
        allowed = answers(space, *pair).allowed
        by_agreement = allowed & ~space.moved(allowed, "agreed", False, True) & space.of("agreed", True)
        none(space, by_agreement & space.of("opened", Opened.CLOSED))
        granted = [link for link, rows in ON_AGREEMENT.items() if row_name(row) in rows]
        none(space, by_agreement & ~space.of("link", *granted))
        if action is Action.VIEW:
            none(space, space.of("link", *granted) & space.of("agreed", False) & allowed)


def test_what_management_opens_is_what_the_page_calls_closed(pair):
    """Opening acts on no other cell: it stands for no agreement, and opens no « jamais »."""
    for space in (TIED, STAFF):
        allowed = answers(space, *pair).allowed
        by_opening = allowed & ~space.moved(allowed, "opened", Opened.SHIPPED, Opened.OPEN)
        none(space, by_opening & space.of("opened", Opened.OPEN) & ~_closed_at_first(space, pair[0]))


CLOSED_AT_FIRST = {
    "planning": {Link.PARENT_INFORMED},
    "appointments": {Link.PARENT_INFORMED},
    "appointments:health": {Link.ASSIST},
    "treatment": {Link.PARENT_FULL, Link.DELEGATE, Link.REPRESENT, Link.CHILD_WELFARE, Link.SELF},
    "seizures": {Link.PARENT_FULL, Link.DELEGATE, Link.REPRESENT, Link.CHILD_WELFARE, Link.SELF, Link.STAFF},
    "plan": {Link.PARENT_FULL, Link.DELEGATE, Link.REPRESENT, Link.CHILD_WELFARE},
}


def _closed_at_first(space, row):
    bits = space.of("link", *CLOSED_AT_FIRST.get(row_name(row), ()))
    return bits & ~(space.of("link", Link.SELF) & space.of("adult", True))


# Invariant 4: majority


def test_parental_authority_ends_at_majority_and_nothing_opens_to_anybody_but_the_young_person(pair):
    for space in FAMILIES:
        allowed, adult = answers(space, *pair).allowed, space.of("adult", True)
        parents = space.of("link", Link.PARENT_FULL, Link.PARENT_INFORMED, Link.PARENT_WITHDRAWN, Link.DELEGATE)
        none(space, allowed & adult & (parents | space.of("link", Link.CHILD_WELFARE)))
        new = allowed & ~space.moved(allowed, "adult", False, True) & adult
        none(space, new & ~space.of("link", Link.SELF))


def test_the_young_person_loses_nothing_by_coming_of_age(pair):
    for space in FAMILIES:
        allowed = answers(space, *pair).allowed & space.of("link", Link.SELF)
        none(space, space.moved(allowed, "adult", False, True) & ~allowed)


# Invariant 5: equal authority, equal answers


@pytest.mark.parametrize(("one", "other"), [(Link.PARENT_FULL, Link.DELEGATE), (Link.RELATIVE, Link.TRUSTED)])
def test_equal_authority_gives_equal_answers(one, other):
    for row, action in PAIRS:
        found = answers(TIED, row, action)
        for bits in (*found.by_scope.values(), *found.by_told.values()):
            none(TIED, TIED.moved(bits, "link", one, other) ^ (bits & TIED.of("link", other)))


# Invariant 11: what is told reveals nothing

SECRET = ("opened", "agreed", "restricted", "item")
"""Nobody is told whether management closed a cell, somebody agreed, opposed, froze, or an item is held or another's."""


def test_two_refusals_that_differ_by_a_secret_are_told_alike(pair):
    for space in SPACES:
        found = answers(space, *pair)
        refused = found.asked & ~found.allowed
        for told, bits in found.by_told.items():
            if told is not Told.OPEN:
                none(space, space.spread(bits, *SECRET) & refused & ~bits)


def test_too_weak_a_sign_in_is_told_alike_whatever_lies_behind(pair):
    """The same page whether the thing exists, is open or is held: it never depends on the rest."""
    for space in SPACES:
        found = answers(space, *pair)
        weak = found.by_told.get(Told.STEP_UP, 0)
        none(space, space.spread(weak, *SECRET, "adult") & found.asked & ~weak)


# Invariant 13, and who does what


def test_nobody_grants_what_they_do_not_hold():
    for row in ROWS:
        for space in FAMILIES:
            granting, reading = answers(space, row, Action.ADMINISTER).allowed, answers(space, row, Action.VIEW)
            none(space, granting & ~reading.at_least(Scope.NO_PLACE))
            for item in dict(space.axes)["item"]:  # a part of one's own is not the row
                none(space, space.moved(granting, "item", item, Item.PLAIN) & ~reading.allowed)


def test_a_family_does_no_more_with_a_thing_than_read_it(pair):
    row, action = pair
    for space in FAMILIES:
        none(space, answers(space, *pair).allowed & ~answers(space, row, Action.VIEW).allowed)
        if action in (Action.REVIEW, Action.PUBLISH):
            none(space, answers(space, *pair).allowed)


def test_nobody_checks_what_they_sent():
    for row, action in PAIRS:
        if action is Action.REVIEW:
            for space in SPACES:
                none(space, answers(space, row, action).allowed & space.of("item", Item.MINE))


def test_staff_publish_what_they_may_read():
    """Documents apart: those who check a deposit publish it, and read it to check it."""
    for row, action in PAIRS:
        if action is Action.PUBLISH and row[0] is not Category.DOCUMENTS:
            none(STAFF, answers(STAFF, row, action).allowed & ~answers(STAFF, row, Action.VIEW).allowed)


def test_who_publishes_a_document_is_who_checks_it():
    row = row_named("documents")
    present = STAFF.of("dossier", DossierState.PRESENT) & ~STAFF.of("item", Item.MINE)
    publishing, checking = (answers(STAFF, row, one).allowed for one in (Action.PUBLISH, Action.REVIEW))
    none(STAFF, (publishing ^ checking) & present)


def test_staff_never_speak_for_families_nor_for_the_young(pair):
    if pair[1] in (Action.DEPOSIT, Action.EXPRESS, Action.ANSWER):
        none(STAFF, answers(STAFF, *pair).allowed)


GLASS = {
    "identity", "household", "planning", "appointments", "appointments:health", "menus", "diet", "protocol",
    "treatment", "seizures",
}  # fmt: skip


def test_a_broken_glass_opens_the_rows_of_an_emergency_to_be_read_and_nothing_else(pair):
    row, action = pair
    opened = answers(STAFF, *pair).allowed & STAFF.of("cover", Cover.BREAK_GLASS)
    if action is not Action.VIEW or row_name(row) not in GLASS:
        none(STAFF, opened)
    if row_name(row) != "menus":
        none(STAFF, opened & STAFF.of("post", Post.KITCHEN))


def test_care_of_the_body_is_never_shown_to_families():
    row = row_named("intimate_care")
    for action in Action:
        if actions.exists(action, row):
            for space in FAMILIES:
                none(space, answers(space, row, action).allowed)
    none(STAFF, answers(STAFF, row, Action.VIEW).allowed & ~STAFF.of("post", Post.CARE))


def test_an_unshared_wish_is_read_by_nobody_else():
    for space in SPACES:
        reading = answers(space, row_named("wishes"), Action.VIEW).allowed
        none(space, reading & ~space.of("item", Item.MINE, Item.PUBLISHED))


def test_another_s_part_is_read_by_those_at_work_who_handle_it_only(pair):
    row, action = pair
    for space in SPACES:
        others = answers(space, *pair).allowed & space.of("item", Item.OTHERS)
        if row_name(row) != "household" and (row_name(row), action) not in {
            ("documents", Action.REVIEW), ("documents", Action.PUBLISH),
        }:  # fmt: skip
            none(space, others)
        none(space, others & ~space.of("link", Link.STAFF))


def test_only_what_has_an_hour_is_half_shown(pair):
    row, action = pair
    for space in SPACES:
        found = answers(space, *pair)
        if row[0] not in (Category.PLANNING, Category.APPOINTMENTS) or action is not Action.VIEW:
            none(space, found.by_scope[Scope.HOUR])
        none(space, found.by_scope[Scope.HOUR] & space.of(*SURE))
        none(space, found.by_scope[Scope.NO_PLACE] & ~space.of("restricted", Restricted.NO_PLACE))
        none(space, found.by_scope[Scope.ALL] & space.of("restricted", Restricted.NO_PLACE))


# What is left out above: points of a same row, and actions that do not exist


def test_a_thing_is_ruled_by_its_row():
    for space in SPACES:
        for facts, point, action in itertools.product(space.facts[::101], POINTS, Action):
            assert decide(facts, *point, action) == decide(facts, *of_row(row_of(*point)), action), (facts, point)


def test_an_action_that_does_not_exist_for_a_row_is_refused_whatever_the_facts():
    absent = [(row, action) for row, action in itertools.product(ROWS, Action) if not actions.exists(action, row)]
    assert len(absent) + len(PAIRS) == len(ROWS) * len(Action)
    for space in SPACES:
        for facts, (row, action) in itertools.product(space.facts[::19], absent):
            decision = decide(facts, *of_row(row), action)
            assert (decision.allowed, decision.rule, decision.told) == (False, Rule.ACTION, Told.NOT_FOUND)
