"""A door for DUI messages, on each database, with a vault that remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from portal.connectors.dui.intake import Intake, Outcome, Sender
from portal.core.db import Base
from portal.core.models import Establishment
from portal.dossier import services
from portal.dossier.store import ReceptionStore
from portal.planning import services as planning
from tests.connectors.dui.writing import FINESS, bundle, raw


@dataclass
class FakeVault:
    """Keeps bytes under a number; says what was forgotten."""

    held: dict[str, bytes] = field(default_factory=dict)
    about: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def put(self, content: bytes, *, about: str) -> str:
        key = f"object-{len(self.about)}"
        self.held[key] = content
        self.about.append(about)
        return key

    def delete(self, key: str) -> None:
        del self.held[key]
        self.forgotten.append(key)


@pytest.fixture
def vault() -> FakeVault:
    return FakeVault()


@pytest.fixture
def establishment(sessions: sessionmaker[Session]) -> Establishment:
    with sessions.begin() as db:
        return services.open_establishment(db, finess=FINESS, name="IME Les Tilleuls", organisation="Les Tilleuls")


@pytest.fixture
def sender(establishment: Establishment) -> Sender:
    return Sender("DUI des Tilleuls", {FINESS: establishment})


@pytest.fixture
def door(sessions: sessionmaker[Session], vault: FakeVault) -> Intake:
    return Intake(sessions, vault, ReceptionStore(), (services.receive, planning.receive))


@pytest.fixture
def send(door: Intake, sender: Sender) -> Callable[..., Outcome]:
    """``send(patient(), event())`` sends a message of these resources; ``sent=`` dates it."""

    def send_them(*resources: Any, **changes: Any) -> Outcome:
        return door.take_in(raw(bundle(*resources, **changes)), sender)

    return send_them


@pytest.fixture
def rows(sessions: sessionmaker[Session]) -> Callable[..., dict[str, list[Any]]]:
    """Every row of every table but the log of reception: two equal snapshots mean that nothing changed."""

    def snapshot(*, without: tuple[str, ...] = ("dui_message",)) -> dict[str, list[Any]]:
        with sessions() as db:
            tables = [table for table in Base.metadata.sorted_tables if table.name not in without]
            return {table.name: sorted(map(str, db.execute(select(table)).all())) for table in tables}

    return snapshot
