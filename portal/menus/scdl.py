"""Menu files, SCDL "menus-collectifs": bytes in, dishes and a report out. ``scdl_write`` makes such files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from portal.menus import scdl_csv, scdl_xlsx
from portal.menus.scdl_columns import NOT_KEPT, REQUIRED, Column, find_columns
from portal.menus.scdl_csv import HEADER_WITHIN, Row
from portal.menus.scdl_dates import EPOCH
from portal.menus.scdl_lines import Line, Refused, read_line
from portal.menus.scdl_records import (
    Code,
    DishRecord,
    Note,
    Place,
    Problem,
    Reading,
    Reason,
    Refusal,
    Repeat,
    WrongFile,
)
from portal.menus.scdl_sniff import sniff
from portal.menus.scdl_text import as_text, blank, fold
from portal.menus.scdl_words import ALLERGENS

MAX_BYTES = 20 * 1024 * 1024
MAX_LINES = 50_000
ENOUGH_COLUMNS = 3
"""A row that names this many columns is the header, or one that names the indispensable ones."""


def read(data: bytes, *, zone: str = "Europe/Paris", only: str | None = None) -> Reading:
    """Everything a menu file says, CSV or XLSX.

    ``zone`` (IANA) is where the meals are eaten. ``only`` keeps the lines of one restaurant, named by a SIRET of the
    line, the restaurant's identifier or its name. Raises ``WrongFile`` when there is no reading it at all.
    """
    if len(data) > MAX_BYTES:
        raise WrongFile(Problem.TOO_LARGE)
    reader = _Reader(Reading(kind=sniff(data)), zone, only)
    if reader.reading.kind == "xlsx":
        reader.workbook(data)
    else:
        text, reader.reading.encoding = scdl_csv.decode(data)
        reader.sheet("", scdl_csv.rows(text))
    if not reader.headers:
        raise WrongFile(Problem.NO_COLUMNS)
    return reader.reading


@dataclass(slots=True)
class _Header:
    columns: list[Column | None]
    sheet: str
    epoch: date


@dataclass(slots=True)
class _Reader:
    reading: Reading
    zone: str
    only: str | None
    headers: int = 0
    seen: dict[object, Place] = field(default_factory=dict)
    """Dishes already read, whole."""
    served: dict[object, tuple[Place, object]] = field(default_factory=dict)
    """Dishes already read by name, day, meal, restaurant and guests → where, and their allergens."""

    def workbook(self, data: bytes) -> None:
        with scdl_xlsx.opened(data) as book:
            epoch = scdl_xlsx.epoch(book)
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    self.sheet(sheet.title if len(book.worksheets) > 1 else "", scdl_xlsx.rows(sheet), epoch)
                else:
                    self.reading.sheets_left.append(sheet.title)

    def sheet(self, title: str, rows: Iterator[Row], epoch: date = EPOCH) -> None:
        """All lines of one table; one without the columns of a menu is named and left."""
        for row in islice(rows, HEADER_WITHIN):
            names = [as_text(cell) for cell in row.cells]
            columns = find_columns(names)
            if _is_header(columns):
                self.headers += 1
                self._describe(names, columns)
                header = _Header(columns, title, epoch)
                for line in rows:
                    self._line(header, line)
                return
        if title:
            self.reading.sheets_left.append(title)

    def _describe(self, names: list[str], columns: list[Column | None]) -> None:
        found = [column for column in columns if column]
        if missing := [column for column in REQUIRED if column not in found]:
            raise WrongFile(Problem.MISSING_COLUMNS, tuple(missing))
        if twice := {column for column in found if found.count(column) > 1}:
            raise WrongFile(Problem.REPEATED_COLUMNS, tuple(sorted(twice)))
        reading = self.reading
        for name, column in zip(names, columns, strict=True):
            if column is None and name and name not in reading.unknown_columns:
                reading.unknown_columns.append(name)
            elif column is not None and name != column:
                reading.older_names[name] = column
        reading.not_kept = [column for column in Column if column in NOT_KEPT and column in found]
        reading.absent_columns = [column for column in Column if column not in NOT_KEPT and column not in found]

    def _line(self, header: _Header, row: Row) -> None:
        if all(blank(as_text(cell)) for cell in row.cells):
            return
        self.reading.lines += 1
        if self.reading.lines > MAX_LINES:
            raise WrongFile(Problem.TOO_MANY_LINES)
        place = Place(header.sheet, row.line)
        if reason := self._misshapen(header, row):
            self.reading.refused.append(Refusal(place, reason, value=f"{row.line}-{row.line + row.span - 1}"))
            return
        cells = {column: cell for column, cell in zip(header.columns, row.cells, strict=False) if column}
        if self.only and not _concerns(self.only, cells):
            self.reading.left_out += 1
            return
        line = Line(place, cells, self.zone, header.epoch)
        try:
            self._dish(place, read_line(line), line.notes)
        except Refused as refused:
            self.reading.refused.append(refused.refusal)

    def _misshapen(self, header: _Header, row: Row) -> Reason | None:
        """In a text file, a separator or a quotation mark too many moves values to other columns and lines."""
        if self.reading.kind == "xlsx":
            return None
        width = len(header.columns)
        if row.run_on or (row.span > 1 and len(row.cells) != width):
            return Reason.QUOTES
        return Reason.TOO_MANY_CELLS if any(row.cells[width:]) else None

    def _dish(self, place: Place, dish: DishRecord, notes: list[Note]) -> None:
        whole = tuple(getattr(dish, name) for name in _SAID)
        if whole in self.seen:
            self.reading.repeated.append(Repeat(place, self.seen[whole]))
            return
        self.seen[whole] = place
        told = (dish.allergens, dish.allergens_unread)
        named = (dish.day, dish.meal, dish.restaurant, dish.restaurant_id, dish.guests, fold(dish.name))
        first, before = self.served.setdefault(named, (place, told))
        if told != before:
            notes.append(Note(place, Column.ALLERGENS, Code.DIFFERS, _listed(dish), str(first.line)))
        self.reading.dishes.append(dish)
        self.reading.notes += notes


def _is_header(columns: list[Column | None]) -> bool:
    found = {column for column in columns if column}
    return len(found) >= ENOUGH_COLUMNS or found.issuperset(REQUIRED)


_SAID = tuple(name for name in DishRecord.__dataclass_fields__ if name not in ("code", "published_at", "modified_at"))
"""What makes two lines the same dish: all that people read, none of the bookkeeping."""


def _listed(dish: DishRecord) -> str:
    return ", ".join([ALLERGENS.names[allergen] for allergen in dish.allergens or ()] + list(dish.allergens_unread))


def _concerns(only: str, cells: dict[Column, object]) -> bool:
    """Whether a line is about this restaurant. A spreadsheet may have eaten the leading zeros of a SIRET."""
    wanted = fold(only)
    if fold(as_text(cells.get(Column.RESTAURANT))) == wanted:
        return True
    numbers = (Column.RESTAURANT_ID, Column.KITCHEN_SIRET, Column.COLL_SIRET)
    return any(
        (number := fold(as_text(cells.get(column))).replace(" ", "").lstrip("0"))
        and number == wanted.replace(" ", "").lstrip("0")
        for column in numbers
    )
