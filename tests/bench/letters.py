"""DUI messages in numbers: the invented establishment of the demo, many times over, under other keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, cycle, islice
from typing import Any

from portal.core import clock
from portal.demo.house import FINESS
from portal.demo.imagine import imagine
from portal.demo.messages import messages
from portal.demo.world import ZONE, Happening, Life, World

DOSSIERS, EVENTS = 800, 10_000
FIRST = 100_001
DAY = timedelta(days=1)


def house(dossiers: int = DOSSIERS, events: int = EVENTS) -> World:
    """A world of ``dossiers`` young people, ``events`` of theirs in all, and a day and a night of each besides."""
    world = imagine(clock.local_date(clock.now(), ZONE))
    models = [life for life in world.lives if not life.person.role]
    lives = tuple(_lives(models, dossiers, events))
    return replace(world, lives=lives, young=tuple(life.person for life in lives))


def one_each(world: World, sent_at: datetime) -> list[bytes]:
    """A transaction for each young person, as a DUI sends them."""
    return [raw for _, raw in messages(world, sent_at)]


def all_in_one(messages_: Iterable[bytes]) -> bytes:
    """One transaction that says what these say: what they share stands in it once."""
    bundles = [json.loads(raw) for raw in messages_]
    entries: dict[str, Any] = {}
    for bundle in bundles:
        for entry in bundle["entry"]:
            entries.setdefault(entry["fullUrl"], entry)
    return json.dumps(bundles[0] | {"entry": list(entries.values())}, ensure_ascii=False).encode()


def _a_day_later(happening: Happening) -> Happening:
    return replace(happening, starts=happening.starts + DAY, ends=happening.ends + DAY)


def moved(world: World) -> World:
    """The same world when one event of everybody is put off to the next day."""
    lives = tuple(
        replace(life, happenings=(*life.happenings[:-1], _a_day_later(life.happenings[-1]))) for life in world.lives
    )
    return replace(world, lives=lives)


def _lives(models: list[Life], dossiers: int, events: int) -> Iterator[Life]:
    # Numbers that five divides write their references another way, and one bundle has one way.
    numbers = (number for number in count(FIRST) if number % 5)
    shares = [events // dossiers + (place < events % dossiers) for place in range(dossiers)]
    for model, share, number in zip(cycle(models), shares, numbers, strict=False):
        yield _renamed(model, share, f"3{FINESS}/{number}")


def _renamed(life: Life, share: int, key: str) -> Life:
    """The same life under another key, with its last ``share`` events: rendez-vous stand at the end."""
    old = life.person.key
    if len(life.happenings) < share:
        raise ValueError("a life of the demo holds fewer events than asked")

    def ours(one: Any, **more: Any) -> Any:
        return replace(one, key=one.key.replace(old, key), **more)

    kept = [ours(one, was=None) for one in life.happenings[-share:]]
    names = {one.key for one in kept}
    trips = [ours(one, event=one.event.replace(old, key)) for one in life.trips]
    trips = [one for one in trips if not one.event or one.event in names]
    return Life(
        person=ours(life.person, relatives=tuple(ours(one) for one in life.person.relatives)),
        happenings=tuple(_relatives(one, old, key) for one in kept),
        trips=tuple(islice(reversed(trips), 2)),
        presences=tuple(ours(one) for one in life.presences[-1:]),
    )


def _relatives(happening: Happening, old: str, key: str) -> Happening:
    return replace(happening, relatives=tuple(one.replace(old, key) for one in happening.relatives))
