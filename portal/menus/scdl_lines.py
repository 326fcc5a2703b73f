"""One line of a menu file → one dish, with a note on every value that was not plain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from portal.menus.scdl_allergens import read_allergens
from portal.menus.scdl_columns import Column
from portal.menus.scdl_dates import EPOCH, BadDay, read_day, read_instant
from portal.menus.scdl_records import NAME_LENGTH, Code, DishRecord, Note, Place, Reason, Refusal
from portal.menus.scdl_text import ERRORS, as_text, fold, split
from portal.menus.scdl_words import (
    ALLERGENS,
    COURSES,
    EVERYONE,
    MEALS,
    RESTAURANT_TYPES,
    SIGNS,
    TEXTURES,
    Words,
    says_no_diet,
    says_nothing,
)
from portal.menus.words import Allergen, Course, Meal

MAX_CELL = 2_000
W = TypeVar("W", bound=str)


class Refused(Exception):
    """This line cannot be a dish."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


@dataclass(slots=True)
class Line:
    """The cells of one line, by column, and what was noted while reading them."""

    place: Place
    cells: Mapping[Column, object]
    zone: str
    epoch: date = EPOCH
    notes: list[Note] = field(default_factory=list)

    def note(self, code: Code, column: Column, value: str, became: str = "") -> None:
        self.notes.append(Note(self.place, column, code, value, became))

    def refuse(self, reason: Reason, column: Column, value: str = "") -> Refused:
        return Refused(Refusal(self.place, reason, column, value))

    def text(self, column: Column) -> str:
        """The cell as tidy text; "", with a note, for words that say nothing or an error a spreadsheet left there."""
        text = as_text(self.cells.get(column))
        if text in ERRORS:
            self.note(Code.UNKNOWN, column, text)
        elif not says_nothing(text):
            return text
        elif text:
            self.note(Code.NOT_GIVEN, column, text)
        return ""

    def items(self, column: Column) -> list[str]:
        """The cell as a list, without the items that say nothing; line breaks within a cell cut too."""
        cell = self.cells.get(column)
        if isinstance(cell, str) and "\n" in cell.strip():
            cell = cell.strip().replace("\n", ";")
        text = as_text(cell)
        if text in ERRORS:
            return split(self.text(column))
        items = [item for item in split(text) if not says_nothing(item)]
        if text and not items:
            self.note(Code.NOT_GIVEN, column, text)
        return items


def read_line(line: Line) -> DishRecord:
    """The dish of a line; notes are left in ``line.notes``. Raises ``Refused``."""
    _check_sizes(line)
    allergens, unread = _allergens(line)
    return DishRecord(
        day=_day(line),
        name=_name(line),
        meal=_word(line, Column.MEAL, MEALS, Meal.OTHER),
        course=_word(line, Column.COURSE, COURSES, Course.OTHER),
        allergens=allergens,
        allergens_unread=unread,
        diets=_diets(line),
        signs=_known_or_kept(line, Column.SIGNS, SIGNS, SIGNS.names.__getitem__),
        labels=_unique(line.items(Column.LABELS)),
        textures=_known_or_kept(line, Column.TEXTURES, TEXTURES, str),
        precision=line.text(Column.PRECISION),
        guests=_guests(line),
        restaurant=line.text(Column.RESTAURANT),
        restaurant_id=line.text(Column.RESTAURANT_ID),
        restaurant_type=_restaurant_type(line),
        code=line.text(Column.CODE),
        published_at=_instant(line, Column.PUBLISHED),
        modified_at=_instant(line, Column.MODIFIED),
    )


def _check_sizes(line: Line) -> None:
    for column, cell in line.cells.items():
        if isinstance(cell, str) and len(cell) > MAX_CELL:
            raise line.refuse(Reason.CELL_TOO_LONG, column)


def _day(line: Line) -> date:
    cell = line.cells.get(Column.DAY)
    try:
        day = read_day(cell, line.zone, line.epoch)
    except BadDay as bad:
        raise line.refuse(bad.reason, Column.DAY, as_text(cell)) from None
    if not isinstance(cell, date) and as_text(cell) != day.isoformat():
        line.note(Code.MAPPED, Column.DAY, as_text(cell), day.isoformat())
    return day


def _name(line: Line) -> str:
    name = line.text(Column.NAME)
    if not name:
        raise line.refuse(Reason.NO_NAME, Column.NAME, as_text(line.cells.get(Column.NAME)))
    if len(name) > NAME_LENGTH:
        line.note(Code.TOO_LONG, Column.NAME, name)
    return name


def _word(line: Line, column: Column, words: Words[W], otherwise: W) -> W:
    """One word of a closed list; ``otherwise`` for none or one we do not know, which is noted."""
    text = line.text(column)
    if not text:
        line.note(Code.MISSING, column, text, words.names[otherwise])
        return otherwise
    word = words.find(text)
    if word is None:
        line.note(Code.UNKNOWN, column, text, words.names[otherwise])
        return otherwise
    if not words.proper(text, word):
        line.note(Code.MAPPED, column, text, words.names[word])
    return word


def _known_or_kept(line: Line, column: Column, words: Words[W], keep: Callable[[W], str]) -> tuple[str, ...]:
    """Words of a list; one we do not know is kept as written, and noted."""
    kept: list[str] = []
    for item in line.items(column):
        word = words.find(item)
        kept.append(item if word is None else keep(word))
        if word is None:
            line.note(Code.UNKNOWN, column, item)
        elif not words.proper(item, word):
            line.note(Code.MAPPED, column, item, words.names[word])
    return _unique(kept)


def _allergens(line: Line) -> tuple[tuple[Allergen, ...] | None, tuple[str, ...]]:
    read = read_allergens(line.items(Column.ALLERGENS))
    for item, allergen in read.mapped:
        line.note(Code.MAPPED, Column.ALLERGENS, item, ALLERGENS.names[allergen])
    for item in read.unread:
        line.note(Code.UNKNOWN, Column.ALLERGENS, item)
    if read.denied:
        line.note(Code.CONTRADICTS, Column.ALLERGENS, read.denied)
    return read.given, read.unread


def _diets(line: Line) -> tuple[str, ...]:
    items = line.items(Column.DIETS)
    for item in items:
        if says_no_diet(item):
            line.note(Code.MAPPED, Column.DIETS, item)
    return _unique(item for item in items if not says_no_diet(item))


def _guests(line: Line) -> str:
    text = line.text(Column.GUESTS)
    return "" if fold(text) == fold(EVERYONE) else text


def _restaurant_type(line: Line) -> str:
    """Unlike a meal, a restaurant may well have no type."""
    if says_nothing(as_text(line.cells.get(Column.RESTAURANT_TYPE))):
        return ""
    return RESTAURANT_TYPES.names[_word(line, Column.RESTAURANT_TYPE, RESTAURANT_TYPES, "other")]


def _instant(line: Line, column: Column) -> datetime | None:
    text = line.text(column)
    found = read_instant(line.cells.get(column), line.zone) if text else None
    if text and found is None:
        line.note(Code.UNKNOWN, column, text)
    return found


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
