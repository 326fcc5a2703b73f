"""What goes back to the DUI, one bundle at a time. Without an address to send to: a folder, one file each."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from portal.core import disk
from portal.core.config import Settings
from portal.core.jobs import GiveUp


class Outgoing(Protocol):
    """Where bundles go."""

    def send(self, event_id: UUID, bundle: Mapping[str, Any], /) -> None:
        """Hand it over, once or several times under the same ``event_id``. Raises ``GiveUp`` when nobody is there."""


class Folder:
    """A folder from which the DUI, or somebody, takes files: each whole or not there, and read by its owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, event_id: UUID, bundle: Mapping[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path, waiting = self.folder / f"{event_id}.json", self.folder / f".{event_id}.part"
        data = json.dumps(bundle, ensure_ascii=False, indent=1).encode()
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
        disk.settle(waiting, path)


class Nobody:
    """No DUI was told to us: the job is kept, and staff see that it goes nowhere."""

    def send(self, _event_id: UUID, _bundle: Mapping[str, Any]) -> None:
        raise GiveUp("no_receiver")


def make_outgoing(settings: Settings) -> Outgoing:
    """Where this portal's settings send bundles."""
    return Folder(settings.dui_folder) if settings.dui_folder else Nobody()
