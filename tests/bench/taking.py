"""Takes messages in, in a process that does nothing else: ``python -m tests.bench.taking URL VAULT FOLDER``.

Prints JSON: ``seconds``, of which ``waited`` for a core that others held, ``cpu``, ``peak`` memory in MB, ``states``.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from portal.connectors.dui.intake import Sender
from portal.connectors.vault import make_vault
from portal.core.config import Settings
from portal.core.db import make_engine, make_sessions
from portal.core.models import Establishment
from portal.reception import make_intake


def take(sessions: sessionmaker[Session], settings: Settings, files: list[Path]) -> dict[str, Any]:
    with sessions() as db:
        place = db.scalars(select(Establishment)).one()
    intake = make_intake(settings, sessions, make_vault(settings))
    sender = Sender("DUI", {place.finess: place})
    states: Counter[str] = Counter()
    issues: list[str] = []
    before = _clocks()
    for file in files:
        outcome = intake.take_in(file.read_bytes(), sender)
        states[outcome.state] += 1
        issues += [f"{issue.code} {issue.path}" for issue in outcome.issues][:3]
    spent = {name: at - before[name] for name, at in _clocks().items()}
    return spent | {"states": states, "issues": issues[:5]}


def _clocks() -> dict[str, float]:
    waited = int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9
    return {"seconds": time.perf_counter(), "cpu": time.process_time(), "waited": waited}


def peak() -> float:
    """Largest resident memory of this process since it began its program, in MB (2²⁰)."""
    told = Path("/proc/self/status").read_text().partition("VmHWM:")[2]
    return int(told.split()[0]) / 1024


def main(url: str, vault: str, folder: str) -> None:
    settings = Settings(url, f"file://{vault}", "bench-" * 8, {"bench": bytes(32)})
    done = take(make_sessions(make_engine(url)), settings, sorted(Path(folder).iterdir()))
    print(json.dumps(done | {"peak": peak()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
