"""Sealing keeps up by itself, and its commands say plainly what is wrong, where, and nothing about people."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select, update

from portal.access.models import LogEntry
from portal.access.seal_jobs import EVERY, SEAL, ask_to_seal, seal_log
from portal.access.seals import Head, Seal
from portal.cli import main
from portal.core import clock, scope
from portal.core.jobs import Job
from portal.core.work import run_once
from portal.server import handlers
from tests.access.test_seal import a_line, lines
from tests.conftest import a_configuration
from tests.factories import NOON, an_establishment


@pytest.fixture(autouse=True)
def _everything(db):
    scope.enter(db, scope.everywhere("tests"))


def worked(sessions, at):
    with clock.frozen(at):
        assert run_once(sessions, {SEAL: seal_log})


def test_the_worker_seals():
    settings = a_configuration(
        smtp_url="smtp://127.0.0.1", public_url="https://localhost", mail_from="relie@relie.invalid"
    )
    assert handlers(settings)[SEAL] is seal_log


def test_a_turn_seals_and_asks_for_the_next(sessions, db):
    lines(db, an_establishment(db), 3)
    with clock.frozen(NOON):
        ask_to_seal(db)
        ask_to_seal(db)
    db.commit()
    worked(sessions, NOON + EVERY)
    assert db.scalar(select(func.count()).select_from(Seal)) == 3
    assert [job.due for job in db.scalars(select(Job).where(Job.kind == SEAL))] == [NOON + 2 * EVERY]


def test_while_lines_wait_the_next_turn_is_at_once(sessions, db, monkeypatch):
    monkeypatch.setattr("portal.access.seal_jobs.seal", lambda db: _seal_two(db))
    lines(db, an_establishment(db), 3)
    ask_to_seal(db, soon=True)
    db.commit()
    worked(sessions, NOON + timedelta(days=365))
    assert db.scalars(select(Job.due)).one() == NOON + timedelta(days=365)


def _seal_two(db):
    from portal.access.seal import seal

    return seal(db, at_most=2)


def test_the_head_goes_to_the_log_of_the_process_once_it_is_committed(sessions, db, caplog):
    place = an_establishment(db)
    lines(db, place, 2)
    ask_to_seal(db, soon=True)
    db.commit()
    with caplog.at_level(logging.INFO, logger="portal.access"):
        worked(sessions, NOON + timedelta(days=365))
    head = db.scalars(select(Head)).one()
    said = [one.portal for one in caplog.records if one.message == "log_sealed"]
    assert said == [{"establishment": place.id, "number": 1, "digest": head.digest.hex()}]


def test_a_turn_that_fails_tells_no_head(sessions, db, caplog):
    lines(db, an_establishment(db), 2)
    ask_to_seal(db, soon=True)
    db.commit()

    def fails(session, args):
        seal_log(session, args)
        raise OSError

    with clock.frozen(NOON + timedelta(days=365)), caplog.at_level(logging.INFO, logger="portal.access"):
        run_once(sessions, {SEAL: fails})
    assert [one for one in caplog.records if one.message == "log_sealed"] == []
    assert db.scalars(select(Head)).all() == []


# Commands


@pytest.fixture
def portal(database_url, monkeypatch, tmp_path):
    for name, value in {
        "DATABASE_URL": database_url,
        "VAULT_URL": f"file://{tmp_path / 'vault'}",
        "SECRET_KEY": "x" * 40,
        "VAULT_KEYS": "one:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "JOURNAL_FOLDER": str(tmp_path / "journal"),
    }.items():
        monkeypatch.setenv(f"RELIE_{name}", value)
    return lambda *words: CliRunner().invoke(main, ["access", "log", *words])


@pytest.fixture
def place(db):
    place = an_establishment(db, finess="750000001")
    lines(db, place, 4)
    db.commit()
    return place


def test_a_whole_log_is_said_to_be_whole_with_the_tail_that_waits(portal, db, place):
    assert portal("seal").output == "4 ligne(s) scellée(s).\n"
    a_line(db, place, clock.now())
    db.commit()
    answer = portal("verify")
    assert answer.exit_code == 0
    assert answer.output.startswith("750000001 : 4 ligne(s) scellée(s), 1 pas encore scellée(s) depuis le 20")


def test_what_is_wrong_is_said_with_its_place_and_nobody(portal, db, place):
    portal("seal")
    told = db.scalars(select(LogEntry).order_by(LogEntry.at)).all()
    db.execute(update(LogEntry).where(LogEntry.id == told[1].id).values(endpoint="home.home"))
    db.execute(delete(LogEntry).where(LogEntry.id == told[3].id))
    db.commit()
    answer = portal("verify")
    assert answer.exit_code == 1
    assert "750000001 : 2026-11, ligne 2 : elle a changé, ou n’est pas à sa place." in answer.output
    assert "750000001 : 2026-11, ligne 4 : elle a été retirée." in answer.output
    for one in told:
        for secret in (one.id, one.account_id, one.dossier_id):
            assert str(secret) not in answer.output
            assert secret.hex not in answer.output
    assert "home.home" not in answer.output


def test_a_thousand_wrong_lines_are_counted_not_listed(portal, db, place):
    lines(db, place, 60, start=NOON + timedelta(hours=1))
    db.commit()
    portal("seal")
    db.execute(update(LogEntry).values(endpoint="home.home"))
    db.commit()
    answer = portal("verify")
    assert answer.exit_code == 1
    assert answer.output.count("elle a changé") == 50
    assert "… et 14 autre(s)." in answer.output


def test_heads_kept_elsewhere_find_a_log_written_anew(portal, db, place, tmp_path):
    portal("seal")
    kept = tmp_path / "heads.txt"
    kept.write_text(portal("heads").output)
    assert portal("verify", "--heads", str(kept)).exit_code == 0
    for table in (Seal, Head):
        db.execute(delete(table))
    db.execute(update(LogEntry).values(endpoint="home.home"))
    db.commit()
    portal("seal")
    assert portal("verify").exit_code == 0
    answer = portal("verify", "--heads", str(kept))
    assert answer.exit_code == 1
    assert "ce n’est pas celle qui est gardée ailleurs" in answer.output


def test_a_file_that_holds_no_heads_is_refused_by_its_line(portal, place, tmp_path):
    odd = tmp_path / "odd.txt"
    odd.write_text(json.dumps({"heads": []}))
    answer = portal("verify", "--heads", str(odd))
    assert answer.exit_code == 1
    assert "la ligne 1 n’est pas une tête" in answer.output


def test_an_empty_log_is_whole(portal, engine):
    assert portal("verify").exit_code == 0
    assert portal("heads").output == ""
