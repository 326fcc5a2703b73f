"""What is wrong with an answer, in sentences: it is not the one of the table, it tells a name, it changed a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from tests.matrix.people import PERSONAS
from tests.matrix.routes import CHANGING, Request, Route
from tests.matrix.table import Row, rows, written
from tests.matrix.visiting import Answer, Door

LOGGED = ("access_log",)
"""What a page of one's own may write, whatever its form said."""


@dataclass
class Trial:
    """Tries a route as everybody. ``put_back`` brings the database back to what it was; None: it cannot be."""

    door: Door
    put_back: Callable[[], None] | None
    first: str
    """Digest of what the database held at first."""
    who: tuple[str, ...] = tuple(PERSONAS)
    said: dict[tuple[str, str, str], Row] = field(default_factory=lambda: {one.key: one for one in rows()})
    _turn: Iterator[int] = field(default_factory=count)

    def row(self, row: Row, these: list[Route]) -> Iterator[str]:
        """What is wrong with the answers to ``row``, whichever address leads there."""
        for route in these:
            for who in self.who:
                if row.thing in ("own", "asked", "-"):
                    yield from self._own(route, who, row)
                if row.thing in ("foreign", "form") or (row.thing == "-" and (*row.key[:2], "form") not in self.said):
                    yield from self._strange(route, who, row)

    def missing(self, every: list[Route], known_rows: list[Row]) -> list[str]:
        """The lines that the table lacks, as these addresses answer today."""
        known = {row.key for row in known_rows}
        keys = {(one.endpoint, one.method, thing): one for one in every if not one.unknown for thing in one.things}
        return [written(*key, self.answers(one, key[2])) for key, one in keys.items() if key not in known]

    def answers(self, route: Route, thing: str) -> dict[str, str]:
        """What the route answers today, by persona."""
        found = {}
        for who in PERSONAS:
            asked = next((one for one, _ in self._strangers(route, who, thing)), None) if thing == "foreign" else None
            found[who] = self._ask(route, who, asked or self._owned(route, who, thing)).outcome
            self.restore()
        return found

    def restore(self) -> None:
        """Bring the database back, if anything was changed."""
        if self.put_back and self.door.digest() != self.first:
            self.put_back()

    def _own(self, route: Route, who: str, row: Row) -> Iterator[str]:
        yield from _judged(route, who, row.answers[who], self._ask(route, who, self._owned(route, who, row.thing)))
        if route.method in CHANGING:
            self.restore()

    def _strange(self, route: Route, who: str, row: Row) -> Iterator[str]:
        apart = () if row.thing == "foreign" else LOGGED
        before = self.door.digest(apart) if route.method in CHANGING else ""
        for asked, nothing in self._strangers(route, who, row.thing):
            foreign, absent = self._ask(route, who, asked), self._ask(route, who, nothing)
            yield from _judged(route, who, self._expected(route, who, row, asked), foreign, asked)
            place = f"{who}, {route.method} {route.rule}, {asked.named} of somebody else’s"
            yield from (f"{place}: {said}" for said in differences(foreign, absent))
            if route.method in CHANGING and self.door.digest(apart) != before:
                yield f"{who}, {route.method} {route.rule}: naming what is somebody else’s changed a row"
                self.restore()
                before = self.door.digest(apart)

    def _expected(self, route: Route, who: str, row: Row, asked: Request) -> str:
        """One part of the address alone being a stranger's, whoever must come in more surely is told that first; but
        for the dossier, which the guard looks at before anything else."""
        own = self.said.get((*row.key[:2], "own"))
        one_part = row.thing == "foreign" and not asked.all_of_it and asked.named != "dossier_id"
        if own and one_part and own.answers[who] == "step_up":
            return "step_up"
        return row.answers[who]

    def _owned(self, route: Route, who: str, thing: str) -> Request:
        return route.own(self.door.families[PERSONAS[who].own[0]], asking=thing == "asked")

    def _strangers(self, route: Route, who: str, thing: str) -> Iterator[tuple[Request, Request]]:
        """Of the families somebody is a stranger to, one: the farthest two take turns."""
        own, strangers = self.door.families[PERSONAS[who].own[0]], PERSONAS[who].strangers[-2:]
        stranger = strangers[next(self._turn) % len(strangers)]
        yield from route.strange(own, self.door.families[stranger], "foreign" if thing == "foreign" else "form")

    def _ask(self, route: Route, who: str, asked: Request) -> Answer:
        return self.door.ask(who, route.method, asked.path, query=asked.query, form=asked.form)


def _judged(route: Route, who: str, expected: str, answer: Answer, asked: Request | None = None) -> Iterator[str]:
    place = f"{who}, {route.method} {route.rule} ({route.endpoint}){f', {asked.named} of others' if asked else ''}"
    if answer.outcome != expected:
        yield f"{place}: the table says {expected}, the portal answers {answer.outcome}"
    yield from told(place, who, answer)


def differences(foreign: Answer, absent: Answer) -> Iterator[str]:
    """Where two answers that must be the same are not."""
    for what, of_foreign in foreign.bare.items():
        of_absent = absent.bare[what]
        if of_foreign != of_absent:
            one, other = str(of_foreign), str(of_absent)
            first = next((at for at, pair in enumerate(zip(one, other, strict=False)) if len({*pair}) > 1), 0)
            parts = (said[max(0, first - 40) : first + 60] for said in (one, other))
            yield f"{what} differs from what does not exist: {' / '.join(map(repr, parts))}"


def told(place: str, who: str, answer: Answer) -> Iterator[str]:
    """Names in an answer that this persona may not read."""
    if found := PERSONAS[who].forbidden.search(answer.words):
        near = answer.words[max(0, found.start() - 60) : found.end() + 30]
        yield f"{place}: tells {found[0]!r}, in: …{near}…"
