"""The command line, as those who run a portal use it: on a database of its own, refused with a sentence."""

from __future__ import annotations

import base64
import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from portal import migrations
from portal.access.words import Category
from portal.cli import main
from portal.core.db import make_engine, make_sessions
from portal.core.models import Dossier, Establishment
from portal.dossier.models import DuiMessage
from tests.factories import NOON, a_dossier, a_parent

HUGO = {
    "resourceType": "Patient",
    "identifier": [{"system": "https://identifiant-medicosocial-localusager.esante.gouv.fr", "value": "3990000017/77"}],
    "name": [{"family": "Exemple", "given": ["Hugo"]}],
    "birthDate": "2014-05-02",
}


@pytest.fixture
def portal(tmp_path, monkeypatch):
    """Runs a command on a fresh portal; gives the result. ``portal.db`` is its database."""
    url = f"sqlite:///{tmp_path / 'relie.db'}"
    for name, value in {
        "RELIE_DATABASE_URL": url,
        "RELIE_VAULT_URL": f"file://{tmp_path / 'vault'}",
        "RELIE_SECRET_KEY": "x" * 40,
        "RELIE_VAULT_KEYS": f"one:{base64.b64encode(bytes(32)).decode()}",
    }.items():
        monkeypatch.setenv(name, value)

    def run(*words):
        return CliRunner().invoke(main, words)

    run.db = make_sessions(make_engine(url))
    run.folder = tmp_path
    return run


@pytest.fixture
def ready(portal):
    assert portal("db", "upgrade").exit_code == 0
    added = portal("establishment", "add", "--finess", "990000017", "--name", "IME", "--organisation", "Association")
    assert added.exit_code == 0, added.output
    return portal


def written(portal, name, content):
    path = portal.folder / name
    path.write_text(json.dumps(content))
    return str(path)


def test_a_schema_is_brought_up_once_and_again_without_harm(portal):
    assert portal("db", "upgrade").exit_code == 0
    assert portal("db", "upgrade").output == "Le schéma est à jour.\n"
    assert migrations.is_current(portal.db.kw["bind"])


def test_a_missing_setting_is_named(portal, monkeypatch):
    monkeypatch.delenv("RELIE_VAULT_URL")
    refused = portal("db", "upgrade")
    assert (refused.exit_code, "RELIE_VAULT_URL" in refused.output) == (1, True)


def test_pages_do_not_start_on_an_older_schema(portal):
    refused = portal("serve")
    assert refused.exit_code == 1
    assert "portal db upgrade" in refused.output


def test_a_lone_resource_is_imported_and_said(ready):
    done = ready("dui", "import", written(ready, "hugo.json", HUGO))
    assert done.exit_code == 0, done.output
    assert "hugo.json : reçu" in done.output
    with ready.db() as db:
        assert db.scalar(select(Dossier.key)) == "3990000017/77"


def test_a_folder_is_imported_in_order_and_one_refusal_is_told_without_stopping_the_rest(ready):
    (ready.folder / "in").mkdir()
    written(ready, "in/1.json", HUGO)
    written(ready, "in/2.json", HUGO | {"identifier": [{**HUGO["identifier"][0], "value": "3111111111/1"}]})
    written(ready, "in/3.json", HUGO | {"identifier": [{**HUGO["identifier"][0], "value": "3990000017/78"}]})
    done = ready("dui", "import", str(ready.folder / "in"))
    assert done.exit_code == 1
    assert "2.json : refusé, rien n’est enregistré" in done.output
    assert "3.json : reçu" in done.output
    with ready.db() as db:
        assert sorted(db.scalars(select(Dossier.key))) == ["3990000017/77", "3990000017/78"]
        assert sorted(db.scalars(select(DuiMessage.state))) == ["refused", "taken", "taken"]


def test_an_empty_folder_is_said(ready):
    (ready.folder / "in").mkdir()
    done = ready("dui", "import", str(ready.folder / "in"))
    assert (done.exit_code, "aucun fichier" in done.output) == (1, True)


def test_a_dui_gets_its_token_once_then_another_then_none(ready):
    token = ready("dui", "client", "add", "Airmes", "--finess", "990000017").output.strip()
    assert token.startswith("relie-dui")
    again = ready("dui", "client", "add", "Airmes", "--finess", "990000017")
    assert (again.exit_code, "déjà ce nom" in again.output) == (1, True)
    assert ready("dui", "client", "rotate", "Airmes").output.strip() != token
    assert ready("dui", "client", "revoke", "Airmes").exit_code == 0
    assert ready("dui", "client", "revoke", "Nobody").exit_code == 1


