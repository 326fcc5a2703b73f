"""What the pages' processes hold in memory once they have served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.bench.ground import Ground
from tests.bench.pages import a_mother, site
from tests.bench.serving import Server
from tests.bench.table import Figure, at_most
from tests.factories import an_establishment

PAGES, MEBIBYTES = 200, 100


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    where = site(ground, url := ground.sqlite())
    with where.sessions.begin() as db:
        link, event_id = a_mother(db, an_establishment(db), 2, 20)
    server = Server(ground, where, ground.settings(url), "whole", link.account_id)
    for number in range(PAGES):
        server.client.get(("/", "/rendez-vous/", "/rendez-vous/passes", f"/rendez-vous/{event_id}")[number % 4])
    held = [held_by(process) for process in (server.process.pid, server.worker)]
    together = sum(pss for _, pss in held)
    shown = f"{together:.0f} MB (RSS {held[0][0]:.0f} + {held[1][0]:.0f})"
    yield at_most(
        f"memory, master and one worker after {PAGES} pages", together, MEBIBYTES, " MB",
        cases=PAGES, exact=False, shown=shown,
    )  # fmt: skip


def held_by(process: int) -> tuple[float, float]:
    """(RSS, PSS) in MB (2²⁰): PSS counts what is shared once between those who share it."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text()
    rss, pss = (int(told.partition(f"\n{name}:")[2].split()[0]) / 1024 for name in ("Rss", "Pss"))
    return rss, pss
