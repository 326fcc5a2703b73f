"""Draw a component from one of its examples: plain TOML, with the few objects components are handed."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from easyread import pictures
from easyread.cards import Card, Countdown, Standing
from easyread.clock import clock
from easyread.lines import Line
from portal.web.contacts import Contact

TEMPLATES = Path(__file__).parent.parent.parent / "portal" / "templates"
COMPONENTS = TEMPLATES / "components"


@dataclass(frozen=True)
class Example:
    """How one component is called: arguments, what it wraps, what stands around it."""

    component: str
    name: str
    args: dict[str, Any]
    body: str = ""
    wrap: str = ""
    beside: str = field(default="")

    def __str__(self) -> str:
        return f"{self.component}: {self.name}"

    def source(self) -> str:
        """A template that draws it."""
        names = ", ".join(f"{name}=args.{name}" for name in self.args)
        call = f"{self.component}({names})"
        drawn = f"{{% call {call} %}}{self.body}{{% endcall %}}" if self.body else f"{{{{ {call} }}}}"
        imported = f'{{% from "components/{self.component}.html" import {self.component} %}}'
        around = (f"<{self.wrap}>", f"</{self.wrap}>") if self.wrap else ("", "")
        return f"{imported}{around[0]}{drawn}{around[1]}{self.beside}"

    def marks(self) -> set[str]:
        """What it puts in ``id=``, or a mark of its own when that is fixed in the component."""
        given = {str(self.args[name]) for name in ("id", "name") if name in self.args}
        fixed = 'id="' in (COMPONENTS / f"{self.component}.html").read_text("utf-8")
        return given if given else {self.component} if fixed or self.beside else set()

    def values(self) -> dict[str, Any]:
        return {"args": {name: MAKERS.get(name, lambda given: given)(given) for name, given in self.args.items()}}


def examples() -> list[Example]:
    """Every example of every component."""
    found = []
    for path in sorted((COMPONENTS / "examples").glob("*.toml")):
        for one in tomllib.loads(path.read_text("utf-8"))["example"]:
            shape = {"beside": one.get("with", ""), "body": one.get("body", ""), "wrap": one.get("wrap", "")}
            found.append(Example(path.stem, one["name"], one["args"], **shape))
    return found


def sheets() -> list[list[Example]]:
    """Examples that can stand on one page: none uses the identifier of another."""
    made: list[tuple[set[str], list[Example]]] = []
    for example in examples():
        marks = {f"{example.component}:{mark}" for mark in example.marks()}
        for seen, sheet in made:
            if not seen & marks:
                seen |= marks
                sheet.append(example)
                break
        else:
            made.append((marks, [example]))
    return [sheet for _, sheet in made]


def _picture(key: str) -> Any:
    return pictures.known(*key.split("/")) if key else None


def _clock(hour: str) -> Any:
    return clock(time.fromisoformat(hour)) if hour else None


def _line(given: dict[str, Any]) -> Line:
    return Line(
        given["text"],
        _picture(given.get("picture", "")),
        _clock(given.get("clock", "")),
        tuple(map(tuple, given.get("strong", ()))),  # type: ignore[arg-type]
        tuple(given.get("breaks", ())),
        tuple(given.get("items", ())),
    )


def _card(given: dict[str, Any]) -> Card:
    seen = {"picture": _picture(given.get("picture", "")), "clock": _clock(given.get("clock", ""))}
    return Card(**{"say": ""} | given | seen | {"standing": Standing(given.get("standing", "todo"))})


def _field(given: dict[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(
        id=given["id"],
        name=given["id"],
        type=given.get("type", "StringField"),
        data=given.get("data"),
        errors=given.get("errors", []),
        _value=lambda: given["value"],
    )


class _Form(list[SimpleNamespace]):
    """What a summary asks of a form: its fields in order, and all errors."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(SimpleNamespace(id=name, name=name, errors=codes) for name, codes in errors.items())
        self.errors = errors


MAKERS: dict[str, Callable[[Any], Any]] = {
    "picture": _picture,
    "face": _clock,
    "line": _line,
    "card": _card,
    "field": _field,
    "form": _Form,
    "left": lambda given: Countdown(given["text"], tuple(given["quarters"])),
    "contact": lambda given: Contact(**given),
}
