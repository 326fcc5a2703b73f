"""``routes.tsv``: what each address answers to whom, in words somebody who wrote no line of it can check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.matrix.people import PERSONAS

PATH = Path(__file__).parent / "routes.tsv"

OUTCOMES = {
    "page": "a page",
    "file": "something that is no page: a picture, a document",
    "go": "done, and led to another page of ours",
    "sign_in": "led to the entrance",
    "step_up": "asked to come in more surely",
    "400": "a mistake of the address or of the form",
    "401": "a program without its token",
    "404": "the page of a thing that does not exist",
    "422": "the form again, with its mistakes",
}
"""Every word an answer may be, and what it means."""

THINGS = {
    "-": "the address names nothing",
    "own": "it names what belongs to one's own family, or to those one works with",
    "asked": "so does the question behind it (without this line: as without the question)",
    "foreign": "it names what belongs to others; what does not exist answers the same",
    "form": "the address is one's own, and the form or the question names what belongs to others",
}


class BadTable(Exception):
    """A line of the table that cannot be read; the message says which and why."""


@dataclass(frozen=True)
class Row:
    """What an endpoint answers to each persona."""

    endpoint: str
    method: str
    thing: str
    answers: dict[str, str]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.endpoint, self.method, self.thing


def rows() -> list[Row]:
    lines = PATH.read_text("utf-8").splitlines()
    found = [read(line) for line in lines if line.strip() and not line.startswith("#")]
    twice = {one.key for one in found if [other.key for other in found].count(one.key) > 1}
    if twice:
        raise BadTable(f"routes.tsv: more than one line for {sorted(twice)}")
    return found


def read(line: str) -> Row:
    """``endpoint ⇥ method ⇥ thing ⇥ outcome: who who · outcome: *``; the first that names somebody counts."""
    cells = line.split("\t")
    if len(cells) != 4:
        raise BadTable(f"routes.tsv: four cells, between tabs, in: {line}")
    endpoint, method, thing, said = (cell.strip() for cell in cells)
    if thing not in THINGS:
        raise BadTable(f"routes.tsv: {thing!r} is none of {', '.join(THINGS)} in: {line}")
    answers: dict[str, str] = {}
    for part in said.split(" · "):
        outcome, _, who = (word.strip() for word in part.partition(":"))
        if outcome not in OUTCOMES:
            raise BadTable(f"routes.tsv: {outcome!r} is none of {', '.join(OUTCOMES)} in: {line}")
        for one in PERSONAS if who == "*" else who.split():
            if one not in PERSONAS:
                raise BadTable(f"routes.tsv: nobody is called {one!r} in: {line}")
            answers.setdefault(one, outcome)
    if missing := PERSONAS.keys() - answers.keys():
        raise BadTable(f"routes.tsv: nothing for {', '.join(sorted(missing))} in: {line}")
    return Row(endpoint, method, thing, answers)


def written(endpoint: str, method: str, thing: str, answers: dict[str, str]) -> str:
    """The line that says this, the commonest answer last."""
    by: dict[str, list[str]] = {}
    for who in PERSONAS:
        by.setdefault(answers[who], []).append(who)
    *first, (last, _) = sorted(by.items(), key=lambda one: len(one[1]))
    parts = [f"{outcome}: {' '.join(who)}" for outcome, who in first] + [f"{last}: *"]
    return "\t".join((endpoint, method, thing, " · ".join(parts)))
