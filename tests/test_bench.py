"""The bench measures what it says: its table, its numbers of things, its copies, its remembered pages."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from portal.access.models import Reach
from portal.access.queries import reached, visible
from portal.access.words import Strength, Viewer
from portal.connectors.dui.opening import open_message
from portal.core import clock
from portal.core.models import Dossier
from portal.demo.house import FINESS
from portal.planning.models import Event
from tests.bench import crowd, letters, mutating, racing
from tests.bench.ground import Ground, end
from tests.bench.importing import changed
from tests.bench.pages import Visitor, a_mother, site
from tests.bench.served import no_database
from tests.bench.serving import cookie_of, facts_of, settings_of
from tests.bench.table import Figure, at_least, at_most, drawn, failed, written
from tests.conftest import a_configuration
from tests.factories import NOON, an_establishment

Sessions = sessionmaker[Session]


@pytest.mark.parametrize(
    ("figure", "reached"),
    [
        (at_most("a", 5, 5), True),
        (at_most("a", 5.001, 5), False),
        (at_least("a", 5, 5), True),
        (at_least("a", 4.999, 5), False),
        (failed("weight", OSError("no browser")), False),
        (Figure("a", "1"), None),
    ],
)
def test_a_goal_is_reached_at_its_limit_and_not_beyond(figure, reached):
    assert figure.reached is reached


def test_the_table_shows_exact_things_first_and_misses_in_capitals():
    lines = drawn([at_most("slow", 3, 2, " s", exact=False), at_most("many", 1, 2, cases=1200)]).splitlines()
    assert [line.split()[0] for line in lines] == ["what", "--", "many", "--", "slow"]
    assert lines[2].split()[-2:] == ["1", "200"]
    assert "NO" in lines[4]
    assert "yes" in lines[2]


@pytest.mark.parametrize(
    ("value", "said"),
    [(12345, "12 345"), (0.0871, "0.087"), (4.256, "4.26"), (16.04, "16.0"), (250.4, "250"), (2, "2")],
)
def test_figures_are_short(value, said):
    assert written(value) == said


@pytest.fixture(scope="module")
def house():
    with clock.frozen(NOON):
        return letters.house(40, 500)


def test_a_house_has_as_many_young_people_and_events_as_asked(house):
    assert len({life.person.key for life in house.lives}) == len(house.lives) == 40
    keys = [one.key for life in house.lives for one in life.happenings]
    assert len(set(keys)) == len(keys) == 500
    assert all(one.key.startswith(life.person.key) for life in house.lives for one in life.happenings)


def test_one_message_says_what_all_the_others_say(house):
    said = Counter()
    each = letters.one_each(house, NOON)
    for raw in each:
        said |= Counter(_kinds(raw))  # what they share counts once
    together = Counter(_kinds(letters.all_in_one(each)))
    assert together["Patient"] == 40
    assert together["Encounter"] + together["Appointment"] == 500 + 40  # each has a stay
    assert said["Organization"] == together["Organization"]
    assert open_message(letters.all_in_one(each)).finess({FINESS}) == FINESS


def _kinds(raw: bytes) -> list[str]:
    return [entry["resource"]["resourceType"] for entry in json.loads(raw)["entry"]]


def test_putting_off_moves_one_event_of_everybody(house):
    pairs = zip(house.lives, letters.moved(house).lives, strict=True)
    for before, after in pairs:
        differ = [(a, b) for a, b in zip(before.happenings, after.happenings, strict=True) if a != b]
        assert [b.starts - a.starts for a, b in differ] == [timedelta(days=1)]


def test_rows_that_came_went_or_differ_are_counted_but_for_named_columns():
    before = {("a", 1): {"x": 1, "seen": 1}, ("a", 2): {"x": 1, "seen": 1}, ("a", 3): {"x": 1, "seen": 1}}
    after = {("a", 1): {"x": 1, "seen": 9}, ("a", 2): {"x": 2, "seen": 1}, ("a", 4): {"x": 1, "seen": 1}}
    assert changed(before, after, {}) == 4
    assert changed(before, after, {"a": {"seen"}}) == 3


@pytest.fixture
def grown(engine):
    """The database, given back without the tables that growing leaves in it."""
    yield engine
    crowd.forget(engine)


def test_a_copied_family_sees_its_own_and_nobody_else_s(grown, db, sessions, engine):
    with sessions.begin() as own:
        first = crowd.first_family(own)
    crowd.grow(engine, first, 1, crowd.HOUSE)
    crowd.grow(engine, first, crowd.HOUSE + 1, 2 * crowd.HOUSE)
    assert db.scalar(select(func.count()).select_from(Dossier)) == crowd.CHILDREN * (2 * crowd.HOUSE + 1)
    of = {name: _seen(db, account) for name, account in _asking(first).items()}
    sizes = {name: (len(dossiers), len(events)) for name, (dossiers, events) in of.items()}
    family = (crowd.CHILDREN, 2 * crowd.CHILDREN * crowd.ROWS)
    assert sizes == {"model": family, "one": family, "last": family, "director": tuple(crowd.HOUSE * n for n in family)}
    assert not of["one"][1] & of["last"][1]
    assert of["last"][1] <= of["director"][1]
    assert not of["one"][1] & of["director"][1]


def _asking(first):
    last = 2 * crowd.HOUSE
    one, final = (crowd.copied(first.mother, number) for number in (1, last))
    return {"model": first.mother, "one": one, "last": final, "director": crowd.copied(first.director, 1)}


def _seen(db, account):
    viewer = Viewer(account, Strength.SUBSTANTIAL)
    scope = {one.dossier_id for one in reached(db, viewer)}
    assert scope == set(db.scalars(select(Reach.dossier_id).where(Reach.account_id == account)))
    return scope, set(db.scalars(visible(Event, viewer, Event.id)))


BESIDE = re.compile(r"<input[^>]*type=\"hidden\"[^>]*>")
"""What a form carries unseen: its token is new each time."""


def test_a_remembered_page_is_the_same_and_asks_nothing(monkeypatch):
    with Ground() as ground:
        where = site(ground, url := ground.sqlite())
        with where.sessions.begin() as db:
            link, event_id = a_mother(db, an_establishment(db), 2, 3)
        settings = ground.settings(url)
        where.app = no_database(settings, monkeypatch.setattr)
        visitor = Visitor(where, link.account_id)
        for path in ("/", "/rendez-vous/", f"/rendez-vous/{event_id}"):
            texts = {BESIDE.sub("", visitor.open(path).split("<main")[1].split("</main>")[0]) for _ in range(3)}
            assert len(texts) == 1
            assert "neurologie" in texts.pop()
        assert cookie_of(where, link.account_id).startswith("__Host-relie=")


def test_settings_reach_another_process_as_they_were():
    settings = a_configuration("sqlite://", smtp_url="smtp://localhost")
    assert settings_of(facts_of(settings)) == settings


def test_ground_leaves_nothing_behind():
    with Ground() as ground:
        folder = ground.folder
        ground.sqlite()
        process = ground.start(sys.executable, "-c", "import os, time; os.fork(); time.sleep(60)")
        assert process.poll() is None
    assert not folder.exists()
    assert process.returncode in (-signal.SIGTERM, -signal.SIGKILL)
    assert _group_is_gone(process.pid)


def test_what_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr("tests.bench.ground.PATIENCE", 0.5)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, start_new_session=True)
    process.stdout.readline()
    end(process)
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL


def _group_is_gone(group: int) -> bool:
    for _ in range(50):
        found = subprocess.run(["ps", "-o", "stat=", "-g", str(group)], capture_output=True, text=True, check=False)
        if not [state for state in found.stdout.split() if not state.startswith("Z")]:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(("done", "wrong"), [([0, 1, 2], 0), ([0, 1], 1), ([0, 1, 1, 2], 1), ([], 3)])
def test_a_job_lost_or_repeated_is_counted(engine, db, done, wrong):
    asked = racing.ask(engine, 3)
    db.execute(racing.Job.__table__.delete())
    db.add_all(racing.Mark(name=str(place), value=str(number)) for place, number in enumerate(done))
    db.commit()
    assert racing.wrong(engine, asked) == wrong
    assert racing.wrong(engine, racing.ask(engine, 3)) == 3 + 3


def test_a_door_that_breaks_ends_the_campaign():
    class Broken:
        def take_in(self, raw, sender):
            raise ValueError("boom")

    class Nothing:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def scalar(self, _query):
            return 0

    with pytest.raises(AssertionError, match="ValueError came out"):
        mutating.check(Broken(), None, Nothing, b"{}")
