"""The chart says what ``decide()`` says, and to each reader only what they may know."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.access import glass, granting, limiting
from portal.access.axes import Item
from portal.access.explain import explain
from portal.access.models import Authority, Kind, Post
from portal.access.perimeter import ROWS, of_row
from portal.access.sharing import Against, Source
from portal.access.words import Category, Nature, Strength
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.models import AccountState
from portal.sharing import queries
from portal.sharing.chart import By, State
from tests.factories import NOON, a_curator, a_link, a_parent, an_account, staff, viewing
from tests.sharing.scenes import HEALTH, IDENTITY, PLANNING, a_family, decide

pytestmark = pytest.mark.turns

DAY = timedelta(days=1)
OPENS = {State.OPEN, State.AGREED, State.BOTH, State.OWN, State.PUBLISHED}


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def family(db):
    return a_family(db)


def chart(db, family, reader):
    return queries.known(db, viewing(reader), family.dossier.id).chart


def cell(drawn, who, row):
    return drawn.cells[row, str(who.account_id)]


def closed(db, family, source, against, account_id=None, rows=(PLANNING, HEALTH)):
    by = staff(db, family.dossier, Post.CARE) if source is Source.OPPOSITION else family.director
    return limiting.restrict(
        db,
        family.dossier,
        source=source,
        against=against,
        rows=rows,
        proof="Ordonnance du 3 novembre 2026",
        by=by.account_id,
        account_id=account_id,
    )


SHIPPED = [
    # row, child, mother, father, grandmother
    (IDENTITY, State.OPEN, State.OPEN, State.OPEN, State.ASKED),
    ((Category.HOUSEHOLD, Nature.NONE), State.OWN, State.OWN, State.OWN, State.NEVER),
    (PLANNING, State.OPEN, State.OPEN, State.OPEN, State.ASKED),
    (HEALTH, State.OPEN, State.OPEN, State.OPEN, State.NEVER),
    ((Category.APPOINTMENTS, Nature.JUSTICE), State.PUBLISHED, State.OPEN, State.OPEN, State.NEVER),
    ((Category.TREATMENT, Nature.NONE), State.CLOSED, State.CLOSED, State.CLOSED, State.NEVER),
    ((Category.WISHES, Nature.NONE), State.OWN, State.PUBLISHED, State.PUBLISHED, State.PUBLISHED),
    ((Category.DOCUMENTS, Nature.NONE), State.PUBLISHED, State.BOTH, State.BOTH, State.OWN),
    ((Category.INTIMATE_CARE, Nature.NONE), State.NEVER, State.NEVER, State.NEVER, State.NEVER),
]


@pytest.mark.parametrize(("row", "child", "mother", "father", "granny"), SHIPPED)
def test_the_shipped_perimeter_as_the_mother_reads_it(db, family, row, child, mother, father, granny):
    drawn = chart(db, family, family.mother)
    people = (family.child, family.mother, family.father, family.granny)
    assert [cell(drawn, who, row).state for who in people] == [child, mother, father, granny]


def test_every_cell_is_open_if_and_only_if_the_decision_allows_something_of_it(db, family):
    granting.agree(db, to=family.granny, rows=[PLANNING], by=family.mother.account_id)
    decide(db, family, parent__plan=True, relative__menus=False)
    closed(db, family, Source.COURT_ORDER, Against.ONE, family.father.account_id)
    drawn = chart(db, family, family.director)
    for who in (family.child, family.mother, family.father, family.granny):
        for row in ROWS:
            asked = (
                explain(
                    db,
                    who.account_id,
                    family.dossier.id,
                    *of_row(row),
                    strength=Strength.SUBSTANTIAL,
                    at=NOON,
                    item=item,
                )
                for item in (Item.PLAIN, Item.MINE, Item.PUBLISHED)
            )
            assert (cell(drawn, who, row).state in OPENS) == any(one.decision.allowed for one in asked), (who.kind, row)


def test_staff_stand_in_columns_by_what_they_do_and_are_not_named(db, family):
    staff(db, family.dossier, Post.EDUCATION, to_dossier=True, referent=True)
    drawn = chart(db, family, family.mother)
    assert [one.team for one in drawn.people if one.team] == ["referent", "education", "care", "management"]
    assert drawn.cells[PLANNING, "education"].state is State.OPEN
    assert drawn.cells[PLANNING, "care"].state is State.CLOSED
    assert drawn.cells[(Category.HOUSEHOLD, Nature.NONE), "referent"].state is State.OPEN


def test_a_team_says_nothing_of_who_is_in_it_and_asks_each_assignment_once(db, family, monkeypatch):
    from portal.sharing import chart as drawing

    asked = []
    real = drawing.on_row
    monkeypatch.setattr(drawing, "on_row", lambda *arguments: asked.append(1) or real(*arguments))
    before = chart(db, family, family.mother)
    few = len(asked)
    with clock.frozen(NOON + timedelta(minutes=1)):
        for _ in range(6):
            staff(db, family.dossier, Post.CARE, ends_at=NOON + 9 * DAY)
    after = chart(db, family, family.mother)
    assert after.cells == before.cells
    assert len(asked) == 2 * few
    assert after.cells[HEALTH, "care"].until is None


def test_somebody_who_broke_the_glass_is_on_the_chart_of_staff_only(db, family):
    glass.break_glass(db, family.dossier, by=family.nurse.account_id, reason="chute")
    assert "emergency" in {one.team for one in chart(db, family, family.director).people}
    assert "emergency" not in {one.team for one in chart(db, family, family.mother).people}


# Who decided, since when, until when


def test_a_cell_says_who_decided_since_when_and_until_when(db, family):
    with clock.frozen(NOON - 10 * DAY):
        decide(db, family, parent__plan=True)
    granting.agree(db, to=family.granny, rows=[PLANNING], by=family.father.account_id, ends_at=NOON + 30 * DAY)
    drawn = chart(db, family, family.mother)
    plan = cell(drawn, family.mother, (Category.PLAN, Nature.NONE))
    assert (plan.state, plan.by, plan.since) == (State.OPEN, By.MANAGEMENT, NOON - 10 * DAY)
    assert plan.until == clock.majority(family.dossier.birth_date, "Europe/Paris")
    week = cell(drawn, family.granny, PLANNING)
    assert (week.state, week.by, week.since, week.until) == (State.AGREED, By.AGREEMENT, NOON, NOON + 30 * DAY)
    assert week.agreement.given_by == family.father.account_id
    assert cell(drawn, family.mother, IDENTITY).by is By.SHIPPED


def test_at_eighteen_the_parents_columns_close_and_say_why(db):
    grown = a_family(db, age=19)
    drawn = chart(db, grown, grown.child)
    own, mother = cell(drawn, grown.child, PLANNING), cell(drawn, grown.mother, PLANNING)
    assert (own.state, mother.state, mother.by) == (State.OPEN, State.CLOSED, By.MAJORITY)
    with pytest.raises(NotFound):
        chart(db, grown, grown.mother)


def test_a_link_that_does_not_count_has_no_column(db, family):
    unproved = a_link(db, family.dossier, Kind.RELATIVE, verified=False)
    over = a_link(db, family.dossier, Kind.TRUSTED, ends_at=NOON - DAY)
    gone = a_link(db, family.dossier, Kind.RELATIVE, account=an_account(db, state=AccountState.CLOSED))
    withdrawn = a_parent(db, family.dossier, Authority.WITHDRAWN)
    told = {one.account_id for one in chart(db, family, family.mother).people}
    assert not told & {one.account_id for one in (unproved, over, gone, withdrawn)}


# What each reader may know


def states(drawn):
    return {(row, key): (one.state, one.by) for (row, key), one in drawn.cells.items()}


@pytest.mark.parametrize("source", [Source.COURT_ORDER, Source.CONTACT_BAN, Source.FREEZE])
def test_one_parent_learns_nothing_of_what_holds_the_other(db, family, source):
    before = states(chart(db, family, family.mother))
    closed(db, family, source, Against.ONE, family.father.account_id)
    assert states(chart(db, family, family.mother)) == before


def test_what_holds_the_reader_reads_like_any_closed_cell(db, family):
    treatment = (Category.TREATMENT, Nature.NONE)
    shut_by_rule = cell(chart(db, family, family.father), family.father, treatment)
    closed(db, family, Source.COURT_ORDER, Against.ONE, family.father.account_id)
    shut_by_a_judge = cell(chart(db, family, family.father), family.father, PLANNING)
    decide(db, family, parent__diet=False)
    shut_by_management = cell(chart(db, family, family.father), family.father, (Category.DIET, Nature.NONE))
    assert shut_by_rule == shut_by_a_judge == shut_by_management
    assert shut_by_rule.by is By.UNSAID


def test_what_holds_every_representative_is_the_same_for_both_on_either_s_chart(db, family):
    closed(db, family, Source.OPPOSITION, Against.REPRESENTATIVES, rows=[HEALTH])
    for reader in (family.mother, family.father):
        drawn = chart(db, family, reader)
        assert [cell(drawn, who, HEALTH).state for who in (family.mother, family.father)] == [State.CLOSED] * 2
        assert cell(drawn, family.child, HEALTH).state is State.OPEN


def test_staff_who_see_the_whole_chart_read_that_a_restriction_closes_a_cell(db, family):
    closed(db, family, Source.COURT_ORDER, Against.ONE, family.father.account_id)
    assert cell(chart(db, family, family.director), family.father, PLANNING).by is By.RESTRICTION


def test_the_young_person_sees_their_own_opposition_work_and_no_freeze(db, family):
    closed(db, family, Source.OPPOSITION, Against.REPRESENTATIVES, rows=[HEALTH])
    closed(db, family, Source.FREEZE, Against.FAMILIES, rows=[PLANNING])
    drawn = chart(db, family, family.child)
    assert cell(drawn, family.mother, HEALTH).state is State.CLOSED
    assert cell(drawn, family.mother, PLANNING).state is State.OPEN


def test_under_a_contact_ban_one_is_told_of_the_young_person_and_of_whom_one_invited(db, family):
    friend = a_link(db, family.dossier, Kind.TRUSTED)
    granting.agree(db, to=family.granny, rows=[PLANNING], by=family.mother.account_id)
    granting.agree(db, to=friend, rows=[IDENTITY], by=family.father.account_id)
    closed(db, family, Source.CONTACT_BAN, Against.ONE, family.father.account_id, rows=())
    told = {one.account_id for one in chart(db, family, family.father).people if one.account_id}
    assert told == {one.account_id for one in (family.father, family.child, friend)}
    names = queries.known(db, viewing(family.father), family.dossier.id).names
    assert family.mother.account_id not in names


def test_a_lifted_ban_counts_no_longer(db, family):
    ban = closed(db, family, Source.CONTACT_BAN, Against.ONE, family.father.account_id, rows=())
    limiting.ask_to_lift(db, ban, by=family.director.account_id, proof="Jugement du 10 novembre 2026")
    limiting.lift(db, ban, by=staff(db, family.dossier, Post.ADMINISTRATION).account_id)
    with clock.frozen(NOON + DAY):
        assert family.mother.account_id in {one.account_id for one in chart(db, family, family.father).people}


READERS = ["granny", "curator", "informed"]


@pytest.mark.parametrize("who", READERS)
def test_whoever_decides_nothing_reads_their_own_column_alone(db, family, who):
    reader = {
        "granny": lambda: family.granny,
        "curator": lambda: a_curator(db, family.dossier),
        "informed": lambda: a_parent(db, family.dossier, Authority.INFORMED),
    }[who]()
    assert [one.account_id for one in chart(db, family, reader).people] == [reader.account_id]


@pytest.mark.parametrize("post", [Post.CARE, Post.EDUCATION, Post.SOCIAL_WORK, Post.KITCHEN])
def test_staff_who_neither_run_the_place_nor_follow_the_young_person_have_no_chart(db, family, post):
    somebody = staff(db, family.dossier, post)
    with pytest.raises(NotFound):
        chart(db, family, somebody)


def test_a_parent_who_directs_the_place_reads_as_a_parent(db, family):
    staff(db, family.dossier, Post.MANAGEMENT, account=_account(db, family.mother))
    closed(db, family, Source.COURT_ORDER, Against.ONE, family.father.account_id)
    drawn = chart(db, family, family.mother)
    assert cell(drawn, family.father, PLANNING).state is State.OPEN
    assert drawn.reader.eye == "decides"


def test_a_chart_costs_as_many_statements_for_three_people_as_for_twenty(db, family, count):
    db.flush()
    before = count()
    chart(db, family, family.mother)
    few = count() - before
    for _ in range(17):
        a_link(db, family.dossier, Kind.RELATIVE)
    db.flush()
    before = count()
    chart(db, family, family.mother)
    assert count() - before == few <= 8


def _account(db, link):
    from portal.core.models import Account

    return db.get_one(Account, link.account_id)
