"""What reading a menu file gives: dishes, and a word on every value and line that was not plain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from portal.core.errors import BadInput
from portal.menus.scdl_columns import Column
from portal.menus.words import Allergen, Course, Meal

NAME_LENGTH = 160
"""Longest ``menuPlatNom`` in SCDL."""


@dataclass(frozen=True, slots=True)
class DishRecord:
    """One dish of one meal, as a line of the file says it. Texts are tidy, lists without repetition.

    ``allergens`` is in the order of ``Allergen``: ``()`` means the kitchen wrote that there are none, ``None`` that it
    gave nothing we could read. ``allergens_unread`` holds what it wrote that is none of the fourteen, never dropped; an
    empty ``allergens`` never goes with it. ``textures`` holds words of ``Texture``, or the kitchen's own.
    """

    day: date
    meal: Meal
    course: Course
    name: str
    allergens: tuple[Allergen, ...] | None = None
    allergens_unread: tuple[str, ...] = ()
    diets: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    textures: tuple[str, ...] = ()
    precision: str = ""
    guests: str = ""
    """« Convives »; empty for everybody."""
    restaurant: str = ""
    restaurant_id: str = ""
    restaurant_type: str = ""
    code: str = ""
    published_at: datetime | None = None
    modified_at: datetime | None = None

    @property
    def issued_at(self) -> datetime | None:
        """When the kitchen last spoke of this dish, if it says."""
        return max((at for at in (self.published_at, self.modified_at) if at), default=None)


class Code(StrEnum):
    """What became of a value that was not plain."""

    MAPPED = "mapped"
    """Read as another word, given beside it."""
    NOT_GIVEN = "not_given"
    """A way to write nothing, such as « - » or « NC »: read as an empty cell, never as « aucun »."""
    UNKNOWN = "unknown"
    """Not understood."""
    TOO_LONG = "too_long"
    """Kept whole, though longer than SCDL allows."""
    CONTRADICTS = "contradicts"
    """Says the opposite of something beside it; the more careful reading was kept."""
    DIFFERS = "differs"
    """The same dish stands on another line (``became``) with other allergens; both are kept."""
    MISSING = "missing"
    """Nothing where SCDL wants a word; « autre » was kept."""


class Reason(StrEnum):
    """Why a line was refused."""

    NO_DAY = "no_day"
    BAD_DAY = "bad_day"
    WEEKDAY = "weekday"
    """The day of the week and the date do not agree."""
    NO_NAME = "no_name"
    TOO_MANY_CELLS = "too_many_cells"
    """More cells than columns: an unquoted separator has moved values, allergens perhaps, under a wrong name."""
    CELL_TOO_LONG = "cell_too_long"
    QUOTES = "quotes"
    """A quotation mark was opened and not closed: several lines ran into one."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a line stands: its number as an editor or spreadsheet shows it; the sheet when several were read."""

    sheet: str
    line: int


@dataclass(frozen=True, slots=True)
class Note:
    """A value of a line that was taken in, but not as it stood."""

    place: Place
    column: Column
    code: Code
    value: str
    became: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    place: Place
    reason: Reason
    column: Column | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A line that says again, word for word, what an earlier one said: kept once."""

    place: Place
    first: Place


@dataclass(slots=True)
class Reading:
    """All that was read of a file. ``dishes`` stand in its order; ``lines`` counts those that were not empty."""

    kind: str = "csv"
    encoding: str = ""
    lines: int = 0
    left_out: int = 0
    """Lines about another restaurant than the one asked for."""
    dishes: list[DishRecord] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    repeated: list[Repeat] = field(default_factory=list)
    older_names: dict[str, Column] = field(default_factory=dict)
    unknown_columns: list[str] = field(default_factory=list)
    absent_columns: list[Column] = field(default_factory=list)
    not_kept: list[Column] = field(default_factory=list)
    sheets_left: list[str] = field(default_factory=list)
    """Sheets without the columns of a menu."""

    @property
    def days(self) -> list[date]:
        return sorted({dish.day for dish in self.dishes})


class Problem(StrEnum):
    """Why a whole file cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_LINES = "too_many_lines"
    PDF = "pdf"
    XLS = "xls"
    ODS = "ods"
    DOCUMENT = "document"
    """A zip that is no spreadsheet: a Word file, an archive."""
    HTML = "html"
    JSON = "json"
    BINARY = "binary"
    BOMB = "bomb"
    """An XLSX built to fill the memory of who opens it."""
    DAMAGED = "damaged"
    LOCKED = "locked"
    """Protected by a password."""
    NO_COLUMNS = "no_columns"
    MISSING_COLUMNS = "missing_columns"
    REPEATED_COLUMNS = "repeated_columns"
    """Two columns for one thing: which one is right cannot be guessed, least of all for allergens."""
    QUOTES = "quotes"


class WrongFile(BadInput):
    """Nothing of this file can be read; ``code`` is a ``Problem``, ``columns`` the ones concerned."""

    def __init__(self, problem: Problem, columns: tuple[str, ...] = ()) -> None:
        super().__init__("file", problem)
        self.problem = problem
        self.columns = columns
