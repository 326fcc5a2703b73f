"""``portal purge``: says first, removes only when told to."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from click.testing import CliRunner

from portal import migrations
from portal.cli import main
from portal.core import clock, scope
from portal.core.db import make_engine, make_sessions
from portal.core.models import Dossier, DossierState
from tests.factories import NOON, a_dossier, a_parent, an_event


@pytest.fixture
def portal(tmp_path, monkeypatch):
    """A portal of its own, in the environment, with somebody who left two years ago and somebody who is there."""
    for name, value in {
        "RELIE_DATABASE_URL": f"sqlite:///{tmp_path / 'relie.db'}",
        "RELIE_VAULT_URL": f"file://{tmp_path / 'vault'}",
        "RELIE_SECRET_KEY": "x" * 40,
        "RELIE_VAULT_KEYS": f"a:{base64.b64encode(bytes(32)).decode()}",
        "RELIE_JOURNAL_FOLDER": str(tmp_path / "journal"),
    }.items():
        monkeypatch.setenv(name, value)
    engine = make_engine(f"sqlite:///{tmp_path / 'relie.db'}")
    migrations.upgrade(engine)
    sessions = make_sessions(engine, scope.everywhere("test"))
    with clock.frozen(NOON), sessions.begin() as db:
        gone = a_dossier(db, state=DossierState.LEFT)
        gone.left_at = NOON - timedelta(days=800)
        an_event(db, gone)
        a_parent(db, gone)
        a_dossier(db)
        identifier = gone.id
    yield sessions, identifier
    engine.dispose()


def said(*words):
    with clock.frozen(NOON):
        answer = CliRunner().invoke(main, ["purge", *words])
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_it_says_what_would_go_and_removes_nothing(portal):
    sessions, gone = portal
    text = said()
    assert "Dossiers à effacer : 1" in text
    assert str(gone) in text
    assert "appointments : 1 ligne(s)" in text
    assert "Rien n’a été effacé" in text
    with sessions() as db:
        assert db.get(Dossier, gone) is not None


def test_it_removes_when_somebody_confirms_and_then_has_nothing_left_to_do(portal):
    sessions, gone = portal
    assert "Effacé : 1 dossier(s)" in said("--confirm")
    with sessions() as db:
        assert db.get(Dossier, gone) is None
    text = said()
    assert "Dossiers à effacer : 0" in text
    assert str(gone) not in text
