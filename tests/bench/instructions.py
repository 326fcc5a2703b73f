"""Instructions of a page beside those of hello-world, as callgrind counts them: the same at every run.

Slow (a minute or two), so only when asked for, or when the campaigns are long. As a program it asks for the pages,
and calls ``os.getppid()`` between them, where callgrind starts another count.
"""

from __future__ import annotations

import gc
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.ground import ROOT, Ground, clean
from tests.bench.pages import a_mother, site
from tests.bench.served import Bench
from tests.bench.serving import cookie_of, facts_of, settings_of
from tests.bench.table import Figure, at_most
from tests.factories import an_establishment

HELLOS = 11
TIMES, WARM, LIMIT = 10, 8, 900


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    if not shutil.which("valgrind"):
        yield Figure("instructions", "no valgrind on this machine", f"≤ {HELLOS} hellos", None, 0)
        return
    where = site(ground, url := ground.sqlite())
    with where.sessions.begin() as db:
        link, event_id = a_mother(db, an_establishment(db), 2, 10)
    pages = {"home": "/", "list": "/rendez-vous/", "detail": f"/rendez-vous/{event_id}"}
    told = facts_of(ground.settings(url)), cookie_of(where, link.account_id), json.dumps(["/hello", *pages.values()])
    hello, *others = _counted(ground, *told)
    for page, many in zip(pages, others, strict=True):
        shown = f"{many / hello:.1f} hellos ({many / 1e3:,.0f} k)".replace(",", " ")
        yield at_most(f"instructions, {page}", many / hello, HELLOS, " hellos", cases=TIMES, shown=shown)


def _counted(ground: Ground, *told: str) -> list[float]:
    """Instructions of one request to each path."""
    folder = ground.new("callgrind")
    folder.mkdir()
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", "--dump-before=os_getppid"]
    done = subprocess.run(
        [*command, sys.executable, "-m", __name__, *told],
        cwd=ROOT, env=clean() | {"PYTHONHASHSEED": "0"}, capture_output=True, text=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-1000:])
    parts = sorted((one for one in folder.iterdir() if one.suffix[1:].isdigit()), key=lambda one: int(one.suffix[1:]))
    counts = [_total(part) / TIMES for part in parts]
    return counts[1 : 1 + len(json.loads(told[2]))]  # the first is all that came before


def _total(part: Path) -> int:
    found = re.search(r"^(?:totals|summary): (\d+)", part.read_text(), re.M)
    assert found is not None
    return int(found[1])


def main(settings: str, cookie: str, paths: str) -> None:
    """Each page so many times in this process, without a socket."""
    serve = Bench(settings_of(settings), "whole").load()
    asked = json.loads(paths)
    for path in asked * WARM:
        _ask(serve, path, cookie)
    gc.disable()
    for path in asked:
        os.getppid()
        for _ in range(TIMES):
            _ask(serve, path, cookie)
    os.getppid()


def _ask(serve: Any, path: str, cookie: str) -> None:
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "HTTP_COOKIE": cookie,
        "HTTP_ACCEPT_ENCODING": "gzip", "wsgi.version": (1, 0), "wsgi.url_scheme": "https", "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    answer = serve(environ, lambda status, *_rest: said.append(status))
    for _ in answer:
        pass
    if hasattr(answer, "close"):
        answer.close()
    if not said[0].startswith("200"):
        raise RuntimeError(f"{path}: {said[0]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
