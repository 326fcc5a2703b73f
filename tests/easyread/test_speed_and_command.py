"""Light to import, quick for three hundred rows, usable from a command line, and apart from the portal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def python(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], input=given, capture_output=True, text=True, cwd=ROOT, check=False
    )


def test_importing_loads_neither_the_dictionary_nor_the_portal():
    """What a process pays before its first sentence; how long it takes is measured in ./run bench."""
    done = python(
        "-c",
        "import sys; import easyread.render, easyread.pictures, easyread.lexicon;"
        "print([m for m in ('simplemma', 'flask', 'sqlalchemy', 'portal', 'easyread.tokens') if m in sys.modules])",
    )
    assert done.stdout.strip() == "['easyread.tokens']"


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
