"""Coming in: what an unknown name costs beside a known one, and what a flood of guesses costs everybody else.

One server, as it is started for real. Elapsed time, since people wait: each figure is a ratio within this run.
"""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from urllib.parse import urlencode
from uuid import UUID

from portal.access.words import Strength
from portal.accounts import passphrases
from portal.accounts.device_cookie import COOKIE
from portal.accounts.models import Method
from portal.accounts.services import open_session
from portal.core.keys import derive, marked
from portal.core.models import Account
from tests.bench.ground import Ground
from tests.bench.pages import Site, a_mother, site
from tests.bench.serving import Client, Server
from tests.bench.table import Figure, at_least, at_most
from tests.factories import an_establishment

TRIES, GUESSERS, PAGES = 8, 6, 150
"""Tries of each name (an account has ten an hour), strangers at once, pages opened before and during."""
ALIKE, SLOWER, OWN_TRIES = 1.25, 2.0, 8
"""An unknown name may cost so many times a known one; a page so many times itself (its 99th percentile); and how often
the owner may be told to try again in a moment."""
PHRASE, MAIL, NOBODYS = "girafe bleue sous la pluie", "mere@famille.invalid", "personne@famille.invalid"
WRONG = "une phrase que personne n’a"
DEVICE = "d" * 32
SPENT, PAUSE = 429, 0.2
"""Thirty guesses a second: three times what is worked out at one a turn."""


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    where, settings = site(ground, url := ground.sqlite()), ground.settings(url)
    with where.sessions.begin() as db:
        link, _event = a_mother(db, an_establishment(db), 1, 3)
        db.get_one(Account, link.account_id).email = MAIL
        passphrases.keep(db, link.account_id, passphrases.hashed(PHRASE))
    server = Server(ground, where, settings, "whole", link.account_id)
    knows(where, link.account_id, settings.secret_key)
    known, unknown = alike(settings.bind)
    ratio = round(max(known, unknown) / min(known, unknown), 3)
    said = f"{ratio} × ({known * 1000:.0f} / {unknown * 1000:.0f} ms)"
    yield at_most("a known name beside an unknown one", ratio, ALIKE, " ×", cases=2 * TRIES, exact=False, shown=said)
    quiet = slow(server.client)
    with flood(settings.bind) as guesses:
        tries, busy = owner(settings.bind), slow(server.client)
    ratio = round(busy / quiet, 2)
    said = f"{ratio} × ({busy * 1000:.1f} / {quiet * 1000:.1f} ms)"
    yield at_most(
        "a page (p99) while strangers guess, beside itself", ratio, SLOWER, " ×", cases=PAGES, exact=False, shown=said
    )
    yield at_most("tries before the owner comes in meanwhile", tries, OWN_TRIES, cases=len(guesses), exact=False)
    yield at_least("guesses answered meanwhile", len(guesses), GUESSERS, exact=False)


class Device:
    """Somebody at the entrance, with the cookies that browsers keep for https and send to this machine too."""

    def __init__(self, bind: str, key: str = "") -> None:
        host, _, port = bind.partition(":")
        self.door = http.client.HTTPConnection(host, int(port), timeout=30)
        self.cookies = {COOKIE: key} if key else {}
        self.token = ""

    def say(self, who: str, phrase: str) -> int:
        """Status of the answer: 303 leads on to the code."""
        if not self.token:
            found = re.search(r'name="csrf_token" value="([^"]+)"', self._ask("GET", "/entrer")[1])
            assert found is not None
            self.token = found[1]
        return self._ask("POST", "/entrer/phrase", {"csrf_token": self.token, "who": who, "phrase": phrase})[0]

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Host": "localhost", "Cookie": kept, "Content-Type": "application/x-www-form-urlencoded"}
        self.door.request(method, path, urlencode(fields) if fields else None, headers)
        answer = self.door.getresponse()
        for one in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = one.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, answer.read().decode()


def knows(where: Site, account_id: UUID, secret_key: str) -> None:
    """The owner came in on their own device before."""
    mark = marked(derive(secret_key, "device"), DEVICE)
    with where.sessions.begin() as db:
        open_session(db, account_id, Strength.LOW, method=Method.PASSPHRASE, device_key=mark)


def alike(bind: str) -> tuple[float, float]:
    """Seconds of a known and of an unknown name: the middle of tries that take turns, each from a new device."""
    found: dict[str, list[float]] = {MAIL: [], NOBODYS: []}
    Device(bind).say("personne.encore@famille.invalid", WRONG)  # the first one makes nobody's hash
    for _ in range(TRIES):
        for who, times in found.items():
            device = Device(bind)
            began = time.perf_counter()
            assert device.say(who, WRONG) == 422
            times.append(time.perf_counter() - began)
    return median(found[MAIL]), median(found[NOBODYS])


@contextmanager
def flood(bind: str) -> Iterator[list[int]]:
    """Strangers who guess without end, always at another name; a spent device is a new one: work alone holds them."""
    over, answers = threading.Event(), list[int]()

    def guess(number: int) -> None:
        device = Device(bind)
        while not over.is_set():
            answers.append(device.say(f"{number}.{len(answers)}@famille.invalid", WRONG))
            if answers[-1] == SPENT:
                device = Device(bind)
            time.sleep(PAUSE)

    guessers = [threading.Thread(target=guess, args=(number,), daemon=True) for number in range(GUESSERS)]
    for one in guessers:
        one.start()
    time.sleep(1)
    yield answers
    over.set()
    for one in guessers:
        one.join()


def owner(bind: str) -> int:
    """How often the owner tries, on their own device, until the phrase leads on to the code."""
    for tries in range(1, 4 * OWN_TRIES):
        if Device(bind, DEVICE).say(MAIL, PHRASE) == 303:
            return tries
        time.sleep(0.5)
    return 4 * OWN_TRIES


def slow(client: Client) -> float:
    """Seconds of the slowest page but one in a hundred."""
    times = []
    for _ in range(PAGES):
        began = time.perf_counter()
        client.get("/rendez-vous/")
        times.append(time.perf_counter() - began)
    return sorted(times)[int(0.99 * PAGES)]
