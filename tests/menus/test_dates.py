"""Days in all the ways files write them; what cannot be, or could be two days, is refused and never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.menus import scdl
from portal.menus.report import day_in_words
from portal.menus.scdl_columns import Column
from portal.menus.scdl_dates import BadDay, read_day, read_instant
from portal.menus.scdl_records import Code, Reason
from tests.menus.parts import a_csv, notes

PARIS = "Europe/Paris"
FEBRUARY_3 = date(2025, 2, 3)

WAYS = [
    "2025-02-03",
    "2025/02/03",
    "2025-2-3",
    "20250203",
    "2025-02-03T00:00:00",
    "2025-02-03 12:30",
    "2025-02-03 0:00:00",
    "2025-02-03T00:00:00.000Z",
    "2025-02-02T23:00:00Z",  # midnight in Paris
    "2025-02-03T00:00:00+01:00",
    "03/02/2025",
    "3/2/2025",
    "03-02-2025",
    "03.02.2025",
    "03/02/25",
    "03/02/2025 00:00",
    "03/02/2025 12h30",
    "lundi 3 février 2025",
    "Lundi 03 FÉVRIER 2025",
    "le lundi 3 fevrier 2025",
    "lun. 3 févr. 2025",
    "lundi 03/02/2025",
    "3 février 2025",
    "3 fév 2025",
    "45691",
    "45691.0",
]


@pytest.mark.parametrize("text", WAYS)
def test_one_day_in_all_these_ways(text: str) -> None:
    assert read_day(text, PARIS) == FEBRUARY_3


@pytest.mark.parametrize(
    "cell",
    [datetime(2025, 2, 3), date(2025, 2, 3), datetime(2025, 2, 3, 12, 0), 45691, 45691.0, 45691.5],
)
def test_spreadsheet_cells_hold_days_and_numbers(cell: object) -> None:
    assert read_day(cell, PARIS) == FEBRUARY_3


def test_an_old_mac_counts_from_1904() -> None:
    assert read_day(44229, PARIS, date(1904, 1, 1)) == FEBRUARY_3


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er mars 2025", date(2025, 3, 1)),
        ("mardi 4 mars 2025", date(2025, 3, 4)),
        ("mar. 4 mars 2025", date(2025, 3, 4)),
        ("15 août 2025", date(2025, 8, 15)),
        ("3 juil. 2025", date(2025, 7, 3)),
        ("29/02/2024", date(2024, 2, 29)),
        ("05/06/2025", date(2025, 6, 5)),  # days first, as in France
    ],
)
def test_french_days(text: str, day: date) -> None:
    assert read_day(text, PARIS) == day


@pytest.mark.parametrize(
    "text",
    [
        "29/02/2025",
        "31/04/2025",
        "00/02/2025",
        "02/23/2025",  # an American date: no 23rd month
        "2025-13-01",
        "2025-02-30",
        "25-02-03",  # 25 February 2003 or 3 February 2025
        "03-02-25",
        "3 février",
        "février 2025",
        "3 brumaire 2025",
        "lundi",
        "demain",
        "03/02-2025",
        "0202-02-03",
        "1925-02-03",
        "2014-12-31",
        "2100-01-01",
        "99999",
        "1",
        "2025-02-03T99:00:00Z",
        "2025-02-03 midi",
        "999999999999999999999",
        "2025-02-03, 2025-02-04",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadDay) as caught:
        read_day(text, PARIS)
    assert caught.value.reason == Reason.BAD_DAY


@pytest.mark.parametrize("cell", ["", "  ", None])
def test_no_day_is_said_to_be_missing(cell: object) -> None:
    with pytest.raises(BadDay) as caught:
        read_day(cell, PARIS)
    assert caught.value.reason == Reason.NO_DAY


@pytest.mark.parametrize("cell", [time(12, 0), True, datetime(1904, 1, 1), 12.5])
def test_other_cells_are_no_days(cell: object) -> None:
    with pytest.raises(BadDay):
        read_day(cell, PARIS)


@pytest.mark.parametrize("text", ["mardi 3 février 2025", "dim. 03/02/2025"])
def test_a_weekday_that_disagrees_is_refused_for_that(text: str) -> None:
    with pytest.raises(BadDay) as caught:
        read_day(text, PARIS)
    assert caught.value.reason == Reason.WEEKDAY


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2025-02-02T20:00:00Z", "Indian/Reunion", FEBRUARY_3),
        ("2025-02-03T04:00:00Z", "America/Martinique", FEBRUARY_3),
        ("2025-02-03T00:00:00Z", "America/Martinique", FEBRUARY_3),  # a day with a meaningless hour
        ("2025-07-02T22:00:00Z", PARIS, date(2025, 7, 3)),  # summer time
    ],
)
def test_midnight_is_the_local_one(text: str, zone: str, day: date) -> None:
    assert read_day(text, zone) == day


@given(st.dates(date(2015, 1, 1), date(2099, 12, 31)))
def test_any_day_written_any_way_comes_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    for text in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d.%m.%y}", day_in_words(day), str(serial)):
        assert read_day(text, PARIS) == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_days(text: str) -> None:
    try:
        found = read_day(text, PARIS)
    except BadDay:
        return
    assert 2015 <= found.year <= 2099


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("2025-02-03T23:30:04.616Z", datetime(2025, 2, 3, 23, 30, 4, 616_000, UTC)),
        ("2025-02-03T12:00:00+01:00", datetime(2025, 2, 3, 11, tzinfo=UTC)),
        ("2025-02-03 12:00", datetime(2025, 2, 3, 11, tzinfo=UTC)),  # on the clock of Paris
        ("2025-07-03 12:00", datetime(2025, 7, 3, 10, tzinfo=UTC)),
        ("03/02/2025", datetime(2025, 2, 2, 23, tzinfo=UTC)),
        (datetime(2025, 2, 3, 12), datetime(2025, 2, 3, 11, tzinfo=UTC)),
        ("hier", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_instants(cell: object, instant: datetime | None) -> None:
    assert read_instant(cell, PARIS) == instant


def test_a_line_without_a_possible_day_is_refused_with_what_it_said() -> None:
    reading = scdl.read(a_csv({"menuDate": "31/02/2025"}, {"menuDate": ""}, {}))
    assert [(refusal.reason, refusal.value, refusal.column) for refusal in reading.refused] == [
        (Reason.BAD_DAY, "31/02/2025", Column.DAY),
        (Reason.NO_DAY, "", Column.DAY),
    ]
    assert len(reading.dishes) == 1


def test_a_day_written_otherwise_is_told() -> None:
    reading = scdl.read(a_csv({"menuDate": "lundi 3 février 2025"}))
    assert notes(reading) == [(Column.DAY, Code.MAPPED, "lundi 3 février 2025", "2025-02-03")]


def test_a_publication_date_nobody_can_read_is_told_and_left() -> None:
    reading = scdl.read(a_csv({"menuPublicationDate": "hier"}))
    assert notes(reading) == [(Column.PUBLISHED, Code.UNKNOWN, "hier", "")]
    assert reading.dishes[0].issued_at is None


def test_the_kitchen_spoke_last_when_it_published_or_changed_the_line() -> None:
    reading = scdl.read(a_csv({"menuPublicationDate": "2025-01-10", "menuModificationDate": "2025-01-12T08:00:00Z"}))
    assert reading.dishes[0].issued_at == datetime(2025, 1, 12, 8, tzinfo=UTC)
