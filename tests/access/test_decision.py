"""The decision as a table of outcomes that a social worker can check against docs/permissions.md."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.access.actions import STAFF_MAY
from portal.access.axes import NO_TIE, Cover, Facts, Item, Link, Opened, Restricted, Rule, Told
from portal.access.decision import decide
from portal.access.models import Post
from portal.access.perimeter import FAMILY, STAFF, Cell, Column, of_row, row_named
from portal.access.reach import POINTS
from portal.access.words import Action, Category, Nature, Scope, Strength
from portal.core.models import DossierState

SURE = Facts(strength=Strength.SUBSTANTIAL)


def asked(link: Link, what: str, **facts: object) -> tuple[bool, str]:
    category, _, nature = what.partition(":")
    decision = decide(replace(SURE, link=link, **facts), Category(category), Nature(nature))
    return decision.allowed, decision.rule.value


@pytest.mark.parametrize(
    ("link", "adult", "what", "rule"),
    [
        (Link.PARENT_FULL, False, "identity", "permit"),
        (Link.PARENT_FULL, False, "appointments:health", "permit"),
        (Link.PARENT_FULL, False, "appointments:justice", "permit"),
        (Link.PARENT_FULL, False, "treatment", "perimeter"),  # closed until management opens it
        (Link.PARENT_FULL, False, "plan", "perimeter"),
        (Link.PARENT_FULL, False, "intimate_care", "perimeter"),
        (Link.PARENT_FULL, False, "household", "perimeter"),  # a plain row is not one's own part
        (Link.PARENT_FULL, True, "planning", "legal_basis"),  # authority ended at majority
        (Link.PARENT_FULL, True, "menus", "legal_basis"),
        (Link.DELEGATE, False, "diet", "permit"),
        (Link.PARENT_INFORMED, False, "identity", "permit"),
        (Link.PARENT_INFORMED, False, "planning", "perimeter"),
        (Link.PARENT_INFORMED, False, "appointments:health", "perimeter"),
        (Link.PARENT_WITHDRAWN, False, "identity", "legal_basis"),
        (Link.SELF, False, "appointments:health", "permit"),
        (Link.SELF, False, "appointments:justice", "perimeter"),
        (Link.SELF, False, "plan", "permit"),
        (Link.SELF, False, "treatment", "perimeter"),
        (Link.SELF, True, "treatment", "permit"),
        (Link.SELF, True, "appointments:justice", "permit"),
        (Link.SELF, True, "intimate_care", "perimeter"),
        (Link.REPRESENT, True, "appointments:justice", "permit"),
        (Link.ASSIST, True, "appointments:school", "agreement"),
        (Link.ASSIST, True, "appointments:justice", "perimeter"),
        (Link.ASSIST, True, "menus", "permit"),
        (Link.PROPERTY, True, "menus", "legal_basis"),
        (Link.CHILD_WELFARE, False, "household", "permit"),
        (Link.CHILD_WELFARE, True, "household", "legal_basis"),
        (Link.RELATIVE, False, "identity", "agreement"),
        (Link.RELATIVE, False, "menus", "permit"),
        (Link.RELATIVE, False, "appointments:health", "perimeter"),
        (Link.TRUSTED, True, "planning", "agreement"),
        (Link.NONE, False, "menus", "relationship"),
    ],
)
def test_each_relationship_sees_what_the_perimeter_says(link, adult, what, rule):
    assert asked(link, what, adult=adult) == (rule == "permit", rule)


@pytest.mark.parametrize(
    ("post", "cover", "what", "allowed"),
    [
        (Post.EDUCATION, Cover.UNIT, "planning", True),
        (Post.EDUCATION, Cover.UNIT, "appointments:health", True),
        (Post.EDUCATION, Cover.UNIT, "appointments:justice", False),
        (Post.EDUCATION, Cover.REFERENT, "appointments:justice", True),
        (Post.EDUCATION, Cover.ESTABLISHMENT, "planning", False),  # everywhere is not the unit
        (Post.EDUCATION, Cover.NONE, "menus", False),  # assigned to another unit
        (Post.EDUCATION, Cover.UNIT, "treatment", False),
        (Post.EDUCATION, Cover.UNIT, "household", False),
        (Post.CARE, Cover.ESTABLISHMENT, "treatment", True),
        (Post.CARE, Cover.ESTABLISHMENT, "planning", False),
        (Post.CARE, Cover.ESTABLISHMENT, "appointments:health", True),
        (Post.CARE, Cover.ESTABLISHMENT, "intimate_care", True),
        (Post.ADMINISTRATION, Cover.ESTABLISHMENT, "planning", True),
        (Post.ADMINISTRATION, Cover.ESTABLISHMENT, "household", True),
        (Post.ADMINISTRATION, Cover.ESTABLISHMENT, "seizures", False),
        (Post.MANAGEMENT, Cover.ESTABLISHMENT, "appointments:justice", True),
        (Post.MANAGEMENT, Cover.ESTABLISHMENT, "intimate_care", False),
        (Post.SOCIAL_WORK, Cover.ESTABLISHMENT, "appointments:justice", True),
        (Post.KITCHEN, Cover.ESTABLISHMENT, "diet", True),
        (Post.KITCHEN, Cover.ESTABLISHMENT, "identity", False),
        (Post.KITCHEN, Cover.UNIT, "planning", False),
        (Post.KITCHEN, Cover.ESTABLISHMENT, "menus", True),
        (Post.NONE, Cover.DOSSIER, "wishes", False),
    ],
)
def test_staff_see_by_profession_and_assignment(post, cover, what, allowed):
    assert asked(Link.STAFF, what, post=post, cover=cover)[0] is allowed


@pytest.mark.parametrize(
    ("change", "rule", "told"),
    [
        ({"link": Link.CLOSED_ACCOUNT}, Rule.ACCOUNT, Told.NOT_FOUND),
        ({"link": Link.UNVERIFIED}, Rule.RELATIONSHIP, Told.NOT_FOUND),
        ({"link": Link.NOT_YET}, Rule.RELATIONSHIP, Told.NOT_FOUND),
        ({"link": Link.ENDED}, Rule.RELATIONSHIP, Told.NOT_FOUND),
        ({"dossier": DossierState.PRE_ADMISSION}, Rule.DOSSIER_STATE, Told.DOSSIER_CLOSED),
        ({"dossier": DossierState.LEFT}, Rule.DOSSIER_STATE, Told.DOSSIER_CLOSED),
        ({"adult": True}, Rule.LEGAL_BASIS, Told.MAJORITY),
        ({"restricted": Restricted.CLOSED}, Rule.RESTRICTION, Told.NOT_SHARED),
        ({"restricted": Restricted.CLOSED, "opened": Opened.CLOSED}, Rule.RESTRICTION, Told.NOT_SHARED),
        ({"restricted": Restricted.NO_PLACE}, Rule.PERMIT, Told.OPEN),
        ({"opened": Opened.CLOSED}, Rule.PERIMETER, Told.NOT_SHARED),
        ({"item": Item.HELD}, Rule.HOLD, Told.NOT_SHARED),
        ({"item": Item.OTHERS}, Rule.HOLD, Told.NOT_SHARED),
        ({"item": Item.HIDDEN_FAMILIES}, Rule.HOLD, Told.NOT_SHARED),
        ({"item": Item.HIDDEN_REPRESENTATIVES}, Rule.HOLD, Told.NOT_SHARED),
        ({"item": Item.HIDDEN_PATIENT}, Rule.PERMIT, Told.OPEN),
        ({"dossier": DossierState.LEFT_READABLE}, Rule.PERMIT, Told.OPEN),
        ({}, Rule.PERMIT, Told.OPEN),
    ],
)
def test_one_fact_that_denies_is_enough_for_a_parent(change, rule, told):
    decision = decide(replace(SURE, **({"link": Link.PARENT_FULL} | change)), Category.PLANNING)
    assert (decision.rule, decision.told) == (rule, told)


@pytest.mark.parametrize(
    ("link", "strength", "what", "scope"),
    [
        (Link.PARENT_FULL, Strength.LOW, "planning", Scope.ALL),
        (Link.PARENT_FULL, Strength.LOW, "menus", Scope.ALL),
        (Link.PARENT_FULL, Strength.LOW, "appointments:school", Scope.ALL),
        (Link.PARENT_FULL, Strength.LOW, "appointments:health", Scope.HOUR),
        (Link.PARENT_FULL, Strength.LOW, "appointments:justice", Scope.HOUR),
        (Link.PARENT_FULL, Strength.LOW, "appointments", Scope.HOUR),  # unknown is read as health
        (Link.PARENT_FULL, Strength.LOW, "planning:health", Scope.HOUR),  # a therapy in the week
        (Link.PARENT_FULL, Strength.LOW, "identity", None),
        (Link.PARENT_FULL, Strength.ACCOMPANIED, "identity", None),
        (Link.PARENT_FULL, Strength.ACCOMPANIED, "appointments:health", Scope.HOUR),
        (Link.SELF, Strength.ACCOMPANIED, "appointments:health", Scope.ALL),
        (Link.SELF, Strength.ACCOMPANIED, "planning", Scope.ALL),
        (Link.SELF, Strength.ACCOMPANIED, "plan", None),
        (Link.SELF, Strength.LOW, "appointments:health", Scope.HOUR),
        (Link.SELF, Strength.SUBSTANTIAL, "plan", Scope.ALL),
    ],
)
def test_a_weak_sign_in_shows_less(link, strength, what, scope):
    category, _, nature = what.partition(":")
    decision = decide(Facts(link=link, strength=strength), Category(category), Nature(nature))
    if scope is None:
        assert (decision.rule, decision.told) == (Rule.STRENGTH, Told.STEP_UP)
    else:
        assert (decision.allowed, decision.scope) == (True, scope)


def test_both_parents_with_equal_authority_get_equal_answers():
    """The link is all that tells parents apart, and it holds no name: equality is by construction. This keeps it so."""
    assert {field.name for field in fields(Facts)} == {
        "link", "dossier", "strength", "adult", "post", "cover", "opened", "agreed", "restricted", "item",
    }  # fmt: skip


MAY = [
    # action, what, link, item, allowed
    (Action.DEPOSIT, "documents", Link.PARENT_FULL, Item.MINE, True),
    (Action.DEPOSIT, "documents", Link.PARENT_INFORMED, Item.MINE, True),
    (Action.DEPOSIT, "documents", Link.RELATIVE, Item.MINE, True),
    (Action.DEPOSIT, "documents", Link.PARENT_WITHDRAWN, Item.MINE, False),
    (Action.DEPOSIT, "documents", Link.SELF, Item.MINE, False),  # a minor reads what is published to them
    (Action.DEPOSIT, "planning", Link.PARENT_FULL, Item.MINE, False),
    (Action.EXPRESS, "wishes", Link.SELF, Item.MINE, True),
    (Action.EXPRESS, "wishes", Link.PARENT_FULL, Item.MINE, False),
    (Action.ANSWER, "appointments:health", Link.PARENT_FULL, Item.PLAIN, True),
    (Action.ANSWER, "appointments:health", Link.SELF, Item.PLAIN, True),
    (Action.ANSWER, "appointments:school", Link.PARENT_INFORMED, Item.PLAIN, False),
    (Action.ANSWER, "appointments:health", Link.PARENT_FULL, Item.HELD, False),
    (Action.ADMINISTER, "planning", Link.PARENT_FULL, Item.PLAIN, True),
    (Action.ADMINISTER, "planning", Link.DELEGATE, Item.PLAIN, True),
    (Action.ADMINISTER, "planning", Link.RELATIVE, Item.PLAIN, False),
    (Action.ADMINISTER, "planning", Link.SELF, Item.PLAIN, False),  # a minor's parents decide
    (Action.ADMINISTER, "plan", Link.PARENT_FULL, Item.PLAIN, False),  # nobody grants what they do not hold
    (Action.ADMINISTER, "seizures", Link.REPRESENT, Item.PLAIN, False),
    (Action.REVIEW, "documents", Link.PARENT_FULL, Item.MINE, False),
    (Action.PUBLISH, "planning", Link.PARENT_FULL, Item.PLAIN, False),
]


@pytest.mark.parametrize(("action", "what", "link", "item", "allowed"), MAY)
def test_families_and_young_people_do_what_is_theirs_to_do(action, what, link, item, allowed):
    category, _, nature = what.partition(":")
    decision = decide(replace(SURE, link=link, item=item), Category(category), Nature(nature), action)
    assert decision.allowed is allowed


STAFF_DOES = [
    (Action.REVIEW, "documents", Post.ADMINISTRATION, Cover.ESTABLISHMENT, Item.OTHERS, True),
    (Action.REVIEW, "documents", Post.ADMINISTRATION, Cover.ESTABLISHMENT, Item.MINE, False),  # never one's own
    (Action.REVIEW, "documents", Post.EDUCATION, Cover.UNIT, Item.OTHERS, False),
    (Action.REVIEW, "documents", Post.EDUCATION, Cover.REFERENT, Item.OTHERS, True),
    (Action.PUBLISH, "documents", Post.CARE, Cover.UNIT, Item.OTHERS, True),
    (Action.PUBLISH, "planning", Post.EDUCATION, Cover.UNIT, Item.PLAIN, True),
    (Action.PUBLISH, "planning", Post.EDUCATION, Cover.ESTABLISHMENT, Item.PLAIN, False),
    (Action.PUBLISH, "treatment", Post.MANAGEMENT, Cover.ESTABLISHMENT, Item.PLAIN, False),
    (Action.PUBLISH, "wishes", Post.EDUCATION, Cover.REFERENT, Item.PUBLISHED, False),  # their words stay theirs
    (Action.ADMINISTER, "planning", Post.MANAGEMENT, Cover.ESTABLISHMENT, Item.PLAIN, True),
    (Action.ADMINISTER, "planning", Post.ADMINISTRATION, Cover.ESTABLISHMENT, Item.PLAIN, False),
]


@pytest.mark.parametrize(("action", "what", "post", "cover", "item", "allowed"), STAFF_DOES)
def test_staff_do_what_their_profession_and_assignment_say(action, what, post, cover, item, allowed):
    facts = replace(SURE, link=Link.STAFF, post=post, cover=cover, item=item)
    assert decide(facts, Category(what), Nature.NONE, action).allowed is allowed


@pytest.mark.parametrize("strength", [Strength.LOW, Strength.ACCOMPANIED])
@pytest.mark.parametrize("action", [Action.PUBLISH, Action.ADMINISTER, Action.REVIEW])
def test_what_binds_others_takes_a_sure_sign_in(action, strength):
    link = replace(SURE, link=Link.STAFF, post=Post.MANAGEMENT, cover=Cover.ESTABLISHMENT, strength=strength)
    what = Category.DOCUMENTS if action is Action.REVIEW else Category.MENUS
    assert decide(link, what, action=action).told is Told.STEP_UP


def test_a_left_dossier_is_read_and_no_longer_added_to():
    grey = replace(SURE, link=Link.PARENT_FULL, dossier=DossierState.LEFT_READABLE)
    assert decide(grey, Category.PLANNING).allowed
    assert decide(grey, Category.PLANNING, action=Action.ANSWER).rule is Rule.DOSSIER_STATE
    mine = replace(grey, item=Item.MINE)
    assert decide(mine, Category.DOCUMENTS, action=Action.DEPOSIT).rule is Rule.DOSSIER_STATE


@pytest.mark.parametrize("action", [Action.DEPOSIT, Action.EXPRESS, Action.REVIEW])
def test_what_no_table_permits_is_denied(action):
    assert decide(replace(SURE, link=Link.SELF), Category.MENUS, action=action).rule is Rule.ACTION


def test_nobody_publishes_what_they_may_not_read():
    published = set()
    for row, who in STAFF_MAY[Action.PUBLISH].items():
        for post, cover, opened in itertools.product(Post, Cover, Opened):
            facts = replace(SURE, link=Link.STAFF, post=post, cover=cover, opened=opened, item=Item.PUBLISHED)
            if decide(facts, *of_row(row), Action.PUBLISH).allowed:
                published.add(row)
                assert decide(facts, *of_row(row)).allowed, (row, who, post, cover)
    assert {row_named("planning"), row_named("menus"), row_named("documents")} <= published


@pytest.mark.parametrize(
    ("what", "post", "allowed"),
    [
        ("treatment", Post.EDUCATION, True),
        ("protocol", Post.EDUCATION, True),
        ("household", Post.EDUCATION, True),
        ("appointments:justice", Post.EDUCATION, False),
        ("intimate_care", Post.CARE, False),
        ("plan", Post.EDUCATION, False),
        ("documents", Post.EDUCATION, False),
        ("treatment", Post.KITCHEN, False),
    ],
)
def test_breaking_the_glass_opens_what_an_emergency_needs(what, post, allowed):
    assert asked(Link.STAFF, what, post=post, cover=Cover.BREAK_GLASS)[0] is allowed


@pytest.mark.parametrize(("agreed", "opened", "rule"), [
    (False, Opened.SHIPPED, "agreement"),
    (False, Opened.OPEN, "agreement"),  # management does not stand for a family
    (True, Opened.SHIPPED, "permit"),
    (True, Opened.CLOSED, "perimeter"),  # granted ∩ perimeter
])  # fmt: skip
def test_an_agreement_opens_within_the_perimeter(agreed, opened, rule):
    assert asked(Link.RELATIVE, "planning", agreed=agreed, opened=opened)[1] == rule


@pytest.mark.parametrize("what", ["household", "wishes", "treatment", "appointments:health", "intimate_care"])
def test_an_agreement_opens_nothing_that_is_not_on_agreement(what):
    assert not asked(Link.RELATIVE, what, agreed=True, opened=Opened.OPEN)[0]


@pytest.mark.parametrize(
    ("link", "what", "item", "allowed"),
    [
        (Link.PARENT_FULL, "wishes", Item.PUBLISHED, True),
        (Link.PARENT_FULL, "wishes", Item.PLAIN, False),
        (Link.PARENT_FULL, "wishes", Item.OTHERS, False),
        (Link.PARENT_FULL, "documents", Item.PUBLISHED, True),
        (Link.PARENT_FULL, "documents", Item.MINE, True),
        (Link.PARENT_FULL, "documents", Item.PLAIN, False),
        (Link.RELATIVE, "documents", Item.PUBLISHED, False),
        (Link.SELF, "documents", Item.PUBLISHED, True),
        (Link.SELF, "documents", Item.PLAIN, False),
        (Link.SELF, "appointments:justice", Item.PUBLISHED, True),
        (Link.PARENT_FULL, "treatment", Item.PUBLISHED, False),  # publishing does not open a closed category
    ],
)
def test_what_is_published_is_read_where_the_perimeter_leaves_room_for_it(link, what, item, allowed):
    assert asked(link, what, item=item)[0] is allowed


def test_a_ban_on_contact_leaves_the_matter_and_takes_the_place():
    banned = replace(SURE, link=Link.PARENT_FULL, restricted=Restricted.NO_PLACE)
    assert decide(banned, Category.APPOINTMENTS, Nature.HEALTH).scope is Scope.NO_PLACE
    weak = replace(banned, strength=Strength.LOW)
    assert decide(weak, Category.APPOINTMENTS, Nature.HEALTH).scope is Scope.HOUR


def test_the_tables_have_no_empty_case():
    categories = set(Category)
    assert {category for category, _ in FAMILY} == categories == {category for category, _ in STAFF}
    assert all(set(row) == set(Column) for row in FAMILY.values())


def test_management_never_opens_what_is_never_shared():
    for row, cells in FAMILY.items():
        if cells[Column.PARENT] is Cell.NEVER:
            facts = replace(SURE, link=Link.PARENT_FULL, opened=Opened.OPEN, agreed=True, item=Item.MINE)
            assert not decide(facts, *of_row(row)).allowed


any_facts = st.builds(
    Facts,
    **{
        name: st.sampled_from(list(kind))
        for name, kind in {
            "link": Link, "dossier": DossierState, "strength": Strength, "post": Post, "cover": Cover, "opened": Opened,
            "restricted": Restricted, "item": Item,
        }.items()
    },
    adult=st.booleans(),
    agreed=st.booleans(),
)  # fmt: skip


@given(any_facts, st.sampled_from(POINTS))
def test_a_stronger_sign_in_never_shows_less(facts, point):
    allowed = [decide(replace(facts, strength=strength), *point).allowed for strength in Strength]
    assert allowed == sorted(allowed)


@given(any_facts, st.sampled_from(POINTS))
def test_a_denying_fact_never_widens(facts, point):
    """Closing the account, ending the link, holding the item, closing the cell: none of them ever opens anything."""
    for change in (
        *({"link": link} for link in NO_TIE),
        {"dossier": DossierState.LEFT},
        {"opened": Opened.CLOSED},
        {"agreed": False},
        {"restricted": Restricted.CLOSED},
        {"item": Item.HIDDEN_FAMILIES},
        {"item": Item.OTHERS},
    ):
        if decide(replace(facts, **change), *point).allowed:
            assert facts.link is Link.STAFF or decide(replace(facts, **change), *point) == decide(facts, *point)


def test_parents_lose_everything_at_majority_whatever_the_rest():
    for link, point, opened, item in itertools.product(
        (Link.PARENT_FULL, Link.PARENT_INFORMED, Link.DELEGATE, Link.CHILD_WELFARE), POINTS, Opened, Item
    ):
        assert not decide(replace(SURE, link=link, adult=True, opened=opened, item=item), *point).allowed
