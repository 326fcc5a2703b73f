"""A world of four young people, whatever is known of each holding words to look for; and a real vault."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import JSON, LargeBinary, Text, select
from sqlalchemy.orm import Session, sessionmaker

from portal.access import reach
from portal.connectors.vault import Vault, make_vault
from portal.core import clock
from portal.core.db import Base
from portal.core.models import Dossier, DossierState
from portal.deadlines.dates import months_before
from tests.conftest import a_configuration
from tests.factories import NOON
from tests.matrix.people import settle
from tests.matrix.things import Family

LONG = 1 << 24


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def vault(tmp_path) -> Vault:
    return make_vault(a_configuration(vault_url=f"file://{tmp_path / 'vault'}"))


@pytest.fixture
def families(sessions: sessionmaker[Session]) -> dict[str, Family]:
    with sessions.begin() as db:
        found = settle(db)
        reach.recompute(db)
    return found


@pytest.fixture
def leave(sessions: sessionmaker[Session]) -> Callable[..., None]:
    """``leave(family, 25)``: they left so many months ago."""

    def left(family: Family, months: int, state: DossierState = DossierState.LEFT) -> None:
        with sessions.begin() as db:
            dossier = db.get_one(Dossier, family.dossier.id)
            dossier.state = state
            then = clock.midnight(months_before(NOON.date(), months), "Europe/Paris")
            dossier.left_at = dossier.state_since = dossier.received_at = then
            reach.recompute(db, dossier_ids=[dossier.id])

    return left


def said(db: Session, vault: Vault) -> dict[str, str]:
    """Every text the portal holds: by table and column, and by object of the vault."""
    found = {}
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, Text | JSON):
                values = [value for value in db.scalars(select(column)) if value]
                found[f"{table.name}.{column.name}"] = "\n".join(
                    value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values
                )
    for name in vault.names():
        found[f"vault {name}"] = vault.read(name, LONG).decode("utf-8", "replace")
    return found


def where(db: Session, vault: Vault, words: str) -> list[str]:
    """Where these words are written."""
    return sorted(place for place, text in said(db, vault).items() if words in text)


def counted(db: Session) -> dict[str, int]:
    """Table → rows, of every table that has some."""
    rows: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        number = len(db.execute(select(*[one for one in table.c if not isinstance(one.type, LargeBinary)])).all())
        rows |= {table.name: number} if number else {}
    return rows
