"""Every combination of facts that ``Case.facts()`` can find, and sets of them as whole numbers: one bit a combination.

Sets make a rule one line of algebra, and comparing two million answers a matter of comparing a few hundred numbers.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property

from portal.access import actions
from portal.access.axes import NO_TIE, Cover, Facts, Item, Link, Opened, Restricted
from portal.access.decision import decide
from portal.access.models import Post
from portal.access.perimeter import EVENTS, ROWS, Row, of_row
from portal.access.words import Action, Scope, Strength
from portal.core.models import DossierState

LEVELS = (Scope.HOUR, Scope.NO_PLACE, Scope.ALL)
PAIRS = tuple((row, action) for action in Action for row in ROWS if actions.exists(action, row))


@dataclass(frozen=True)
class Space:
    """All combinations of some values of each axis, in one order."""

    name: str
    axes: tuple[tuple[str, tuple[object, ...]], ...]

    @cached_property
    def facts(self) -> list[Facts]:
        names = [name for name, _ in self.axes]
        return [Facts(**dict(zip(names, point, strict=True))) for point in itertools.product(*dict(self.axes).values())]

    @cached_property
    def all(self) -> int:
        return (1 << len(self.facts)) - 1

    def of(self, axis: str, *values: object) -> int:
        """Those where the axis has one of these values. An axis that does not vary here has its usual value."""
        if axis not in dict(self.axes):
            usual = getattr(Facts(), axis)
            return self.all if usual in values else 0
        return sum(self._having(axis, value) for value in dict(self.axes)[axis] if value in values)

    def but(self, bits: int) -> int:
        return self.all & ~bits

    def moved(self, bits: int, axis: str, start: object, end: object) -> int:
        """Those of ``bits`` where the axis is ``start``, with ``end`` instead and all else the same."""
        values = dict(self.axes)[axis]
        shift = (values.index(end) - values.index(start)) * self._stride(axis)
        chosen = bits & self._having(axis, start)
        return chosen << shift if shift >= 0 else chosen >> -shift

    def spread(self, bits: int, *axes: str) -> int:
        """Those that differ from one of ``bits`` by these axes only."""
        for axis in axes:
            values = dict(self.axes).get(axis, ())
            for start, end in itertools.permutations(values, 2):
                bits |= self.moved(bits, axis, start, end)
        return bits

    def _having(self, axis: str, value: object) -> int:
        return _mask(
            len(self.facts), self._stride(axis), dict(self.axes)[axis].index(value), len(dict(self.axes)[axis])
        )

    def _stride(self, axis: str) -> int:
        names = [name for name, _ in self.axes]
        return math.prod(len(values) for _, values in self.axes[names.index(axis) + 1 :])


@cache
def _mask(total: int, stride: int, place: int, size: int) -> int:
    one = ((1 << stride) - 1) << (place * stride)
    return one * (((1 << total) - 1) // ((1 << stride * size) - 1))


_FAMILY = tuple(link for link in Link if link not in NO_TIE and link is not Link.STAFF)
_OPENS_NOTHING = (Link.PARENT_WITHDRAWN, Link.PROPERTY, Link.OUTSIDE_DOCTOR)
_EVERYWHERE = (("dossier", tuple(DossierState)), ("strength", tuple(Strength)))
_GRANTED = (("adult", (False, True)), ("agreed", (False, True)), ("restricted", tuple(Restricted)))

TIED = Space(
    "tied",
    (
        ("link", tuple(link for link in _FAMILY if link not in _OPENS_NOTHING)),
        *_EVERYWHERE,
        *_GRANTED,
        ("opened", tuple(Opened)),
        ("item", tuple(Item)),
    ),
)
IDLE = Space(
    "idle",
    (
        ("link", _OPENS_NOTHING),
        *_EVERYWHERE,
        *_GRANTED,
        ("item", tuple(item for item in Item if item is not Item.PUBLISHED)),
    ),
)
"""Links with no column: management opens nothing to them, nothing is published to them."""
LAPSED = Space(
    "lapsed",
    (
        ("link", tuple(link for link in Link if link in NO_TIE)),
        *_EVERYWHERE,
        ("adult", (False, True)),
        ("agreed", (True,)),
        ("opened", (Opened.OPEN,)),
        ("item", tuple(Item)),
    ),
)
"""Links that do not count, all else being as open as can be."""
STAFF = Space(
    "staff",
    (
        ("link", (Link.STAFF,)),
        ("post", tuple(Post)),
        ("cover", tuple(Cover)),
        *_EVERYWHERE,
        ("opened", tuple(Opened)),
        ("item", tuple(Item)),
    ),
)
SPACES = (TIED, IDLE, LAPSED, STAFF)


def reached(space: Space, row: Row) -> int:
    """The combinations that exist for things of a row: only what takes place somewhere has a place to hide."""
    return space.all if row[0] in EVENTS else space.but(space.of("restricted", Restricted.NO_PLACE))


@dataclass(frozen=True)
class Answers:
    """What ``decide()`` answers to every combination, as sets."""

    by_scope: dict[Scope, int]
    """Allowed, exactly this much."""
    by_told: dict[str, int]
    by_rule: dict[str, int]
    asked: int
    """All those that were asked."""

    @property
    def allowed(self) -> int:
        return sum(self.by_scope.values())

    def at_least(self, scope: Scope) -> int:
        return sum(self.by_scope[one] for one in LEVELS[LEVELS.index(scope) :])


@cache
def answers(space: Space, row: Row, action: Action) -> Answers:
    """Ask ``decide()`` of every combination; slow (a tenth of a second), so remembered."""
    category, nature = of_row(row)
    asked = reached(space, row)
    codes: dict[tuple[object, ...], str] = {}
    found = []
    for is_asked, facts in zip(reversed(f"{asked:0{len(space.facts)}b}"), space.facts, strict=True):
        if is_asked == "1":
            one = decide(facts, category, nature, action)
            key = (one.scope if one.allowed else None, one.told, one.rule)
            found.append(codes.setdefault(key, chr(ord("a") + len(codes))))
        else:
            found.append("-")
    line = "".join(reversed(found))
    by_scope, by_told, by_rule = dict.fromkeys(LEVELS, 0), defaultdict(int), defaultdict(int)
    for (scope, told, rule), code in codes.items():
        bits = int(line.translate(str.maketrans(dict.fromkeys({*line} - {code}, "0") | {code: "1"})), 2)
        by_told[told] |= bits
        by_rule[rule] |= bits
        if scope is not None:
            by_scope[scope] |= bits
    return Answers(by_scope, by_told, by_rule, asked)


def examples(space: Space, bits: int, most: int = 3) -> list[Facts]:
    """A few of them, to be read when a test fails."""
    found = []
    while bits and len(found) < most:
        lowest = (bits & -bits).bit_length() - 1
        found.append(space.facts[lowest])
        bits &= bits - 1
    return found
