"""``portal staff``: the first director of a house, whom nobody inside could invite."""

from __future__ import annotations

import re

from sqlalchemy import select

from portal.access.models import Post, Relationship
from portal.accounts import enrolment
from portal.core import scope
from portal.core.models import Account
from tests.cli.test_commands import portal, ready  # noqa: F401 - fixtures

HOUSE = ("--establishment", "990000017")
KEY = "x" * 40


def add(ready, *more, name="Claire Morvan"):  # noqa: F811
    return ready("staff", "add", *HOUSE, "--name", name, *more)


def test_the_first_director_gets_an_invitation_that_serves(ready):  # noqa: F811
    done = add(ready)
    assert done.exit_code == 0, done.output
    number, secret = re.search(r"https://localhost/lettre#(\d{8})\.(\w{8})", done.output).groups()
    assert f"numéro {number}, secret {secret[:4]} {secret[4:]}" in done.output
    with ready.db() as db, scope.within(db, scope.everywhere("test")):
        link = db.scalars(select(Relationship)).one()
        assert (link.post, link.unit_id, link.dossier_id) == (Post.MANAGEMENT, None, None)
        assert (link.proof, link.verified_by) == ("portal staff add", None)
        one = enrolment.redeem(db, number, secret, secret_key=KEY)
        assert (one.account_id, one.handed, one.issued_by) == (link.account_id, True, None)
        assert db.get(Account, link.account_id).identity_checked_at is not None


def test_a_name_that_works_here_already_changes_nothing_and_says_so(ready):  # noqa: F811
    add(ready)
    again = add(ready, name="claire  morvan")
    assert again.exit_code == 1
    assert "travaille déjà ici" in again.output
    assert "portal staff invite" in again.output
    with ready.db() as db:
        assert len(db.scalars(select(Account)).all()) == 1


def test_another_invitation_replaces_the_first(ready):  # noqa: F811
    first = re.search(r"#(\d{8})\.(\w{8})", add(ready).output).groups()
    done = ready("staff", "invite", *HOUSE, "--name", "Claire Morvan")
    assert done.exit_code == 0, done.output
    second = re.search(r"#(\d{8})\.(\w{8})", done.output).groups()
    assert first != second
    with ready.db() as db:
        found = {one.number: one.revoked_at for one in db.scalars(select(enrolment.Enrolment))}
    assert found[first[0]] is not None
    assert found[second[0]] is None


def test_a_profession_can_be_said_and_an_unknown_one_is_refused(ready):  # noqa: F811
    assert add(ready, "--post", "administration", name="Nadia").exit_code == 0
    assert add(ready, "--post", "boss", name="Autre").exit_code == 2


def test_a_house_that_is_not_there_and_nobody_to_invite_are_said(ready):  # noqa: F811
    gone = ready("staff", "add", "--establishment", "000000000", "--name", "Claire")
    assert (gone.exit_code, "Aucun établissement 000000000" in gone.output) == (1, True)
    nobody = ready("staff", "invite", *HOUSE, "--name", "Personne")
    assert (nobody.exit_code, "Personne ne travaille ici" in nobody.output) == (1, True)
    empty = add(ready, name="  ")
    assert (empty.exit_code, "name: missing" in empty.output) == (1, True)
