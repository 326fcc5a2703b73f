"""A backup or a restore that is killed leaves nothing under its name, and can be done again."""

from __future__ import annotations

import base64
import dataclasses
import json
import subprocess
import sys

import pytest

from portal.access import services
from portal.core.journal import Journal
from portal.safekeeping.archive import verify
from portal.safekeeping.restoring import restore
from tests.conftest import ROOT
from tests.safekeeping.eyes import everything
from tests.safekeeping.world import a_world, link

pytestmark = pytest.mark.turns


@pytest.fixture
def world(home):
    with home.sessions().begin() as db:
        return a_world(db, home.vault)


def killed(what, home, path, step):
    """Run it in another process that kills itself there; whether it died of it."""
    facts = {one.name: getattr(home.settings, one.name) for one in dataclasses.fields(home.settings)}
    for name in ("vault_keys", "backup_keys"):
        facts[name] = {key: base64.b64encode(value).decode() for key, value in facts[name].items()}
    words = [what, json.dumps(facts, default=str), str(path), step]
    command = [sys.executable, "-m", "tests.safekeeping.process", *words]
    return subprocess.run(command, cwd=ROOT, timeout=120, check=False).returncode == -9


@pytest.mark.parametrize("step", ["while_writing", "before_the_name"])
def test_a_backup_that_is_killed_leaves_no_backup_and_the_next_one_is_whole(home, world, tmp_path, step):
    folder = tmp_path / "backups"
    folder.mkdir()
    assert killed("backup", home, folder / "one.backup", step)
    assert not (folder / "one.backup").exists()
    assert not killed("backup", home, folder / "one.backup", "nowhere")
    assert verify(folder / "one.backup", home.settings.backup_keys)["parts"] > 2
    assert [one.name for one in folder.iterdir()] == ["one.backup"]


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
def test_a_copy_of_sqlite_that_a_kill_left_is_written_over_and_goes(home, world, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    assert killed("backup", home, folder, "while_copying")
    (tmp_path / ".relie.db.copy").write_bytes(b"left by a kill")
    assert home.back_up()
    assert not list(tmp_path.glob(".relie.db.copy*"))


@pytest.mark.parametrize("step", ["after_the_database", "in_the_vault"])
def test_a_restore_that_is_killed_leaves_no_database_and_can_be_done_again(home, world, step):
    backup = home.back_up()
    with home.sessions().begin() as db:
        services.end(db, link(db, world, "father"))
    there = home.elsewhere()
    assert killed("restore", there, backup, step)
    told = restore(there.settings, backup)
    there.grant()
    assert everything(there.sessions()) == everything(home.sessions())
    assert told.objects + told.known == 2


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
def test_a_change_killed_between_the_journal_and_its_commit_is_in_the_journal_only(home, world):
    """The journal may say more than the database, never less: replayed, it takes away what nobody was told was done."""
    backup = home.back_up()
    before = Journal(home.journal.path.parent).ready()
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from uuid import UUID\n"
        "from sqlalchemy import event\n"
        "from portal.safekeeping import declared\n"
        "from portal.core import journal, taking\n"
        "from portal.core.db import make_engine, make_sessions\n"
        "from portal.access.models import Relationship\n"
        "from portal.core import clock\n"
        "engine = make_engine(sys.argv[1])\n"
        "taking.follow(engine, journal.Journal(Path(sys.argv[2])))\n"
        "event.listen(engine, 'commit', lambda _: os.kill(os.getpid(), signal.SIGKILL))\n"
        "with make_sessions(engine).begin() as db:\n"
        "    db.get_one(Relationship, UUID(sys.argv[3])).ends_at = clock.now()\n"
    )
    words = [home.settings.database_url, str(home.journal.path.parent), str(world.links["father"])]
    done = subprocess.run([sys.executable, "-c", script, *words], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == -9
    assert home.journal.ready().number == before.number + 1
    with home.sessions()() as db:
        assert link(db, world, "father").ends_at is None
    there, _ = home.restored(backup)
    with there.sessions()() as db:
        assert link(db, world, "father").ends_at is not None
