"""Behind row-level security, raw SQL without any condition gives each person the dossiers they reach and no other."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from portal.core import policies, scope
from portal.demo.cast import BY_NAME, ROLES, account_id
from tests.access.walled import CANARY, NOW, WALLED, Walled

PERSONAS = [role.name for role in ROLES]
OF_A_DOSSIER = [
    table for table, plan in policies.plans().items() if table not in policies.PLANS or "dossier_id" in plan.read
]
"""Tables whose rows name the dossier they are about."""
WHOLE = [*sorted(policies.plans().keys() - policies.PLANS.keys()), "dossier", "agreement", "restriction", "access_log"]
"""Tables that whoever reaches a dossier reads whole, as far as the wall goes."""


def dossiers_of(table: str, rows: list) -> set[UUID]:
    name = "id" if table == "dossier" else "dossier_id"
    return {getattr(row, name) for row in rows} - {None}


@pytest.mark.parametrize("persona", PERSONAS)
def test_everybody_reads_rows_of_the_dossiers_they_reach_and_all_of_those(wall: Walled, persona: str):
    me, reached = scope.account(account_id(persona)), wall.reached(account_id(persona))
    assert bool(reached) == (persona != "young-adult-mother"), "whose son came of age"
    for table in WHOLE:
        everything, mine = wall.everything(table), wall.rows(me, table)
        assert dossiers_of(table, everything) - reached, f"{table}: no row of anybody else to keep out"
        assert dossiers_of(table, mine) <= reached, table
        assert len(mine) == sum(not dossiers_of(table, [row]).isdisjoint(reached) for row in everything), table


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_table_says_anything_of_the_other_establishment(wall: Walled, persona: str):
    me = scope.account(account_id(persona))
    for table in WALLED:
        said = repr(wall.rows(me, table))
        assert str(wall.elsewhere) not in said, table
        assert str(wall.stranger) not in said, table
        if table != "restriction":  # theirs say it too
            assert CANARY not in said, table


def test_the_other_establishment_has_something_to_say(wall: Walled):
    speaking = {table for table in WALLED if str(wall.elsewhere) in repr(wall.everything(table))}
    assert {"reach", "relationship", "perimeter", "notice", *WHOLE} <= speaking


@pytest.mark.parametrize("persona", PERSONAS)
def test_what_belongs_to_an_account_is_read_by_that_account(wall: Walled, persona: str):
    who = account_id(persona)
    for table in ("reach", "notice", "sign_in"):
        mine = wall.rows(scope.account(who), table)
        assert {row.account_id for row in mine} <= {who}
        assert {row.account_id for row in wall.everything(table)} - {who}


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_name_is_read_by_those_who_share_a_dossier_or_a_house(wall: Walled, persona: str):
    who = account_id(persona)
    reached = wall.reached(who)
    places = {row.establishment_id for row in wall.everything("dossier") if row.id in reached}
    links = wall.everything("relationship")
    tied = {
        row.account_id
        for row in links
        if row.dossier_id in reached or (row.dossier_id is None and row.establishment_id in places)
    }
    assert {row.id for row in wall.rows(scope.account(who), "account")} == tied | {who}


@pytest.mark.parametrize("persona", PERSONAS)
def test_what_only_reception_needs_is_read_by_nobody_signed_in(wall: Walled, persona: str):
    for table in ("dossier_source", "source_reference", "professional"):
        assert wall.everything(table)
        assert wall.rows(scope.account(account_id(persona)), table) == []


@pytest.mark.parametrize("table", WALLED)
def test_without_a_scope_nobody_reads_anything(wall: Walled, table: str):
    public = {"access_seal", "access_head"}  # digests, of which nothing can be learnt
    assert table in public or wall.rows(scope.NOBODY, table) == []


def test_an_account_without_a_link_reads_only_itself(wall: Walled):
    stranger = UUID(int=7)
    for table in WALLED:
        assert wall.rows(scope.account(stranger), table) == []


def test_a_link_that_is_over_or_to_come_opens_nothing(wall: Walled):
    who = scope.account(account_id("mother"))
    with wall.as_(scope.everywhere("test")) as db:
        for change in ("ends_at = :now", "starts_at = CAST(:now AS timestamptz) + interval '1 second'"):
            db.execute(
                text(f"UPDATE reach SET {change} WHERE account_id = :who"), {"now": NOW, "who": account_id("mother")}
            )
            scope.enter(db, who)
            assert db.scalar(text("SELECT count(*) FROM event")) == 0
            assert db.scalar(text("SELECT count(*) FROM identity")) == 0
            db.rollback()
            scope.enter(db, scope.everywhere("test"))


@pytest.mark.parametrize("seen", ["mother", "child", "young-adult", "curator"])
@pytest.mark.parametrize("looking", ["educator", "nurse", "director", "secretary"])
def test_a_preview_reads_what_both_reach(wall: Walled, looking: str, seen: str):
    both = wall.reached(account_id(looking)) & wall.reached(account_id(seen))
    through = scope.account(account_id(seen), through=account_id(looking))
    for table in WHOLE:
        assert dossiers_of(table, wall.rows(through, table)) <= both, table
    assert dossiers_of("identity", wall.rows(through, "identity")) == both


def test_an_establishment_s_work_reads_its_dossiers_and_no_other_s(wall: Walled):
    there = scope.establishments(wall.elsewhere)
    for table in OF_A_DOSSIER:
        assert dossiers_of(table, wall.rows(there, table)) <= {wall.stranger}, table
    assert dossiers_of("identity", wall.rows(there, "identity")) == {wall.stranger}
    assert wall.rows(scope.establishments(UUID(int=7)), "dossier") == []


@pytest.mark.parametrize("table", WALLED)
def test_everything_is_everything(wall: Walled, table: str):
    assert len(wall.rows(scope.everywhere("test"), table)) == len(wall.everything(table))


def test_a_cookie_opens_its_own_sign_in_and_that_account_and_nothing_else(wall: Walled):
    one = wall.everything("sign_in")[0]
    cookie = scope.token(bytes(one.token_hash))
    assert [row.id for row in wall.rows(cookie, "sign_in")] == [one.id]
    assert [row.id for row in wall.rows(cookie, "account")] == [one.account_id]
    assert {table for table in WALLED if wall.rows(cookie, table)} <= {
        "sign_in",
        "account",
        "access_seal",
        "access_head",
    }
    for wrong in (b"\x00" * 32, b"%", b"' OR true --"):
        assert wall.rows(scope.token(wrong), "sign_in") == []


def test_the_cast_is_the_one_the_demo_shows():
    assert set(PERSONAS) == set(BY_NAME)
    assert len(PERSONAS) >= 12
