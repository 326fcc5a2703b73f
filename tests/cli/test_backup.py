"""``portal backup`` and ``portal restore``, as whoever runs the portal types them and reads the answers."""

from __future__ import annotations

import base64
import os

import pytest
from click.testing import CliRunner

from portal.access import services
from portal.access.models import Post, Relationship
from portal.cli import main
from portal.core import clock
from portal.core.config import from_environment
from portal.core.db import make_sessions
from portal.core.errors import ConfigError
from portal.core.journal import Journal
from portal.core.taking import opened
from portal.safekeeping import archive
from portal.server import refuse_unless_ready
from tests.factories import NOON, a_dossier, a_parent, staff


def a_key(letter):
    return f"{letter}:{base64.b64encode(letter.encode() * 32).decode()}"


@pytest.fixture
def portal(tmp_path, monkeypatch):
    """Runs a command; its settings are the environment’s."""
    for name, value in {
        "RELIE_DATABASE_URL": f"sqlite:///{tmp_path / 'relie.db'}",
        "RELIE_VAULT_URL": f"file://{tmp_path / 'vault'}",
        "RELIE_SECRET_KEY": "x" * 40,
        "RELIE_VAULT_KEYS": a_key("v"),
        "RELIE_JOURNAL_FOLDER": str(tmp_path / "journal"),
        "RELIE_BACKUP_KEYS": a_key("b"),
    }.items():
        monkeypatch.setenv(name, value)

    def run(*words):
        return CliRunner().invoke(main, [str(word) for word in words])

    run.folder, run.set, run.unset = tmp_path, monkeypatch.setenv, monkeypatch.delenv
    with clock.frozen(NOON):
        assert run("db", "upgrade").exit_code == 0
        yield run


def hands(portal):
    engine = opened(from_environment())
    return make_sessions(engine).begin()


@pytest.fixture
def mother(portal):
    with hands(portal) as db:
        dossier = a_dossier(db)
        portal.director = staff(db, dossier, Post.MANAGEMENT).account_id
        return a_parent(db, dossier).id


@pytest.fixture
def backup(portal, mother):
    made = portal("backup", portal.folder / "one.backup")
    assert made.exit_code == 0, made.output
    return portal.folder / "one.backup"


@pytest.fixture
def elsewhere(portal, backup):
    """From now on the database of the settings is a new one."""
    portal.set("RELIE_DATABASE_URL", f"sqlite:///{portal.folder / 'new.db'}")
    return backup


def refused(result):
    assert result.exit_code == 1, result.output
    assert result.output.count("\n") == 1
    return result.output


def test_a_backup_in_a_folder_is_named_after_its_moment(portal, mother):
    (portal.folder / "backups").mkdir()
    told = portal("backup", portal.folder / "backups")
    assert told.exit_code == 0
    assert [one.name for one in (portal.folder / "backups").iterdir()] == ["relie-20261118T110000Z.backup"]
    assert "relie-20261118T110000Z.backup" in told.output


def test_only_its_owner_reads_a_backup(backup):
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_backup_never_takes_the_place_of_another(portal, backup):
    before = backup.read_bytes()
    assert "porte déjà ce nom" in refused(portal("backup", backup))
    assert backup.read_bytes() == before


def test_what_the_journal_replayed_is_told_in_counts(portal, elsewhere, mother):
    portal.set("RELIE_DATABASE_URL", f"sqlite:///{portal.folder / 'relie.db'}")
    with hands(portal) as db:
        services.end(db, db.get_one(Relationship, mother))
    portal.set("RELIE_DATABASE_URL", f"sqlite:///{portal.folder / 'new.db'}")
    told = portal("restore", elsewhere)
    assert told.exit_code == 0, told.output
    assert "retiré à nouveau : 1 lien(s) terminé(s)" in told.output
    assert "18/11/2026 à 11:00 UTC" in told.output
    with hands(portal) as db:
        assert db.get_one(Relationship, mother).ends_at is not None
    assert portal("db", "upgrade").exit_code == 0


def test_checking_restores_nothing(portal, elsewhere):
    told = portal("restore", "--check", elsewhere)
    assert told.exit_code == 0
    assert "Sauvegarde entière" in told.output
    assert not (portal.folder / "new.db").exists()


def test_a_database_that_holds_tables_is_left_alone(portal, backup):
    assert "contient déjà des tables" in refused(portal("restore", backup))


def test_another_key_is_said(portal, elsewhere):
    portal.set("RELIE_BACKUP_KEYS", a_key("c"))
    assert "RELIE_BACKUP_KEYS" in refused(portal("restore", elsewhere))


