"""Workbooks: real cells, several sheets, and files made to hurt who opens them."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from portal.menus import scdl, scdl_xlsx
from portal.menus.scdl_columns import Column
from portal.menus.scdl_records import Code, Place, Problem, Reason, WrongFile
from portal.menus.words import Allergen
from tests.menus.parts import an_xlsx, notes, repacked

HEADER = ["menuDate", "menuRepasType", "menuPlatType", "menuPlatNom", "menuPlatAllergene", "menuPlatCode"]
RICE = [date(2025, 2, 3), "déjeuner", "garniture", "Riz", "lait", 12]
BOOK = an_xlsx([HEADER, RICE])
SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(*changes: bytes) -> bytes:
    """``BOOK`` with each pattern of its sheet's XML replaced by the bytes that follow it."""
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        xml = archive.read(SHEET)
    for pattern, new in zip(changes[::2], changes[1::2], strict=True):
        xml, done = re.subn(pattern, lambda _match, new=new: new, xml, flags=re.DOTALL)
        assert done
    return repacked(BOOK, {SHEET: xml})


def problem_of(data: bytes) -> Problem:
    with pytest.raises(WrongFile) as caught:
        scdl.read(data)
    return caught.value.problem


def test_cells_of_every_kind_are_read() -> None:
    odd = [datetime(2025, 2, 3), "déjeuner", "garniture", 12, True, 12.0]
    reading = scdl.read(an_xlsx([HEADER, odd, [45691, "déjeuner", "pain", "Pain"]]))
    first, second = reading.dishes
    assert (first.day, first.name, first.code, first.allergens_unread) == (date(2025, 2, 3), "12", "12", ("True",))
    assert (second.day, second.code) == (date(2025, 2, 3), "")
    assert (Column.DAY, Code.MAPPED, "45691", "2025-02-03") in notes(reading)


def test_a_real_date_cell_needs_no_remark() -> None:
    assert scdl.read(BOOK).notes == []


def test_lines_keep_the_numbers_the_spreadsheet_shows() -> None:
    rows = [["Menus de février"], [], HEADER, RICE, [], [None, "déjeuner", "pain", "Pain"]]
    (refusal,) = scdl.read(an_xlsx(rows)).refused
    assert (refusal.reason, refusal.place) == (Reason.NO_DAY, Place("", 6))


def test_a_remark_beside_the_table_moves_nothing() -> None:
    reading = scdl.read(an_xlsx([HEADER, [*RICE, None, None, "à revoir"]]))
    assert (len(reading.dishes), reading.refused) == (1, [])


def test_every_sheet_with_the_columns_is_read_and_the_others_are_named() -> None:
    week = [HEADER, [date(2025, 2, 10), "déjeuner", "pain", "Pain", None, None], ["x", "", "", "Riz"]]
    data = an_xlsx(
        [["À lire"]], [HEADER, RICE], week, [HEADER, RICE], titles=["Notice", "S6", "S7", "Ancien"], hidden=["Ancien"]
    )
    reading = scdl.read(data)
    assert [dish.name for dish in reading.dishes] == ["Riz", "Pain"]
    assert reading.refused[0].place == Place("S7", 3)
    assert reading.sheets_left == ["Notice", "Ancien"]


def test_a_formula_is_never_computed_and_text_that_looks_like_one_stays_text() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    sheet.append([date(2025, 2, 3), "déjeuner", "pain", "=1+1", None, None])  # a formula nobody has computed yet
    sheet.append([date(2025, 2, 3), "déjeuner", "pain", "x", None, None])
    sheet["D3"].value = "=cmd|' /C calc'!A0"
    sheet["D3"].data_type = "s"  # text, as a spreadsheet keeps what was typed with an apostrophe
    out = io.BytesIO()
    book.save(out)
    reading = scdl.read(out.getvalue())
    assert [dish.name for dish in reading.dishes] == ["=cmd|' /C calc'!A0"]
    assert [(refusal.reason, refusal.place.line) for refusal in reading.refused] == [(Reason.NO_NAME, 2)]


def test_a_formula_gives_what_the_spreadsheet_last_saw() -> None:
    data = with_sheet(
        rb'<c r="A2"[^>]*>.*?</c>', b'<c r="A2" s="1"><f>TODAY()</f><v>45692</v></c>',
        rb'<c r="D2"[^>]*>.*?</c>', b'<c r="D2" t="str"><f>B2&amp;C2</f><v>Flan</v></c>',
    )  # fmt: skip
    (dish,) = scdl.read(data).dishes
    assert (dish.day, dish.name) == (date(2025, 2, 4), "Flan")


def test_an_error_left_in_a_cell_is_no_dish() -> None:
    reading = scdl.read(an_xlsx([HEADER, [date(2025, 2, 3), "déjeuner", "pain", "#REF!", "#N/A", None]]))
    assert reading.refused[0].reason == Reason.NO_NAME


