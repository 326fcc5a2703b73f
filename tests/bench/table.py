"""A figure beside its goal, and the table of all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HEADS = ("what", "figure", "goal", "reached", "cases")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line. ``exact``: the same at every run; the others depend on the machine, and are ratios within this run."""

    what: str
    figure: str
    goal: str = "none yet"
    reached: bool | None = None
    """None: nothing was promised of it."""
    cases: int = 1
    """How many pages, messages, statements or worlds stand behind it."""
    exact: bool = True

    @property
    def answer(self) -> str:
        return {True: "yes", False: "NO", None: "-"}[self.reached]


def at_most(
    what: str, value: float, limit: float, unit: str = "", *, cases: int = 1, exact: bool = True, shown: str = ""
) -> Figure:
    """``value`` must not be above ``limit``; ``shown`` replaces its plain writing."""
    goal = f"≤ {written(limit)}{unit}" if limit else f"{written(limit)}{unit}"
    return Figure(what, shown or f"{written(value)}{unit}", goal, value <= limit, cases, exact)


def at_least(
    what: str, value: float, limit: float, unit: str = "", *, cases: int = 1, exact: bool = True, shown: str = ""
) -> Figure:
    """``value`` must not be below ``limit``."""
    return Figure(what, shown or f"{written(value)}{unit}", f"≥ {written(limit)}{unit}", value >= limit, cases, exact)


def failed(part: str, error: BaseException) -> Figure:
    """A part that could not be measured is a goal missed, never a line less."""
    return Figure(f"{part}: not measured", f"{type(error).__name__}: {error}"[:60], "measured", False, 0)


def written(value: float) -> str:
    """Short and never rounded to a lie: 12 345, 4.2, 0.087."""
    if value == int(value):
        return f"{int(value):,}".replace(",", " ")
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def drawn(figures: Iterable[Figure]) -> str:
    """The table: exact things first, each kind in the order it was measured."""
    figures = list(figures)
    lines = [HEADS]
    for exact, title in ((True, "exact: the same at every run"), (False, "of this machine, today")):
        chosen = [one for one in figures if one.exact is exact]
        if chosen:
            lines.append((f"-- {title}", "", "", "", ""))
        lines += [(one.what, one.figure, one.goal, one.answer, written(one.cases)) for one in chosen]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
