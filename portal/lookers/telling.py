"""Lines of the log as they are read: by day, then by person; who, what, by which means, when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from easyread.dates import PartOfDay, part_of_day
from portal.access.models import Kind, Means, Post
from portal.access.perimeter import ROWS, Row, row_named
from portal.access.words import Category
from portal.core import clock
from portal.lookers.readers import Eye, Reader

_ORDER = {row: place for place, row in enumerate(ROWS)}


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who looked, as far as the reader may know."""

    mine: bool
    """It is the reader."""
    kind: Kind
    post: Post
    name: str
    """"" where only the profession is told."""
    emergency: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What one person saw, or told, on one day."""

    who: Who
    means: Means
    rows: tuple[Row, ...]
    the_log: bool
    """They looked at « Qui a regardé »."""
    as_me: bool
    """They looked at what the reader sees."""
    to_me: bool
    to_kind: Kind | None
    to_name: str
    helped: bool
    """Somebody sat beside them."""
    helper: str
    """Who; "" where it is not told."""
    told_at: datetime | None
    """Of what was told: when, on the wall clock."""
    first: datetime
    last: datetime
    times: int

    @property
    def parts(self) -> tuple[PartOfDay, ...]:
        """« Le matin », « le soir »: of the first and of the last time."""
        return tuple(dict.fromkeys(part_of_day(at) for at in (self.first, self.last)))


Days = list[tuple[date, list[Line]]]


def by_day(found: Iterable[Any], reader: Reader, days: Sequence[date], zone: str, *, named: bool) -> Days:
    """The newest day first; in a day, whoever looked first. Hours are those of ``zone``.

    ``found``: ``queries.Found.lines``, whose day is a place in ``days``.
    """
    together: dict[tuple[date, Any], Line] = {}
    for row in found:
        line = _line(row, reader, zone, named=named)
        line = replace(line, rows=_without_the_name(line))
        to, beside = (line.to_me, line.to_kind, line.to_name), (line.helped, line.helper)
        key = days[row.day], (line.who, line.means, *to, line.told_at, line.as_me, *beside)
        together[key] = _joined(together[key], line) if key in together else line
    told: dict[date, list[Line]] = {}
    for (day, _), line in together.items():
        told.setdefault(day, []).append(line)
    return [(day, sorted(told[day], key=lambda one: one.first)) for day in sorted(told, reverse=True)]


def _line(row: Any, reader: Reader, zone: str, *, named: bool) -> Line:
    mine = row.account_id == reader.account_id
    told_at = clock.local(row.told_at, zone) if row.told_at else None
    return Line(
        Who(mine, row.kind, row.post, _name(row, reader, named=named), row.emergency),
        row.means,
        _rows(row.categories, _told_of(reader) if not (mine or row.to_me) else frozenset(Category)),
        row.the_log,
        bool(row.as_me) and not mine,
        bool(row.to_me),
        row.to_kind,
        (row.to_name or "") if reader.whole else "",
        row.helper_id is not None,
        _told_name(row.helper_name, reader, named=named),
        told_at,
        clock.local(row.first, zone),
        clock.local(row.last, zone),
        row.times,
    )


def _name(row: Any, reader: Reader, *, named: bool) -> str:
    """Everybody's for the young person and management; of staff, for the family, where management chose so."""
    return _told_name(row.name, reader, named=named) if row.kind is Kind.STAFF else row.name or ""


def _told_name(name: str | None, reader: Reader, *, named: bool) -> str:
    """Of somebody at work."""
    return name or "" if named or reader.eye not in (Eye.FAMILY, Eye.ACCOMPANIED) else ""


def _told_of(reader: Reader) -> frozenset[Category]:
    """Of others' lines. That somebody was at their wishes is nobody's to know but the young person's."""
    if reader.eye is Eye.YOUNG:
        return frozenset(Category)
    return frozenset(Category) - {Category.WISHES} if reader.whole else reader.categories


def _rows(said: str, told_of: frozenset[Category]) -> tuple[Row, ...]:
    rows = {row_named(one) for one in said.split()}
    return tuple(sorted((row for row in rows if row[0] in told_of), key=lambda row: _ORDER[row]))


def _without_the_name(line: Line) -> tuple[Row, ...]:
    """A name stands above every page: it is told when it was all there was to see, or was told aloud."""
    if line.means is not Means.PAGE:
        return line.rows
    others = tuple(row for row in line.rows if row[0] is not Category.IDENTITY)
    return others if others or line.the_log else line.rows


def _joined(one: Line, other: Line) -> Line:
    rows = tuple(sorted({*one.rows, *other.rows}, key=lambda row: _ORDER[row]))
    joined = replace(one, rows=rows, the_log=one.the_log or other.the_log)
    return replace(
        joined,
        rows=_without_the_name(joined),
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        times=one.times + other.times,
    )
