"""A portal of a test, backed up and restored to other places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from portal.app import create_app
from portal.connectors.vault import Vault, make_vault
from portal.core import roles, scope
from portal.core.config import Settings
from portal.core.db import make_engine, make_sessions
from portal.core.journal import Journal
from portal.core.taking import opened
from portal.safekeeping.backing import Made, back_up
from portal.safekeeping.restoring import Restored, restore
from tests.browsing import Browser
from tests.schema import PORTAL

NUMBERS = count(1)
"""Each database, vault and backup of a run has its own."""


@dataclass
class Home:
    """A portal: its settings, and hands to look into it with."""

    settings: Settings
    new_database: Callable[[], tuple[str, str]]
    engines: list[Engine]

    @property
    def journal(self) -> Journal:
        assert self.settings.journal_folder is not None
        return Journal(self.settings.journal_folder)

    @property
    def vault(self) -> Vault:
        return make_vault(self.settings)

    def opened(self) -> Engine:
        """As the portal does: every session on it keeps the journal."""
        self.engines.append(opened(self.settings))
        return self.engines[-1]

    def sessions(self) -> sessionmaker[Session]:
        return make_sessions(self.opened(), scope.everywhere("test"))

    def back_up(self) -> Path:
        return self.made().path

    def made(self) -> Made:
        folder = Path(str(self.settings.journal_folder)).parent / f"backup-{next(NUMBERS)}"
        folder.mkdir()
        return back_up(self.settings, folder)

    def elsewhere(self, **changes: Any) -> Home:
        """The same portal on a machine where nothing is yet: another database, another vault, the same journal."""
        url, owner = self.new_database()
        vault = f"{self.settings.vault_url}-{next(NUMBERS)}"
        facts = {"database_url": url, "owner_database_url": owner, "vault_url": vault} | changes
        return Home(self.settings.with_(**facts), self.new_database, self.engines)

    def restored(self, backup: Path, **changes: Any) -> tuple[Home, Restored]:
        there = self.elsewhere(**changes)
        told = restore(there.settings, backup)
        there.grant()
        return there, told

    def grant(self) -> None:
        if self.settings.owner_database_url:
            roles.grant(self.owner(), PORTAL)

    def owner(self) -> Engine:
        self.engines.append(make_engine(self.settings.owner_database_url or self.settings.database_url))
        return self.engines[-1]

    @property
    def database(self) -> str:
        return str(make_url(self.settings.database_url).database)

    def leave(self) -> None:
        """Close every way in."""
        for engine in self.engines:
            engine.dispose()

    def browser(self) -> Browser:
        """Somebody before the real pages of this portal."""
        app = create_app(self.settings, sessions=make_sessions(self.opened()))
        return Browser(app, self.sessions(), lambda: 0)
