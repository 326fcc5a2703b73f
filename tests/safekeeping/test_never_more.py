"""Whatever was given and taken away, whenever the backup was made: after a restore nobody can do more than before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from portal.access import reach
from portal.access.models import Authority, Kind, Relationship
from portal.access.perimeter import Column
from portal.access.sharing import Against, Agreement, Perimeter, Restriction
from portal.access.words import Category
from portal.accounts.models import SignIn
from portal.core import clock
from portal.core.db import Base
from portal.core.models import Account, AccountState, Dossier, DossierState, HiddenFrom, Unit
from portal.planning.models import Event
from portal.safekeeping import erasing
from tests.factories import NOON, a_dossier, a_link, a_parent, a_unit, an_event
from tests.safekeeping.eyes import everything
from tests.safekeeping.sharing import a_perimeter, a_restriction, an_agreement
from tests.safekeeping.world import a_world, place_of

HOUR = timedelta(hours=1)


def some(db, model, number):
    """One of the rows there are, the same for the same number."""
    rows = db.scalars(select(model).order_by(model.id)).all()
    return rows[number % len(rows)] if rows else None


def end(db, world, number):
    one = some(db, Relationship, number)
    one.ends_at = clock.now()


def end_later(db, world, number):
    some(db, Relationship, number).ends_at = clock.now() + (number % 5) * HOUR + HOUR


def go_on(db, world, number):
    some(db, Relationship, number).ends_at = None


def turn(db, world, number):
    one = some(db, Relationship, number)
    if one.kind is Kind.PARENT:
        one.authority = list(Authority)[1:][number % 3]


def verify(db, world, number):
    one = some(db, Relationship, number)
    one.verified_at = None if number % 3 == 0 else clock.now()


def come(db, world, number):
    dossier = some(db, Dossier, number)
    an_event(db, dossier)
    link = a_link(db, dossier, Kind.RELATIVE)
    an_agreement(db, link, a_parent(db, dossier), starts_at=clock.now())


def agree(db, world, number):
    one = some(db, Agreement, number)
    if one is not None:
        one.withdrawn_at = None if number % 3 == 0 else clock.now()


def restrict(db, world, number):
    dossier = some(db, Dossier, number)
    rows = ["planning", "appointments:health diet", "identity menus"][number % 3]
    against = [Against.FAMILIES, Against.ONE, Against.REPRESENTATIVES, Against.EVERYBODY][number % 4]
    only = {"account_id": some(db, Account, number).id} if against is Against.ONE else {}
    a_restriction(db, dossier, rows=rows, against=against, starts_at=clock.now(), **only)


def lift(db, world, number):
    one = some(db, Restriction, number)
    if one is not None:
        one.lifted_at = None if number % 3 == 0 else clock.now()


def restrict_more(db, world, number):
    one = some(db, Restriction, number)
    if one is not None:
        one.rows = ["planning", "diet menus"][number % 2]


def decide(db, world, number):
    place = place_of(db, world)
    last = db.scalars(select(Perimeter).order_by(Perimeter.version.desc()).limit(1)).one()
    cells = {
        (Column.PARENT, Category.PLAN): True,
        (Column.PARENT, Category.DIET): False,
        (Column.PARENT, Category.MENUS): False,
        (Column.PARENT, Category.TREATMENT): True,
    }
    chosen = {cell: is_open for place_, (cell, is_open) in enumerate(cells.items()) if number >> place_ & 1}
    starts_at = max(clock.now(), last.starts_at + HOUR / 60)
    a_perimeter(db, place, chosen, starts_at=starts_at, version=last.version + 1)


def close(db, world, number):
    some(db, Account, number).state = list(AccountState)[number % 2]


def sign_out(db, world, number):
    some(db, SignIn, number).ended_at = clock.now()


def hold(db, world, number):
    one = some(db, Event, number)
    one.held_until = [None, clock.now() + HOUR, clock.FOREVER][number % 3]


def hide(db, world, number):
    some(db, Event, number).hidden_from = list(HiddenFrom)[number % 4]


def keep(db, world, number):
    some(db, Event, number).private_to = some(db, Account, number // 3).id if number % 3 else None


def publish(db, world, number):
    some(db, Event, number).published_to = number


def stand(db, world, number):
    some(db, Dossier, number // 4).state = list(DossierState)[number % 4]


def move(db, world, number):
    place = place_of(db, world)
    unit = [None, some(db, Unit, 0).id, a_unit(db, place).id][number % 3]
    some(db, Dossier, number // 3).unit_id = unit


def be_born(db, world, number):
    one = some(db, Dossier, number)
    one.birth_date = one.birth_date.replace(year=[2005, 2014][number % 2])


def erase(db, world, number):
    one = some(db, Dossier, number)
    if one.id != world.dossier:
        erasing.erase(db, one.id)


def arrive(db, world, number):
    a_parent(db, a_dossier(db, place_of(db, world)))


CHANGES = (
    *(end, end_later, go_on, turn, verify, come, agree, restrict, lift, restrict_more, decide, close, sign_out),
    *(hold, hide, keep, publish, stand, move, be_born, erase, arrive),
)
STEPS = st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 31)), min_size=1, max_size=12)


@pytest.fixture
def examples(home):
    return 10 if home.settings.owner_database_url is None else 2


def emptied(home):
    """Every table of this portal, without a row: the next world begins."""
    with home.owner().begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if connection.dialect.name == "postgresql":
                connection.execute(text(f'TRUNCATE "{table.name}" CASCADE'))
            else:
                connection.execute(table.delete())


def live(home, world, steps, at):
    """One change an hour, each in its transaction; some come to nothing."""
    for number, (change, chosen) in enumerate(steps):
        with clock.frozen(at + number * HOUR), home.sessions()() as db:
            change(db, world, chosen)
            db.flush()
            reach.recompute(db)
            if chosen % 7:
                db.commit()
            else:
                db.rollback()
    return at + len(steps) * HOUR


def test_after_any_life_a_restore_gives_nobody_more(home, examples):
    seen = set()

    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(before=STEPS, since=STEPS)
    def lives(before, since):
        emptied(home)
        with clock.frozen(NOON), home.sessions().begin() as db:
            world = a_world(db, home.vault)
        backup_at = live(home, world, before, NOON)
        with clock.frozen(backup_at):
            backup = home.back_up()
        end_at = live(home, world, since, backup_at)
        with clock.frozen(end_at):
            there, told = home.restored(backup)
        for late in (timedelta(), timedelta(days=3)):
            with clock.frozen(end_at + late):
                assert everything(there.sessions()) <= everything(home.sessions())
        seen.update(told.replayed.done)

    lives()
    assert len(seen) >= (8 if examples > 5 else 1)