@pytest.mark.parametrize("spoil", [lambda data: data[:-5], lambda data: data[:5000] + b"?" + data[5001:]])
def test_a_backup_cut_or_changed_is_said_and_nothing_is_written(portal, elsewhere, spoil):
    elsewhere.write_bytes(spoil(elsewhere.read_bytes()))
    for words in (("--check",), ()):
        assert "abîmée ou coupée" in refused(portal("restore", *words, elsewhere))
    assert not (portal.folder / "new.db").exists()


def test_a_file_that_is_no_backup_is_said(portal, elsewhere):
    elsewhere.write_bytes(b"%PDF-1.7 and so on")
    assert "n’est pas une sauvegarde" in refused(portal("restore", elsewhere))


def test_a_journal_that_is_missing_or_another_refuses(portal, elsewhere):
    portal.set("RELIE_JOURNAL_FOLDER", str(portal.folder / "other"))
    assert "--without-journal" in refused(portal("restore", elsewhere))
    Journal(portal.folder / "other").ready()
    assert "n’est pas celui" in refused(portal("restore", elsewhere))


def test_a_journal_that_was_changed_refuses(portal, elsewhere):
    journal = Journal(portal.folder / "journal")
    for number in range(3):
        journal.append([{"what": "signed_out", "of": "sign_in", "id": f"{number}"}])
    journal.path.write_bytes(journal.path.read_bytes().replace(b'"id":"1"', b'"id":"9"'))
    assert "a été modifié" in refused(portal("restore", elsewhere))


def test_without_its_journal_everything_is_closed_but_to_whom_was_named(portal, elsewhere, mother):
    (portal.folder / "journal" / "revocations.jsonl").unlink()
    assert "--keep" in refused(portal("restore", "--without-journal", elsewhere))
    told = portal("restore", "--without-journal", "--keep", portal.director, elsewhere)
    assert told.exit_code == 0, told.output
    assert "tous les liens sont à vérifier" in told.output
    with hands(portal) as db:
        verified = {one.account_id for one in db.query(Relationship).filter(Relationship.verified_at.is_not(None))}
    assert verified == {portal.director}


def test_a_backup_of_a_newer_version_is_refused(portal, elsewhere, monkeypatch):
    header = archive.header_of(elsewhere, {"b": b"b" * 32}) | {"revision": "9999"}
    newer = portal.folder / "newer.backup"
    with newer.open("wb") as file:
        file.writelines(archive.sealed(header, (), {"b": b"b" * 32}))
    assert "version plus récente" in refused(portal("restore", newer))


def test_a_backup_of_the_other_kind_of_database_is_refused(portal, elsewhere):
    header = archive.header_of(elsewhere, {"b": b"b" * 32}) | {"database": "postgresql"}
    other = portal.folder / "other.backup"
    with other.open("wb") as file:
        file.writelines(archive.sealed(header, (), {"b": b"b" * 32}))
    assert "SQLite ou PostgreSQL" in refused(portal("restore", other))


@pytest.mark.parametrize("name", ["RELIE_BACKUP_KEYS", "RELIE_JOURNAL_FOLDER"])
def test_a_setting_that_is_missing_is_named(portal, mother, name):
    portal.unset(name)
    assert name in refused(portal("backup", portal.folder / "two.backup"))
    assert not (portal.folder / "two.backup").exists()


def test_a_journal_at_a_place_that_depends_on_the_command_is_refused(portal):
    portal.set("RELIE_JOURNAL_FOLDER", "journal")
    with pytest.raises(ConfigError, match="RELIE_JOURNAL_FOLDER wants an absolute folder"):
        from_environment()


def test_pages_are_not_served_without_a_journal(portal):
    portal.unset("RELIE_JOURNAL_FOLDER")
    with pytest.raises(ConfigError, match="RELIE_JOURNAL_FOLDER"):
        refuse_unless_ready(from_environment())
    refuse_unless_ready(from_environment().with_(demo=True))


def test_a_folder_that_is_not_there_is_said(portal, mother):
    assert "n’existe pas" in refused(portal("backup", portal.folder / "nowhere" / "one.backup"))


def test_two_backups_at_once_under_one_name_do_not_mix(portal, mother):
    import fcntl

    draft = portal.folder / ".one.backup.part"
    handle = os.open(draft, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert "est en train de s’écrire" in refused(portal("backup", portal.folder / "one.backup"))
    os.close(handle)
    assert portal("backup", portal.folder / "one.backup").exit_code == 0