def test_allergens_of_a_workbook_are_read_like_those_of_a_text_file() -> None:
    rice, bread = [*RICE[:4], '["Lait","Oeufs"]', None], [*RICE[:3], "Pain", "gluten\nlait", None]
    reading = scdl.read(an_xlsx([HEADER, rice, bread]))
    assert [dish.allergens for dish in reading.dishes] == [
        (Allergen.EGGS, Allergen.MILK),
        (Allergen.GLUTEN, Allergen.MILK),
    ]


# Files made to hurt. Each is a few kilobytes on disk.


def test_a_zip_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked() -> None:
    assert problem_of(repacked(BOOK, {"xl/media/x.bin": b"\0" * (49 << 20)})) == Problem.BOMB


def test_too_many_parts_are_refused() -> None:
    assert problem_of(repacked(BOOK, {f"xl/p{number}": b"" for number in range(301)})) == Problem.BOMB


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_wherever_they_stand_and_however_encoded(encoding: str) -> None:
    laughs = f"""<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>
    <styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&b;</styleSheet>"""
    assert problem_of(repacked(BOOK, {"xl/styles.xml": laughs.encode(encoding)})) == Problem.BOMB


@pytest.mark.parametrize(
    ("pattern", "bomb"),
    [
        (rb'<row r="2".*</row>', b'<row r="2">' + b"<c/>" * 3_000 + b"</row>"),
        (rb'<row r="2".*</row>', b'<row r="2"><row/>' + b"<c/>" * 3_000 + b"</row>"),
        (rb'<row r="2".*</row>', b"<row/>" * 2_500_001),
    ],
)
def test_millions_of_elements_are_counted_before_any_is_built(pattern: bytes, bomb: bytes) -> None:
    assert problem_of(with_sheet(pattern, bomb)) == Problem.BOMB


def test_a_part_read_whole_has_a_lower_bound() -> None:
    styles = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + b"<x/>" * 200_001
    assert problem_of(repacked(BOOK, {"xl/styles.xml": styles + b"</styleSheet>"})) == Problem.BOMB


def test_a_bomb_is_refused_within_a_few_megabytes() -> None:
    bomb = with_sheet(rb'<row r="2".*</row>', b'<row r="2">' + b"<c/>" * 5_000_000 + b"</row>")
    tracemalloc.start()
    try:
        assert problem_of(bomb) == Problem.BOMB
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_thousands_of_merged_cells_after_the_table_are_no_bomb() -> None:
    merged = b'</sheetData><mergeCells count="1">' + b'<mergeCell ref="H1:I1"/>' * 5_000 + b"</mergeCells>"
    assert len(scdl.read(with_sheet(b"</sheetData>", merged)).dishes) == 1


def test_a_row_numbered_beyond_any_sheet_ends_the_reading() -> None:
    far = b'<row r="99999999999"><c r="D99999999999" t="str"><v>Flan</v></c></row></sheetData>'
    assert len(scdl.read(with_sheet(b"</sheetData>", far)).dishes) == 1


def test_a_formatted_row_at_the_bottom_of_the_sheet_is_nothing() -> None:
    bottom = b'<row r="1048576"><c r="A1048576"/></row></sheetData>'
    assert len(scdl.read(with_sheet(b"</sheetData>", bottom)).dishes) == 1


def test_a_size_the_file_lies_about_is_not_believed() -> None:
    assert len(scdl.read(with_sheet(rb'<dimension ref="[^"]*" ?/>', b'<dimension ref="A1:A1"/>')).dishes) == 1


# Damaged, locked, or something else.


@pytest.mark.parametrize(
    "data",
    [
        BOOK[: len(BOOK) // 2],
        BOOK[:-30],
        with_sheet(rb'<c r="D2"[^>]*>.*?</c>', b'<c r="D2" t="s"><v>999</v></c>'),  # a text that is not there
        with_sheet(b"</sheetData>", b"</sheetDat>"),
        with_sheet(rb'<row r="2"', b'<row r="two"'),
        repacked(BOOK, {"[Content_Types].xml": b"<Types/>"}),
        repacked(BOOK, {"xl/workbook.xml": b""}),
    ],
)
def test_a_damaged_workbook_is_said_to_be_damaged(data: bytes) -> None:
    assert problem_of(data) == Problem.DAMAGED


def test_an_error_of_ours_is_not_blamed_on_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(scdl, "read_line", broken)
    with pytest.raises(KeyError):
        scdl.read(BOOK)


def test_a_zip_with_a_password_is_locked() -> None:
    data = bytearray(BOOK)
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    assert problem_of(bytes(data)) == Problem.LOCKED


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}, Problem.ODS),
        ({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}, Problem.DOCUMENT),
        ({"menus.csv": b"menuDate"}, Problem.DOCUMENT),
    ],
)
def test_other_zips_are_named(parts: dict[str, bytes], problem: Problem) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert problem_of(out.getvalue()) == problem


def test_the_bounds_leave_room_for_a_year_of_menus() -> None:
    assert 20_000 * (len(Column) * 3 + 1) < scdl_xlsx.MAX_ELEMENTS
