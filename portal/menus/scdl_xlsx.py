"""XLSX, opened as something a stranger sent: sizes checked before anything is built, formulas never computed."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import IO, Any
from xml.parsers import expat

import openpyxl

from portal.menus.scdl_csv import Row
from portal.menus.scdl_records import Problem, WrongFile

MAX_UNPACKED = 48 * 1024 * 1024
MAX_PARTS = 300
MAX_ELEMENTS = 2_500_000
"""Of all XML parts together: 20,000 lines of 26 cells need 1.6 million."""
MAX_ELEMENTS_IN_ROW = 2_000
MAX_ELEMENTS_APART = 200_000
"""Of a part that is read whole into memory: styles, relations, the workbook itself."""
MAX_ROWS = 1_048_576
MAX_COLUMNS = 100
AT_ONCE = 500
"""Rows taken from the library at a time."""
_STREAMED = frozenset({"worksheet", "sst"})
"""Root elements of the parts openpyxl reads and forgets piece by piece."""
_PIECES = frozenset({"row", "si"})


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The workbook, after ``check``. Raises ``WrongFile``."""
    with _alien():
        check(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        yield book
    finally:
        book.close()


@contextmanager
def _alien() -> Iterator[None]:
    """Around the library alone: what it raises is the file's fault, what we raise elsewhere stays an error of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of what it drops: colours, drop-down lists
        try:
            yield
        except WrongFile:
            raise
        except Exception as error:  # a foreign file in a foreign parser: there is no shorter list of what it may raise
            raise WrongFile(Problem.DAMAGED) from error


def rows(sheet: Any) -> Iterator[Row]:
    """The rows of a sheet under their own numbers. A formula gives what the spreadsheet last saw there, or nothing."""
    # Bounds of ours, because the size a file claims for its sheet may be wrong.
    cells = enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True), 1)
    filled = (Row(number, row) for number, row in cells if row.count(None) < len(row))
    while True:
        with _alien():
            some = list(islice(filled, AT_ONCE))
        if not some:
            return
        yield from some


def epoch(book: Any) -> date:
    """Day 0 of the workbook's serial numbers: 1899, or 1904 on old Macs."""
    found: date = book.epoch.date()
    return found


def check(data: bytes) -> None:
    """Refuse a zip that would fill the memory, by its sizes, its count of elements, or entities; or that is no XLSX."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if any(part.flag_bits & 1 for part in parts):
            raise WrongFile(Problem.LOCKED)
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise WrongFile(Problem.BOMB)
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise WrongFile(Problem.ODS if "mimetype" in names else Problem.DOCUMENT)
        left = MAX_ELEMENTS
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as stream:
                    left -= _Counter(left).read(stream)


class _Counter:
    """Counts the elements of one part; stops as soon as there are too many, or at a declaration of entities."""

    def __init__(self, left: int) -> None:
        self.limit = left
        self.seen = self.in_row = self.open_rows = 0

    def read(self, stream: IO[bytes]) -> int:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        while chunk := stream.read(1 << 16):
            parser.Parse(chunk)
        parser.Parse(b"", True)
        return self.seen

    def _start(self, name: str, _attributes: object) -> None:
        local = name.rpartition(":")[2]
        if not self.seen and local not in _STREAMED:
            self.limit = min(self.limit, MAX_ELEMENTS_APART)
        self.seen += 1
        self.in_row = self.in_row + 1 if self.open_rows else 0
        self.open_rows += local in _PIECES
        if self.seen > self.limit or self.in_row > MAX_ELEMENTS_IN_ROW:
            raise WrongFile(Problem.BOMB)

    def _end(self, name: str) -> None:
        self.open_rows -= name.rpartition(":")[2] in _PIECES

    def _doctype(self, *_declaration: object) -> None:
        raise WrongFile(Problem.BOMB)
