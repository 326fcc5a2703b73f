"""Long searches for what must never happen, as long as ``--minutes`` says: each counts what it tried and what it found.

The tests hold a few hundred of each; here they go on, with other seeds every time.
"""

from __future__ import annotations

import secrets
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator

from tests.bench.agreeing import agreement
from tests.bench.ground import Ground
from tests.bench.mutating import mutants
from tests.bench.racing import deaths
from tests.bench.table import Figure, at_most
from tests.bench.watching import visits

Search = Callable[[Ground, float, int], Iterator[Counter[str]]]
"""(ground, seconds, seed) → what each batch tried, by kind; ``AssertionError`` at what must never happen."""


CAMPAIGNS: dict[str, Search] = {
    "worlds where a list and a decision disagree": agreement,
    "mutated messages neither taken nor refused": mutants,
    "visits the log does not tell": visits,
    "races with a death that lose or repeat a job": deaths,
}


def measure(ground: Ground, minutes: float) -> Iterator[Figure]:
    for what, search in CAMPAIGNS.items():
        yield led(what, search, ground, minutes * 60 / len(CAMPAIGNS))


def led(what: str, search: Search, ground: Ground, seconds: float) -> Figure:
    """One campaign, ended at the first thing found. Its seed is said, so that it can be led again."""
    seed, found = secrets.randbelow(2**32), 0
    tried: Counter[str] = Counter()
    try:
        for batch in search(ground, seconds, seed):
            tried += batch
    except AssertionError:
        found = 1
        print(f"{what} (seed {seed}):", file=sys.stderr)
        traceback.print_exc()
    kinds = ", ".join(f"{many} {kind}" for kind, many in sorted(tried.items()))
    return at_most(what, found, 0, cases=tried.total(), shown=f"{found} ({kinds})")
