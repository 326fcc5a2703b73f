"""Light to import, quick for three hundred rows, usable from a command line, and apart from the portal."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from easyread import render
from easyread.render import Event, Person, Voice

ROOT = Path(__file__).parents[2]


def python(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], input=given, capture_output=True, text=True, cwd=ROOT, check=False
    )


def test_importing_loads_neither_the_dictionary_nor_the_portal():
    done = python(
        "-c",
        "import sys, time; start = time.perf_counter(); import easyread.render, easyread.pictures, easyread.lexicon;"
        "print(time.perf_counter() - start);"
        "print([m for m in ('simplemma', 'flask', 'sqlalchemy', 'portal', 'easyread.tokens') if m in sys.modules])",
    )
    took, loaded = done.stdout.splitlines()
    assert loaded == "['easyread.tokens']"
    assert float(took) < 0.4


def test_a_row_takes_less_than_a_millisecond():
    rows = [
        Event(f"Consultation {n}", datetime(2026, 12, 1 + n % 28, n % 24, n % 60, tzinfo=UTC), appointment=True,
              people=(Person("Docteure Amel Saïd", "Neurologue"),), bring="la carte Vitale, le cahier de crises")
        for n in range(300)
    ]  # fmt: skip
    voice, today = Voice("Inès"), date(2026, 12, 10)
    for row in rows:
        render.event_lines(row, voice, today)
    start = time.process_time()
    for row in rows:
        render.event_lines(row, voice, today)
        render.headline(row, voice, today)
    assert (time.process_time() - start) / len(rows) < 0.001


def test_the_command_draws_what_it_surely_can():
    done = python("-m", "easyread", "picture", given="Pierre va à la piscine\nsans chocolat\n")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first == {
        "text": "Pierre va à la piscine",
        "units": [
            {"surface": "Pierre", "concept": None, "image": None, "source": None},
            {"surface": "va à la piscine", "concept": "piscine", "image": "1F3CA", "source": "openmoji"},
        ],
    }
    assert second["units"] == [{"surface": "chocolat", "concept": "chocolat", "image": None, "source": None}]


def test_an_unknown_command_is_refused():
    done = python("-m", "easyread", "sing")
    assert done.returncode == 2
    assert "picture" in done.stderr
