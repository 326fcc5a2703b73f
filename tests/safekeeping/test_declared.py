"""Nothing can be taken away without somebody having said how: every table, every column."""

from __future__ import annotations

import pytest

from portal.cli_backup import SAID
from portal.core.db import Base
from portal.core.models import Shared
from portal.core.taking import rules
from portal.safekeeping.declared import ITEM, LEFT_ALONE, What
from portal.safekeeping.replaying import REPLAYED
from portal.safekeeping.sparing import TAKES_NOTHING

MAPPERS = {mapper.class_.__tablename__: mapper for mapper in Base.registry.mappers}
SHARED = {name for name, mapper in MAPPERS.items() if issubclass(mapper.class_, Shared)}


def test_every_table_says_what_taking_away_is_in_it_or_why_nothing_can_be():
    said = rules().keys() | TAKES_NOTHING.keys()
    assert Base.metadata.tables.keys() - said == set(), "say it in portal/safekeeping/declared.py"
    assert said - Base.metadata.tables.keys() == set()
    assert rules().keys() & TAKES_NOTHING.keys() == set()
    assert all(TAKES_NOTHING.values())


@pytest.mark.parametrize("table", sorted(LEFT_ALONE))
def test_every_column_is_watched_or_let_be_for_a_reason(table):
    columns = {attribute.key for attribute in MAPPERS[table].column_attrs}
    identity = {MAPPERS[table].get_property_by_column(column).key for column in MAPPERS[table].primary_key}
    watched = rules()[table].watched
    assert watched | LEFT_ALONE[table].keys() | identity == columns
    assert watched & LEFT_ALONE[table].keys() == set()
    assert all(LEFT_ALONE[table].values())


WATCHED = {
    "relationship": {"ends_at", "verified_at", "authority", "measure", "post", "referent", "unit_id", "starts_at"},
    "account": {"state"},
    "sign_in": {"ended_at"},
    "enrolment": {"redeemed_at", "revoked_at"},
    "agreement": {"withdrawn_at", "ends_at"},
    "restriction": {"rows", "ends_at", "lifted_at", "against", "account_id"},
    "dossier": {"state", "unit_id", "birth_date"},
    "dui_client": {"revoked_at", "token_digest"},
    "act_answer": {"ended_at", "said"},
}


@pytest.mark.parametrize("table", WATCHED)
def test_what_takes_away_today_is_watched(table):
    """What ``LEFT_ALONE`` may never come to hold."""
    assert rules()[table].watched >= WATCHED[table]


def test_every_shared_thing_is_watched_for_whatever_hides_it():
    assert {"held_until", "hidden_from", "private_to", "published_to"} == ITEM
    for name in SHARED - TAKES_NOTHING.keys():
        assert rules()[name].watched == ITEM


def test_whatever_the_journal_says_is_replayed_and_told():
    assert set(What) == REPLAYED
    assert {what.value for what in What} - {What.CELL} == SAID.keys()
