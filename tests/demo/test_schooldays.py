"""The school year: long enough, closed when it should be, and right on any date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.demo.schooldays import FRIDAY, MONDAY, SATURDAY, days, easter_sunday, monday_of, school_year


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 7, 31), "2025-2026"),
        (date(2026, 8, 1), "2026-2027"),
        (date(2026, 12, 31), "2026-2027"),
        (date(2027, 1, 1), "2026-2027"),
    ],
)
def test_august_belongs_to_the_year_about_to_begin(day, name):
    assert school_year(day).name == name


@pytest.mark.parametrize("autumn", range(2024, 2034))
def test_every_year_begins_on_a_monday_ends_on_a_friday_and_is_open_some_190_days(autumn):
    year = school_year(date(autumn, 10, 1))

    assert (year.first.month, year.first.weekday(), year.last.month, year.last.weekday()) == (9, MONDAY, 7, FRIDAY)
    assert 180 <= len(list(year.open_days())) <= 195


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
        (2285, date(2285, 3, 22)),
    ],
)
def test_easter_is_where_almanacs_put_it(year, sunday):
    assert easter_sunday(year) == sunday


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 11), "Armistice de 1918"),
        (date(2027, 3, 29), "Lundi de Pâques"),
        (date(2027, 5, 7), "Pont de l’Ascension"),
        (date(2026, 12, 25), "Vacances de Noël"),
    ],
)
def test_the_house_is_closed_on_holidays(day, why):
    year = school_year(day)

    assert not year.is_open(day)
    assert year.closure(day).name == why


def test_weekends_and_summer_are_closed_without_being_a_holiday():
    year = school_year(date(2026, 11, 22))

    assert not year.is_open(date(2026, 11, 22))
    assert year.closure(date(2026, 11, 22)) is None
    assert not year.is_open(year.last + timedelta(days=3))


def test_school_holidays_are_two_weeks_from_a_saturday():
    fortnights = [holiday for holiday in school_year(date(2026, 11, 22)).holidays if holiday.first != holiday.last]

    assert len(fortnights) == 4
    for holiday in fortnights:
        assert holiday.first.weekday() == SATURDAY
        assert holiday.last - holiday.first == timedelta(days=15)


def test_days_are_each_day_once():
    assert list(days(date(2028, 2, 28), date(2028, 3, 1))) == [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]


def test_monday_of_a_sunday_is_six_days_before():
    assert monday_of(date(2026, 11, 22)) == date(2026, 11, 16)
