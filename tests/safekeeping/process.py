"""Another process that backs up or restores, slowly enough to be killed on the way: WHAT SETTINGS-AS-JSON PATH STEP."""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
from pathlib import Path

from portal.connectors import vault_store
from portal.core import disk
from portal.core.config import Settings
from portal.safekeeping import archive, backing, databases, restoring


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(times: int, function):  # type: ignore[no-untyped-def]
    """The function, that kills us the n-th time it is called, before it does anything."""
    seen = [0]

    def counted(*arguments, **named):  # type: ignore[no-untyped-def]
        seen[0] += 1
        if seen[0] == times:
            die()
        return function(*arguments, **named)

    return counted


STEPS = {
    "while_writing": lambda: setattr(archive, "_member", after(3, archive._member)),
    "before_the_name": lambda: setattr(disk.os, "replace", die),
    "while_copying": lambda: setattr(databases, "_copy", die),
    "after_the_database": lambda: setattr(restoring, "replay", die),
    "in_the_vault": lambda: setattr(vault_store.Folder, "_publish", after(2, vault_store.Folder._publish)),
    "nowhere": lambda: None,
}

if __name__ == "__main__":
    what, said, path, step = sys.argv[1:]
    facts = json.loads(said)
    for name in ("vault_keys", "backup_keys"):
        facts[name] = {key: base64.b64decode(value) for key, value in facts[name].items()}
    settings = Settings(**facts | {"journal_folder": Path(facts["journal_folder"])})
    STEPS[step]()
    if what == "backup":
        backing.back_up(settings, Path(path))
    else:
        restoring.restore(settings, Path(path))
