"""Every small change of the tables that decisions are taken from: one cell, word, column or state at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from portal.access import actions, decision, perimeter
from portal.access.axes import NO_TIE, Cover, Link
from portal.access.models import Post
from portal.access.perimeter import Cell, Column, Row, Who, row_name
from portal.access.reach import POINTS
from portal.access.words import Action, Category, Strength
from portal.core.models import DossierState


@dataclass(frozen=True)
class Mutant:
    """A change, and where it could show: the rows, actions, links and values of one axis to look at."""

    name: str
    applied: Callable[[], AbstractContextManager[None]]
    rows: tuple[Row, ...]
    actions: tuple[Action, ...]
    links: frozenset[Link]
    where: tuple[str, Any] | None = None
    """An axis and the only value of it that the change touches."""


@contextmanager
def changed(table: dict[Any, Any], key: Any, value: Any) -> Iterator[None]:
    before = dict(table)
    table[key] = value
    try:
        yield
    finally:
        table.clear()
        table.update(before)


@contextmanager
def replaced(module: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


FAMILY_LINKS = frozenset(link for link in Link if link not in NO_TIE and link is not Link.STAFF)
WORKING = frozenset({Link.STAFF})
EVERYBODY = FAMILY_LINKS | WORKING
ALL_ACTIONS = tuple(Action)


def of_column(column: Column) -> frozenset[Link]:
    return frozenset(
        link for link in FAMILY_LINKS if column in {decision.column_of(link, one) for one in (False, True)}
    )


def toggled(chosen: frozenset[Any], one: Any) -> frozenset[Any]:
    return frozenset(chosen) ^ {one}


def family_cells() -> Iterator[Mutant]:
    for row, cells in perimeter.FAMILY.items():
        for column, cell in cells.items():
            for other in Cell:
                if other is not cell:
                    yield Mutant(
                        f"families, {row_name(row)}, {column}: {cell} becomes {other}",
                        lambda cells=cells, column=column, other=other: changed(cells, column, other),
                        (row,), ALL_ACTIONS, of_column(column),
                    )  # fmt: skip


def staff_words(table: dict[Row, frozenset[Who]], name: str, action: Action) -> Iterator[Mutant]:
    for row in perimeter.ROWS:
        for who in Who:
            changes = {row: toggled(table.get(row, frozenset()), who)}
            yield Mutant(
                f"{name}, {row_name(row)}: {'without' if who in table.get(row, ()) else 'with'} {who}",
                lambda changes=changes: changed(table, *next(iter(changes.items()))),
                (row,), (action,), WORKING,
            )  # fmt: skip


def family_may() -> Iterator[Mutant]:
    for action, table in actions.FAMILY_MAY.items():
        for row, columns in table.items():
            for column in Column:
                new = toggled(columns, column)
                yield Mutant(
                    f"families {action}, {row_name(row)}: {'without' if column in columns else 'with'} {column}",
                    lambda table=table, row=row, new=new: changed(table, row, new),
                    (row,), (action,), of_column(column),
                )  # fmt: skip


def states() -> Iterator[Mutant]:
    for action, while_ in actions._WHILE.items():
        for state in DossierState:
            yield Mutant(
                f"{action} while {state}: {'not any more' if state in while_ else 'now too'}",
                lambda action=action, new=set(while_) ^ {state}: changed(actions._WHILE, action, new),
                perimeter.ROWS, (action,), EVERYBODY, ("dossier", state),
            )  # fmt: skip
    for category in Category:
        new = toggled(actions._BEFORE_ADMISSION, category)
        rows = tuple(row for row in perimeter.ROWS if row[0] is category)
        yield _set(actions, "_BEFORE_ADMISSION", new, f"before admission: {category}", rows=rows)


def strengths() -> Iterator[Mutant]:
    for row in perimeter.ROWS:
        for young in (True, False):
            now = perimeter.strength_needed(*perimeter.of_row(row), young_person=young)
            for other in Strength:
                if other is not now:
                    links = frozenset({Link.SELF}) if young else EVERYBODY - {Link.SELF}
                    yield Mutant(
                        f"{row_name(row)} whole from {other.name} for {'the young person' if young else 'others'}",
                        lambda row=row, young=young, other=other: replaced(
                            decision, "strength_needed", _needing(row, young, other)
                        ),
                        (row,), ALL_ACTIONS, links,
                    )  # fmt: skip
    for category in Category:
        for other in (None, *Strength):
            if other is not perimeter.hour_strength(category):
                yield _set(
                    decision, "hour_strength",
                    lambda asked, category=category, other=other: (
                        other if asked is category else perimeter.hour_strength(asked)
                    ),
                    f"{category}: the hour from {other.name if other else 'nothing'}",
                    rows=tuple({perimeter.row_of(*point) for point in POINTS if point[0] is category}),
                    only=(Action.VIEW,),
                )  # fmt: skip
    for action in Action:
        yield _set(actions, "_SURE", toggled(actions._SURE, action), f"a sure sign-in for {action}", only=(action,))


def _needing(row: Row, young: bool, other: Strength) -> Callable[..., Strength]:
    def needed(category: Any, nature: Any, *, young_person: bool) -> Strength:
        if perimeter.row_of(category, nature) == row and young_person is young:
            return other
        return perimeter.strength_needed(category, nature, young_person=young_person)

    return needed


def groups() -> Iterator[Mutant]:
    for link in FAMILY_LINKS:
        ends = toggled(decision.ENDS_AT_MAJORITY, link)
        yield _set(decision, "ENDS_AT_MAJORITY", ends, f"ends at majority: {link}", links={link})
        blind = toggled(decision._BLIND_TO_BOTH, link)
        yield _set(decision, "_BLIND_TO_BOTH", blind, f"blind to both labels: {link}", links={link})
        for column in (None, *Column):
            if link is not Link.SELF and decision._COLUMN.get(link) is not column:
                yield Mutant(
                    f"{link} follows the column {column}",
                    lambda link=link, column=column: changed(decision._COLUMN, link, column),
                    perimeter.ROWS, ALL_ACTIONS, frozenset({link}),
                )  # fmt: skip
    for cover in Cover:
        for attribute, name in (("_ANYWHERE", "at work"), ("_NEAR", "near")):
            new, of = toggled(getattr(decision, attribute), cover), str(cover) or "nobody's dossier"
            yield _set(decision, attribute, new, f"{name}: {of}", links=WORKING, where=("cover", cover))
    for post in Post:
        run = toggled(decision._RUN_THE_PLACE, post)
        name = f"runs the place: {post or 'no profession'}"
        yield _set(decision, "_RUN_THE_PLACE", run, name, links=WORKING, where=("post", post))


def _set(
    module: Any,
    attribute: str,
    value: Any,
    name: str,
    *,
    rows: tuple[Row, ...] = perimeter.ROWS,
    only: tuple[Action, ...] = ALL_ACTIONS,
    links: frozenset[Link] | set[Link] = EVERYBODY,
    where: tuple[str, Any] | None = None,
) -> Mutant:
    return Mutant(name, lambda: replaced(module, attribute, value), rows, only, frozenset(links), where)


FAMILIES: dict[str, Callable[[], Iterator[Mutant]]] = {
    "the table of families": family_cells,
    "the table of staff": lambda: staff_words(perimeter.STAFF, "staff", Action.VIEW),
    "who publishes": lambda: staff_words(actions.STAFF_MAY[Action.PUBLISH], "publish", Action.PUBLISH),
    "who checks": lambda: staff_words(actions.STAFF_MAY[Action.REVIEW], "check", Action.REVIEW),
    "who decides at work": lambda: staff_words(actions.STAFF_MAY[Action.ADMINISTER], "decide", Action.ADMINISTER),
    "what families may do": family_may,
    "states of the dossier": states,
    "strengths of sign-in": strengths,
    "groups of links, posts and assignments": groups,
}
