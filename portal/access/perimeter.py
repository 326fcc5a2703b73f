"""The shipped perimeter: what each relationship sees of each category until management decides otherwise.

The table is the one of docs/permissions.md, row by row. An empty case does not exist: it would be a hole.
A jurist must review it before a screen quotes it as law.
"""

from __future__ import annotations

from enum import StrEnum

from portal.access.models import Post
from portal.access.words import Category, Nature, Strength


class Column(StrEnum):
    """A family column of the perimeter."""

    SELF_MINOR = "self_minor"
    SELF_ADULT = "self_adult"
    PARENT = "parent"
    """Parent with full authority, or delegate."""
    PARENT_INFORMED = "parent_informed"
    REPRESENT = "represent"
    ASSIST = "assist"
    CHILD_WELFARE = "child_welfare"
    RELATIVE = "relative"
    """Relative or trusted person."""


class Cell(StrEnum):
    OPEN = "o"
    CLOSED = "c"
    """Closed until management opens it."""
    AGREEMENT = "a"
    """On agreement of somebody entitled."""
    PUBLISHED = "s"
    """Only what is shared or published to them."""
    OWN = "own"
    """Only one's own part: own address, own deposit, own wish."""
    OWN_OR_PUBLISHED = "own+s"
    """One's own part, and what is published to them."""
    NEVER = "-"


_COLUMNS = tuple(Column)
_FAMILY = """
identity              o    o  o    o    o  a  o    a
household             own  o  own  own  own own o  -
planning              o    o  o    c    o  a  o    a
appointments          o    o  o    c    o  a  o    a
appointments:health   o    o  o    -    o  c  o    -
appointments:justice  s    o  o    -    o  -  o    -
menus                 o    o  o    o    o  o  o    o
diet                  o    o  o    -    o  a  o    -
protocol              o    o  o    -    o  a  o    -
treatment             c    o  c    -    c  -  c    -
seizures              c    o  c    -    c  -  c    -
plan                  o    o  c    -    c  a  c    -
wishes                own  own s   s    s  s  s    s
documents             s    o  own+s own+s own+s own+s own+s own
intimate_care         -    -  -    -    -  -  -    -
"""


class Who(StrEnum):
    """Who among staff, in a cell of the staff table."""

    ALL = "all"
    ESTABLISHMENT = "establishment"
    """Everybody who works with young people there; not the kitchen."""
    UNIT = "unit"
    """Management, administration, and whoever is assigned to the young person's unit or to the dossier."""
    UNIT_IF_OPENED = "unit_if_opened"
    """The same, once management opened it."""
    GLASS = "glass"
    """Whoever broke the glass, for four hours."""
    REFERENT = "referent"
    MANAGEMENT = "management"
    ADMINISTRATION = "administration"
    CARE = "care"
    SOCIAL_WORK = "social_work"
    KITCHEN = "kitchen"
    PUBLISHED = "s"
    """Of those the row names, only what was sent or published to them."""


_STAFF = """
identity              establishment glass
household             referent administration management glass
planning              unit glass
appointments          unit glass
appointments:health   care unit glass
appointments:justice  management social_work referent
menus                 all
diet                  care kitchen unit glass
protocol              care unit glass
treatment             care glass
seizures              care unit_if_opened glass
plan                  unit
wishes                s unit
documents             s establishment
intimate_care         care
"""

POSTS_NAMED = {
    Who.MANAGEMENT: Post.MANAGEMENT,
    Who.ADMINISTRATION: Post.ADMINISTRATION,
    Who.CARE: Post.CARE,
    Who.SOCIAL_WORK: Post.SOCIAL_WORK,
    Who.KITCHEN: Post.KITCHEN,
}
STAFF_COLUMN = "unit_staff"
"""The only staff cells that management opens: ``unit_if_opened``."""

Row = tuple[Category, Nature]


def _rows(table: str) -> dict[Row, list[str]]:
    rows: dict[Row, list[str]] = {}
    for line in table.strip().splitlines():
        name, *cells = line.split()
        category, _, nature = name.partition(":")
        rows[Category(category), Nature(nature)] = cells
    return rows


def staff_table(table: str) -> dict[Row, frozenset[Who]]:
    """``category[:nature] who who…`` a line, « - » for nobody."""
    return {row: frozenset(Who(cell) for cell in cells if cell != "-") for row, cells in _rows(table).items()}


FAMILY: dict[Row, dict[Column, Cell]] = {
    row: {column: Cell(cell) for column, cell in zip(_COLUMNS, cells, strict=True)}
    for row, cells in _rows(_FAMILY).items()
}
STAFF = staff_table(_STAFF)
ROWS: tuple[Row, ...] = tuple(FAMILY)

CAREFUL = frozenset({Nature.HEALTH, Nature.JUSTICE})
"""Natures that say something of health or of a judge."""
EVENTS = frozenset({Category.PLANNING, Category.APPOINTMENTS})


def row_of(category: Category, nature: Nature) -> Row:
    """The row that rules a thing.

    An appointment without a nature is read as health. A careful event of the timetable follows the appointments' row of
    its nature: what a health appointment hides, a therapy in the week hides too.
    """
    if category is Category.APPOINTMENTS and nature is Nature.NONE:
        nature = Nature.HEALTH
    if category in EVENTS and nature in CAREFUL:
        return Category.APPOINTMENTS, nature
    return category, Nature.NONE


def of_row(row: Row) -> tuple[Category, Nature]:
    """A category and nature that this row rules: rows without a nature hold events too, none of them careful."""
    category, nature = row
    return category, Nature.SCHOOL if category in EVENTS and nature is Nature.NONE else nature


def row_name(row: Row) -> str:
    """« appointments:health », as tables and restrictions write it."""
    return ":".join(part.value for part in row if part)


def row_named(name: str) -> Row:
    """The row of that name. Raises ``ValueError`` for one that does not exist."""
    category, _, nature = name.partition(":")
    row = Category(category), Nature(nature)
    if row not in FAMILY:
        raise ValueError(name)
    return row


def strength_needed(category: Category, nature: Nature, *, young_person: bool) -> Strength:
    """The strength from which the whole of a thing shows.

    ``accompanied`` counts for the young person's own space only; for anybody else it is worth ``low``.
    """
    of = row_of(category, nature)[1]
    if category is Category.MENUS or (category in EVENTS and of not in CAREFUL):
        return Strength.LOW
    if young_person and (category in EVENTS or category is Category.WISHES):
        return Strength.ACCOMPANIED
    return Strength.SUBSTANTIAL


def hour_strength(category: Category) -> Strength | None:
    """The strength from which at least the hour shows, for what has one."""
    return Strength.LOW if category in EVENTS else None
