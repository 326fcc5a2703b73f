"""A DUI's token: shown once, hashed, expiring, replaceable, and good for its own establishments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.core.models import Establishment
from portal.dossier import clients, services
from portal.dossier.models import DuiClient

NOW = datetime(2026, 11, 19, 11, tzinfo=UTC)
HERE, THERE = "480787529", "750000001"


@pytest.fixture(autouse=True)
def _places(db: Session) -> None:
    for finess in (HERE, THERE):
        services.open_establishment(db, finess=finess, name=finess, organisation="Les Tilleuls")


def opens(db: Session, token: str, at: datetime = NOW) -> bool:
    with clock.frozen(at):
        return clients.authenticate(db, token) is not None


def a_client(db: Session, name: str = "DUI", *finess: str) -> str:
    with clock.frozen(NOW):
        return clients.add_client(db, name, finess or (HERE,))


def test_a_token_opens_its_own_establishments_and_no_other(db: Session) -> None:
    sender = clients.authenticate(db, a_client(db))
    assert sender is not None
    assert (sender.name, set(sender.establishments)) == ("DUI", {HERE})
    assert sender.establishments[HERE].finess == HERE
    both = clients.authenticate(db, a_client(db, "Autre", HERE, THERE))
    assert both is not None
    assert set(both.establishments) == {HERE, THERE}


def test_a_token_is_long_random_and_kept_only_hashed(db: Session) -> None:
    first, second = a_client(db), a_client(db, "Autre")
    secret = first.rpartition(".")[2]
    assert len(secret) >= 43
    assert secret != second.rpartition(".")[2]
    kept = db.scalars(select(DuiClient).where(DuiClient.name == "DUI")).one()
    assert len(kept.token_digest) == 64
    assert secret not in str(vars(kept))


@pytest.mark.parametrize(
    "change", ["", " ", "x", "relie-dui", "relie-dui.", "relie-dui..", "relie-dui.zz.zz", "é.é.é", "\x00"]
)
def test_nothing_else_opens(db: Session, change: str) -> None:
    a_client(db)
    assert not opens(db, change)


def test_a_secret_opens_only_with_its_own_name(db: Session) -> None:
    first, second = a_client(db), a_client(db, "Autre")
    _, name, _ = first.split(".")
    assert not opens(db, f"relie-dui.{name}.{second.rpartition('.')[2]}")
    assert not opens(db, first + "x")
    assert not opens(db, first[:-1])
    assert not opens(db, f"relie-dui.{name}.")


def test_a_token_expires(db: Session) -> None:
    token = a_client(db)
    assert opens(db, token, NOW + clients.LASTS - timedelta(seconds=1))
    assert not opens(db, token, NOW + clients.LASTS)


def test_a_rotation_gives_a_week_to_both_tokens(db: Session) -> None:
    former = a_client(db)
    with clock.frozen(NOW + timedelta(days=100)):
        current = clients.rotate(db, "DUI")
    week = NOW + timedelta(days=100) + clients.BOTH_WORK
    assert opens(db, former, week - timedelta(seconds=1))
    assert not opens(db, former, week)
    assert opens(db, current, week)
    assert opens(db, current, NOW + timedelta(days=100) + clients.LASTS - timedelta(seconds=1))


def test_a_rotation_never_makes_the_former_token_live_longer(db: Session) -> None:
    former = a_client(db)
    with clock.frozen(NOW + clients.LASTS - timedelta(days=1)):
        clients.rotate(db, "DUI")
    assert not opens(db, former, NOW + clients.LASTS)


def test_two_rotations_leave_one_former_token(db: Session) -> None:
    first = a_client(db)
    with clock.frozen(NOW):
        second = clients.rotate(db, "DUI")
        third = clients.rotate(db, "DUI")
    assert [opens(db, token) for token in (first, second, third)] == [False, True, True]


def test_a_revocation_shuts_every_token_at_once(db: Session) -> None:
    former = a_client(db)
    with clock.frozen(NOW):
        current = clients.rotate(db, "DUI")
        clients.revoke(db, "DUI")
    assert not opens(db, former)
    assert not opens(db, current)


@pytest.mark.parametrize(
    ("name", "finess", "why"),
    [
        ("", (HERE,), "empty"),
        ("  ", (HERE,), "empty"),
        ("DUI", (HERE,), "taken"),
        ("A", (), "unknown"),
        ("B", (HERE, "999999999"), "unknown"),
    ],
)
def test_a_client_needs_a_name_of_its_own_and_establishments_of_ours(
    db: Session, name: str, finess: tuple[str, ...], why: str
) -> None:
    a_client(db)
    with pytest.raises(BadInput) as refused:
        clients.add_client(db, name, finess)
    assert refused.value.code == why


def test_a_client_nobody_knows_cannot_be_changed(db: Session) -> None:
    with pytest.raises(NotFound):
        clients.rotate(db, "Personne")
    with pytest.raises(NotFound):
        clients.revoke(db, "Personne")


def test_the_command_line_may_write_everywhere(db: Session) -> None:
    sender = clients.everywhere(db)
    assert (sender.name, sender.client_id) == (clients.COMMAND, None)
    assert {one.finess for one in db.scalars(select(Establishment))} == set(sender.establishments)
