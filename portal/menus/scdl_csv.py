"""CSV as kitchens send it: UTF-8 with or without mark, UTF-16, Windows-1252; comma, semicolon, tab or bar."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from portal.menus.scdl_columns import find_columns
from portal.menus.scdl_records import Problem, WrongFile

HEADER_WITHIN = 20
"""A title and a few remarks may stand above the names of the columns."""
MAX_SPAN = 10
"""A cell may hold a few line breaks; a record longer than that is a quotation mark nobody closed."""
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the number of its first line, its cells, how many lines it spans."""

    line: int
    cells: tuple[object, ...]
    span: int = 1
    run_on: bool = False
    """Several records run into one by a quotation mark nobody closed."""


def decode(data: bytes) -> tuple[str, str]:
    """The text, and the name of the encoding it was in. Bytes that are no UTF are Windows-1252, or Latin-1 at worst."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), encoding
    if b"\0" in data:
        raise WrongFile(Problem.BINARY)
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def rows(text: str) -> Iterator[Row]:
    """The records of the text, cut by the separator under which its header names the most columns."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:  # a cell beyond the reader's limit: everything after an unclosed quotation mark
            raise WrongFile(Problem.QUOTES) from None
        if cells is None:
            return
        span = reader.line_num - before
        yield Row(before + 1, tuple(cells), span, span > 1 and (span > MAX_SPAN or _run_on(cells, delimiter)))
        before = reader.line_num


def _run_on(cells: list[str], delimiter: str) -> bool:
    """Whether a cell ends with a line that has all the separators of a record up to this very cell: its own quotation
    mark closes on a later record's. A cell merely written on several lines does not look like that."""
    return any(
        place and "\n" in cell.strip() and cell.splitlines()[-1].count(delimiter) >= place
        for place, cell in enumerate(cells)
    )


def _delimiter(text: str) -> str:
    head = list(itertools.islice(io.StringIO(text, newline=None), HEADER_WITHIN)) or [""]

    def named(delimiter: str) -> int:
        return max(len(list(filter(None, find_columns(line.split(delimiter))))) for line in head)

    return max(_DELIMITERS, key=named)