def test_a_dui_of_an_unknown_establishment_is_refused(ready):
    refused = ready("dui", "client", "add", "Airmes", "--finess", "123456789")
    assert (refused.exit_code, "establishment add" in refused.output) == (1, True)


def test_menus_come_in_and_a_wrong_file_says_what_to_do(ready):
    menu = ready.folder / "menu.csv"
    menu.write_text("menuDate,menuRepasType,menuPlatType,menuPlatNom\n2026-11-23,déjeuner,dessert,Pomme\n")
    done = ready("menus", "import", str(menu), "--establishment", "990000017")
    assert done.exit_code == 0, done.output
    again = ready("menus", "import", str(menu))
    assert again.exit_code == 0, "one establishment needs no naming"
    menu.write_bytes(b"%PDF-1.4")
    wrong = ready("menus", "import", str(menu), "--establishment", "990000017")
    assert (wrong.exit_code, "PDF" in wrong.output) == (1, True)
    nowhere = ready("menus", "import", str(menu), "--establishment", "1")
    assert (nowhere.exit_code, "n’est pas ouvert" in nowhere.output) == (1, True)


def test_keys_of_the_vault_can_be_changed(ready, monkeypatch):
    ready("dui", "import", written(ready, "hugo.json", HUGO))
    two = base64.b64encode(b"2" * 32).decode()
    monkeypatch.setenv("RELIE_VAULT_KEYS", f"two:{two},one:{base64.b64encode(bytes(32)).decode()}")
    assert "1 objet(s) repris" in ready("vault", "rewrap").output
    monkeypatch.setenv("RELIE_VAULT_KEYS", f"two:{two}")
    assert "0 objet(s) repris, 1 déjà" in ready("vault", "rewrap").output


@pytest.fixture
def linked(ready):
    """A mother of a twelve-year-old: (account, dossier) identifiers and the dossier's key."""
    with ready.db.begin() as db:
        dossier = a_dossier(db, db.scalar(select(Establishment)))
        return a_parent(db, dossier).account_id, dossier.id, dossier.key


def explained(portal, *words):
    done = portal("access", "explain", *map(str, words))
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_a_decision_is_explained_in_one_line_of_json(ready, linked):
    account, dossier, key = linked
    for name in (dossier, key):
        told = explained(ready, "--viewer", account, "--dossier", name, "--category", "planning")
        assert (told["allowed"], told["rule"], told["told"], told["facts"]["link"]) == (
            True,
            "permit",
            "open",
            "parent_full",
        )


@pytest.mark.parametrize(
    ("words", "allowed", "rule"),
    [
        (["--category", "treatment"], False, "perimeter"),
        (["--category", "appointments", "--nature", "justice"], True, "permit"),
        (["--category", "planning", "--action", "publish"], False, "legal_basis"),
        (["--category", "identity", "--strength", "low"], False, "strength"),
        (["--category", "planning", "--at", "2040-01-01T00:00:00+01:00"], False, "legal_basis"),
        (["--category", "planning", "--at", NOON.isoformat()], True, "permit"),
        (["--category", "planning", "--at", "2001-01-01T00:00:00Z"], False, "relationship"),
    ],
)
def test_what_is_asked_changes_the_answer(ready, linked, words, allowed, rule):
    account, dossier, _ = linked
    told = explained(ready, "--viewer", account, "--dossier", dossier, *words)
    assert (told["allowed"], told["rule"]) == (allowed, rule)


def test_an_unknown_dossier_and_one_out_of_reach_are_the_same_answer(ready, linked):
    account, _, _ = linked
    with ready.db.begin() as db:
        other = a_dossier(db, db.scalar(select(Establishment))).id
    answers = [
        explained(ready, "--viewer", account, "--dossier", one, "--category", Category.PLANNING)
        for one in (other, account, "3990000017/nobody")
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["rule"] == "relationship"


@pytest.mark.parametrize(
    "words",
    [
        ["--viewer", "nobody-of-that-role", "--dossier", "x", "--category", "planning"],
        ["--viewer", "0", "--dossier", "x", "--category", "everything"],
        ["--viewer", "0", "--dossier", "x", "--category", "planning", "--at", "demain"],
        ["--viewer", "0", "--dossier", "x", "--category", "planning", "--at", "2026-01-01T00:00:00"],
    ],
)
def test_wrong_words_on_the_command_line_are_told(ready, words):
    assert ready("access", "explain", *words).exit_code == 2
