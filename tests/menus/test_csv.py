"""CSV files as kitchens send them."""

from __future__ import annotations

from datetime import date

import pytest

from portal.menus import scdl
from portal.menus.scdl_records import Code, Problem, Reason, WrongFile
from tests.menus.parts import RICE, a_csv, notes

FISH = {"menuPlatNom": "Œufs brouillés à la crème", "menuPlatAllergene": '["lait","oeufs"]'}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_separators_and_encodings_read_the_same(delimiter: str, encoding: str) -> None:
    data = a_csv(FISH, delimiter=delimiter, encoding=encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    reading = scdl.read(data)
    assert [dish.name for dish in reading.dishes] == ["Œufs brouillés à la crème"]
    assert [str(allergen) for allergen in reading.dishes[0].allergens or ()] == ["eggs", "milk"]
    assert reading.notes == []


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252"), ("latin-1", "cp1252")],
)
def test_the_encoding_is_said(encoding: str, said: str) -> None:
    assert scdl.read(a_csv({"menuPlatNom": "Purée"}, encoding=encoding)).encoding == said


def test_bytes_that_windows_does_not_know_are_latin_1() -> None:
    data = a_csv({"menuPlatNom": "Purée"}, encoding="latin-1").replace(b"Riz", b"Riz") + b"2025-02-04,,,Th\xe9 \x81\r\n"
    reading = scdl.read(data)
    assert reading.encoding == "latin-1"
    assert [dish.name for dish in reading.dishes] == ["Purée", "Thé"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_of_every_system_are_read(ending: str) -> None:
    data = a_csv(RICE, {"menuPlatNom": "Pain"}).decode().replace("\r\n", ending).encode()
    assert [dish.name for dish in scdl.read(data).dishes] == ["Riz", "Pain"]


def test_a_title_above_the_columns_is_passed_over_and_lines_keep_their_numbers() -> None:
    data = b"Menus du mois;;;\r\n\r\n" + a_csv({"menuDate": "demain"}, delimiter=";")
    (refusal,) = scdl.read(data).refused
    assert refusal.place.line == 4


def test_empty_lines_are_not_lines() -> None:
    data = a_csv(RICE) + b"\r\n,,,\r\n  , ,-,\r\n"
    reading = scdl.read(data)
    assert (reading.lines, len(reading.dishes), reading.refused) == (1, 1, [])


def test_a_cell_may_hold_separators_quotes_and_a_line_break() -> None:
    name = 'Steak "maison", sauce;\npoivre'
    reading = scdl.read(a_csv({"menuPlatNom": name}, {"menuDate": "x"}))
    assert reading.dishes[0].name == 'Steak "maison", sauce; poivre'
    assert reading.refused[0].place.line == 4  # the cell above took two lines


def test_an_unquoted_separator_refuses_the_line_rather_than_move_its_allergens() -> None:
    data = a_csv({"menuPlatAllergene": "lait"}) + b"2025-02-03,dessert,dessert,Compote, sans sucre,oeufs\r\n"
    reading = scdl.read(data)
    assert [dish.name for dish in reading.dishes] == ["Riz"]
    assert [(refusal.reason, refusal.place.line) for refusal in reading.refused] == [(Reason.TOO_MANY_CELLS, 3)]


def test_empty_cells_beyond_the_columns_are_nothing() -> None:
    data = a_csv(RICE).rstrip() + b",,,\r\n"
    assert len(scdl.read(data).dishes) == 1


def test_a_line_that_stops_early_lacks_its_last_cells() -> None:
    data = a_csv({"menuPlatAllergene": "lait"}) + b"2025-02-03,go\xc3\xbbter,dessert,Compote\r\n"
    assert scdl.read(data).dishes[1].allergens is None


def test_a_quotation_mark_left_open_refuses_what_it_swallowed_and_says_which_lines() -> None:
    lines = "".join(f"2025-02-{day:02d},déjeuner,dessert,Plat {day}\r\n" for day in range(4, 10))
    data = a_csv(RICE) + b'2025-02-03,d\xc3\xa9jeuner,dessert,"Compote\r\n' + lines.encode() + b'2025-02-11,,,"Riz"\r\n'
    reading = scdl.read(data)
    assert reading.refused[0].reason == Reason.QUOTES
    assert reading.refused[0].value == "3-10"
    assert [dish.name for dish in reading.dishes] == ["Riz"]


def test_a_quotation_mark_that_closes_in_the_next_line_is_seen() -> None:
    data = a_csv(RICE) + b'2025-02-03,d\xc3\xa9jeuner,dessert,"Compote\r\n2025-02-04,,,"Flan"\r\n2025-02-05,,,Riz\r\n'
    reading = scdl.read(data)
    assert [(refusal.reason, refusal.value) for refusal in reading.refused] == [(Reason.QUOTES, "3-4")]
    assert [dish.day.day for dish in reading.dishes] == [3, 5]


def test_a_quotation_mark_open_over_half_the_file_refuses_the_file() -> None:
    data = a_csv(RICE) + b'2025-02-03,d\xc3\xa9jeuner,dessert,"Compote\r\n' + b"2025-02-04,,,Riz\r\n" * 20_000
    with pytest.raises(WrongFile) as caught:
        scdl.read(data)
    assert caught.value.problem == Problem.QUOTES


def test_what_looks_like_a_formula_stays_text() -> None:
    for name in ("=1+1", '=HYPERLINK("http://x")', "+33", "@SUM(A1)", "-Riz"):
        assert scdl.read(a_csv({"menuPlatNom": name})).dishes[0].name == name


def test_hidden_and_control_characters_do_not_reach_the_database() -> None:
    reading = scdl.read(a_csv({"menuPlatNom": "Riz\u202e\u200b au\u00a0\u2009lait\x07"}))
    assert reading.dishes[0].name == "Riz au lait"


def test_half_a_character_written_in_a_json_list_does_not_reach_the_database() -> None:
    reading = scdl.read(a_csv({"menuPlatLabel": '["Bio \\ud83c local"]'}))
    assert reading.dishes[0].labels == ("Bio local",)


def test_accents_typed_in_two_ways_are_the_same_dish() -> None:
    reading = scdl.read(a_csv({"menuPlatNom": "Pure\u0301e"}, {"menuPlatNom": "Pur\u00e9e"}))
    assert [dish.name for dish in reading.dishes] == ["Purée"]
    assert len(reading.repeated) == 1


def test_the_order_of_the_file_is_kept() -> None:
    names = ["Pain", "Riz", "Ananas", "Betterave"]
    assert [dish.name for dish in scdl.read(a_csv(*({"menuPlatNom": name} for name in names))).dishes] == names


def test_a_plain_line_is_read_without_a_remark() -> None:
    reading = scdl.read(a_csv())
    assert (reading.lines, reading.refused, notes(reading)) == (1, [], [])
    assert reading.days == [date(2025, 2, 3)]


def test_a_cell_of_two_thousand_and_one_characters_refuses_its_line() -> None:
    reading = scdl.read(a_csv({"menuPlatPrecision": "x" * 2_000}, {"menuPlatPrecision": "x" * 2_001}))
    assert len(reading.dishes) == 1
    assert reading.refused[0].reason == Reason.CELL_TOO_LONG
    assert reading.refused[0].column == "menuPlatPrecision"


def test_a_name_longer_than_the_format_allows_is_kept_whole_and_named() -> None:
    reading = scdl.read(a_csv({"menuPlatNom": "x" * 160}, {"menuPlatNom": "y" * 161}))
    assert [len(dish.name) for dish in reading.dishes] == [160, 161]
    assert [(note.code, note.place.line) for note in reading.notes] == [(Code.TOO_LONG, 3)]
