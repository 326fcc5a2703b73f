"""Menu files for tests, said in few words."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl

from portal.menus import scdl
from portal.menus.scdl_columns import Column
from portal.menus.scdl_records import Code, DishRecord, Reading

RICE = {"menuDate": "2025-02-03", "menuRepasType": "déjeuner", "menuPlatType": "garniture", "menuPlatNom": "Riz"}
"""A plain line: nothing to remark."""


def a_csv(*lines: dict[str, str], delimiter: str = ",", encoding: str = "utf-8", **more: str) -> bytes:
    """A file of these lines, each on top of ``RICE``; ``more`` goes to a single line of its own when there are none."""
    rows = [{**RICE, **line} for line in (lines or ({},))]
    rows = [{**row, **more} for row in rows]
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def read_one(**cells: str) -> tuple[DishRecord, Reading]:
    """The only dish of a one-line file, and the reading."""
    reading = scdl.read(a_csv(cells))
    (dish,) = reading.dishes
    return dish, reading


def notes(reading: Reading) -> list[tuple[Column, Code, str, str]]:
    return [(note.column, note.code, note.value, note.became) for note in reading.notes]


def an_xlsx(*sheets: Sequence[Sequence[Any]], titles: Sequence[str] = (), hidden: Sequence[str] = ()) -> bytes:
    """A workbook with these rows in each sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(titles[number] if titles else f"Feuille {number + 1}")
        sheet.sheet_state = "hidden" if sheet.title in hidden else "visible"
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The same zip with some parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return out.getvalue()
