"""What a page costs: beside hello-world on the same server, beside itself without a database, and without its log."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from timeit import repeat

from portal.access.decision import Facts, Link, decide
from portal.access.words import Category, Nature, Strength
from tests.bench.ground import Ground
from tests.bench.pages import a_mother, site
from tests.bench.serving import Server
from tests.bench.table import Figure, at_least, at_most, written
from tests.factories import an_establishment

ROUNDS, WARM = 4, 20
TIMES = {"/hello": 150}
"""Requests of one round; a page has fewer."""
PAGE_TIMES = 40
CHILDREN, ROWS = 2, 10
FLOOR, AIM = 0.03, 0.15
"""Share of hello: what was first measured, that no page may fall under; and where it should go."""
WITHOUT_DATABASE, LOG, DECISION = 0.5, 1.25, 300


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    where = site(ground, url := ground.sqlite())
    with where.sessions.begin() as db:
        link, event_id = a_mother(db, an_establishment(db), CHILDREN, ROWS)
    pages = {"home": "/", "list": "/rendez-vous/", "detail": f"/rendez-vous/{event_id}"}
    servers = {
        way: Server(ground, where, ground.settings(url), way, link.account_id)
        for way in ("whole", "no_database", "no_log")
    }
    spent = _spent(servers, ["/hello", *pages.values()])
    cases = ROUNDS * PAGE_TIMES
    for page, path in pages.items():
        hello, whole, no_database, no_log = (
            spent["whole", "/hello"], spent["whole", path], spent["no_database", path], spent["no_log", path]
        )  # fmt: skip
        shown = f"{written(round(hello / whole, 3))} ({hello:.2f} / {whole:.2f} ms CPU)"
        yield Figure(
            f"{page}, share of hello", shown, f"≥ {FLOOR} (aim {AIM})", hello / whole >= FLOOR, cases, exact=False
        )
        share = round(no_database / whole, 3)
        yield at_least(f"{page}, without a database / whole", share, WITHOUT_DATABASE, cases=cases, exact=False)
        log = round(whole / no_log, 3)
        yield at_most(f"{page}, with its log / without", log, LOG, " ×", cases=cases, exact=False)
    yield _decision()


def _spent(servers: dict[str, Server], paths: list[str]) -> dict[tuple[str, str], float]:
    """(way, path) → milliseconds of processor a request, the middle of rounds that take turns."""
    for server in servers.values():
        for path in paths:
            server.spent(path, WARM)
    found: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for path in paths:
            for way, server in servers.items():
                found.setdefault((way, path), []).append(server.spent(path, TIMES.get(path, PAGE_TIMES)))
    return {key: median(values) for key, values in found.items()}


def _decision() -> Figure:
    """One decision beside one look into a dictionary."""
    facts = [Facts(link=link, strength=strength) for link in Link for strength in Strength]
    asked = [(one, category, nature) for one in facts for category in Category for nature in Nature]
    table = {str(number): number for number in range(len(asked))}
    keys = list(table)

    def decided() -> None:
        for one, category, nature in asked:
            decide(one, category, nature)

    def looked_up() -> None:
        for key in keys:
            table[key]

    spent, least = (min(repeat(task, number=1, repeat=15)) / len(asked) for task in (decided, looked_up))
    shown = f"{written(round(spent / least))} × ({spent * 1e6:.1f} µs)"
    return at_most(
        "decide() / a look into a dictionary", spent / least, DECISION, " ×", cases=len(asked), exact=False, shown=shown
    )
