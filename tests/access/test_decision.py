"""The decision as a table of outcomes that a social worker can check against docs/permissions.md."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.access.decision import Cover, Facts, Item, Link, Opened, Rule, Standing, Told, decide
from portal.access.models import Post
from portal.access.perimeter import FAMILY, STAFF, Cell, Column
from portal.access.reach import POINTS
from portal.access.words import Action, Category, Nature, Scope, Strength
from portal.core.models import AccountState, DossierState

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
        ({"account": AccountState.CLOSED}, Rule.ACCOUNT, Told.NOT_FOUND),
        ({"standing": Standing.UNVERIFIED}, Rule.RELATIONSHIP, Told.NOT_FOUND),
        ({"standing": Standing.NOT_YET}, Rule.RELATIONSHIP, Told.NOT_FOUND),
        ({"standing": Standing.ENDED}, Rule.RELATIONSHIP, Told.NOT_FOUND),
        ({"dossier": DossierState.PRE_ADMISSION}, Rule.DOSSIER_STATE, Told.DOSSIER_CLOSED),
        ({"dossier": DossierState.LEFT}, Rule.DOSSIER_STATE, Told.DOSSIER_CLOSED),
        ({"adult": True}, Rule.LEGAL_BASIS, Told.MAJORITY),
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
    decision = decide(replace(SURE, link=Link.PARENT_FULL, **change), Category.PLANNING)
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
        "account", "link", "standing", "dossier", "strength", "adult", "post", "cover", "opened", "item",
    }  # fmt: skip


@pytest.mark.parametrize("action", [one for one in Action if one is not Action.VIEW])
def test_what_no_table_permits_is_denied(action):
    assert decide(replace(SURE, link=Link.SELF), Category.WISHES, action=action).rule is Rule.ACTION


def test_the_tables_have_no_empty_case():
    categories = set(Category)
    assert {category for category, _ in FAMILY} == categories == {category for category, _ in STAFF}
    assert all(set(row) == set(Column) for row in FAMILY.values())


def test_management_never_opens_what_is_never_shared():
    for (category, nature), row in FAMILY.items():
        if row[Column.PARENT] is Cell.NEVER:
            facts = replace(SURE, link=Link.PARENT_FULL, opened=Opened.OPEN, item=Item.MINE)
            assert not decide(facts, category, nature).allowed


any_facts = st.builds(
    Facts,
    **{
        name: st.sampled_from(list(kind))
        for name, kind in {
            "account": AccountState, "link": Link, "standing": Standing, "dossier": DossierState, "strength": Strength,
            "post": Post, "cover": Cover, "opened": Opened, "item": Item,
        }.items()
    },
    adult=st.booleans(),
)  # fmt: skip


@given(any_facts, st.sampled_from(POINTS))
def test_a_stronger_sign_in_never_shows_less(facts, point):
    allowed = [decide(replace(facts, strength=strength), *point).allowed for strength in Strength]
    assert allowed == sorted(allowed)


@given(any_facts, st.sampled_from(POINTS))
def test_a_denying_fact_never_widens(facts, point):
    """Closing the account, ending the link, holding the item, closing the cell: none of them ever opens anything."""
    for change in (
        {"account": AccountState.CLOSED},
        {"standing": Standing.ENDED},
        {"standing": Standing.UNVERIFIED},
        {"dossier": DossierState.LEFT},
        {"opened": Opened.CLOSED},
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
