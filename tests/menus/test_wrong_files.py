"""What is surely no menu file is refused with what it is, so that somebody can be told what to do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.errors import BadInput
from portal.menus import scdl
from portal.menus.scdl_records import Problem, WrongFile
from tests.menus.parts import a_csv

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY),
        (b" \r\n\t\r\n", Problem.EMPTY),
        (b"\xef\xbb\xbf\r\n", Problem.EMPTY),
        (b"\0" * 50, Problem.EMPTY),
        (b"%PDF-1.7\n", Problem.PDF),
        (OLE + b"\0" * 600, Problem.XLS),
        (OLE + "EncryptedPackage".encode("utf-16-le"), Problem.LOCKED),
        (b"PK\x05\x06" + b"\0" * 18, Problem.DOCUMENT),
        (b"PK\x03\x04garbage", Problem.DAMAGED),
        (b"<!doctype html><title>Connexion</title>", Problem.HTML),
        (b"  <html>", Problem.HTML),
        (b'<?xml version="1.0"?>', Problem.HTML),
        (b'{"menus": []}', Problem.JSON),
        (b'[{"menuDate": "2025-02-03"}]', Problem.JSON),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Problem.BINARY),
        ("menuDate,menuRepasType,menuPlatNom".encode("utf-16-le"), Problem.BINARY),
        (b"x" * (20 * 1024 * 1024 + 1), Problem.TOO_LARGE),
        (b"Bonjour, voici les menus.", Problem.NO_COLUMNS),
    ],
)
def test_each_wrong_file_is_recognised(data: bytes, problem: Problem) -> None:
    with pytest.raises(WrongFile) as caught:
        scdl.read(data)
    assert caught.value.problem == problem
    assert isinstance(caught.value, BadInput)
    assert (caught.value.field, caught.value.code) == ("file", problem.value)


def test_the_largest_file_allowed_is_not_too_large() -> None:
    with pytest.raises(WrongFile) as caught:
        scdl.read(b"x\n" * (10 * 1024 * 1024))
    assert caught.value.problem == Problem.NO_COLUMNS


def test_more_lines_than_a_year_of_menus_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scdl, "MAX_LINES", 3)
    lines = [{"menuPlatNom": f"Plat {number}"} for number in range(4)]
    assert len(scdl.read(a_csv(*lines[:3])).dishes) == 3
    with pytest.raises(WrongFile) as caught:
        scdl.read(a_csv(*lines))
    assert caught.value.problem == Problem.TOO_MANY_LINES


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_no_bytes_break_the_reading(noise: bytes) -> None:
    for data in (noise, a_csv() + noise, b"PK\x03\x04" + noise):
        try:
            reading = scdl.read(data)
        except WrongFile:
            continue
        assert len(reading.dishes) + len(reading.refused) + len(reading.repeated) == reading.lines
