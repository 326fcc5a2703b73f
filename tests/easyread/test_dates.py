"""Days and hours in full, in French and in English."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from easyread import dates
from easyread.clock import Clock, clock
from easyread.dates import PartOfDay
from easyread.phrases import LANGUAGES

THURSDAY = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("at", "french", "english"),
    [
        (time(14, 30), "14 h 30", "2:30 pm"),
        (time(9, 0), "9 h", "9:00 am"),
        (time(9, 5), "9 h 05", "9:05 am"),
        (time(12, 0), "midi", "noon"),
        (time(12, 15), "12 h 15", "12:15 pm"),
        (time(0, 0), "minuit", "midnight"),
        (time(0, 10), "0 h 10", "12:10 am"),
        (time(23, 59), "23 h 59", "11:59 pm"),
    ],
)
def test_an_hour_is_said_as_people_say_it_and_never_cut(at, french, english):
    assert dates.hour(at) == french.replace(" ", "\u00a0")
    assert dates.hour(at, "en") == english.replace(" ", "\u00a0")


def test_every_minute_of_a_day_has_its_own_words():
    for lang in LANGUAGES:
        said = {dates.hour(time(h, m), lang) for h in range(24) for m in range(60)}
        assert len(said) == 24 * 60


def test_a_day_has_its_name_its_number_and_its_month():
    assert dates.day(THURSDAY) == "jeudi 10\u00a0décembre"
    assert dates.day(THURSDAY, "en") == "Thursday 10\u00a0December"
    assert dates.day(date(2026, 5, 1)) == "vendredi 1er\u00a0mai"
    assert dates.day(date(2026, 5, 1), "en") == "Friday 1\u00a0May"


def test_the_year_is_said_only_when_it_is_another_one():
    assert dates.day(date(2027, 1, 4), today=THURSDAY) == "lundi 4\u00a0janvier\u00a02027"
    assert dates.day(date(2026, 1, 4), today=THURSDAY) == "dimanche 4\u00a0janvier"


@pytest.mark.parametrize(
    ("days", "word"), [(-1, "hier"), (0, "aujourd’hui"), (1, "demain"), (2, None), (-2, None), (365, None)]
)
def test_only_the_nearest_days_have_a_name(days, word):
    assert dates.relative(THURSDAY + timedelta(days), THURSDAY) == word


def test_a_moment_may_say_today_or_the_whole_date():
    at = datetime(2026, 12, 10, 7, 10, tzinfo=UTC)
    assert dates.near_moment(at, THURSDAY) == "aujourd’hui à 7\u00a0h\u00a010"
    assert dates.near_moment(at, date(2026, 12, 1)) == "jeudi 10\u00a0décembre à 7\u00a0h\u00a010"
    assert dates.moment(at, "en") == "Thursday 10\u00a0December at 7:10\u00a0am"


def test_two_hours_make_a_span():
    assert dates.span(time(14, 30), time(15, 15)) == "de 14\u00a0h\u00a030 à 15\u00a0h\u00a015"
    assert dates.span(time(9), time(12), "en") == "from 9:00\u00a0am to noon"


def test_the_wall_clock_of_the_caller_is_what_is_said():
    instant = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert dates.hour(instant.astimezone(ZoneInfo("Europe/Paris"))) == "3\u00a0h\u00a030"
    assert dates.hour(instant.astimezone(ZoneInfo("Indian/Reunion"))) == "5\u00a0h\u00a030"


def test_each_day_has_the_letter_of_its_bead():
    week = [date(2026, 12, 7) + timedelta(days) for days in range(7)]
    assert "".join(dates.letter(day) for day in week) == "LMMJVSD"
    assert "".join(dates.letter(day, "en") for day in week) == "MTWTFSS"


@pytest.mark.parametrize(
    ("minutes", "french", "english"),
    [
        (0, "0 minute", "0 minutes"),
        (1, "1 minute", "1 minute"),
        (45, "45 minutes", "45 minutes"),
        (60, "1 heure", "1 hour"),
        (75, "1 heure 15 minutes", "1 hour 15 minutes"),
        (24 * 60 + 120, "1 jour 2 heures", "1 day 2 hours"),
        (-5, "0 minute", "0 minutes"),
    ],
)
def test_a_length_is_said_in_words(minutes, french, english):
    assert dates.lasting(timedelta(minutes=minutes)).replace("\u00a0", " ") == french
    assert dates.lasting(timedelta(minutes=minutes), "en").replace("\u00a0", " ") == english


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("ar", "الخميس 10 ديسمبر، الساعة 14:30"),
        ("pt", "quinta-feira, 10 de dezembro às 14:30"),
        ("tr", "10 Aralık Perşembe, saat 14:30"),
        ("uk", "четвер, 10 грудня о 14:30"),
    ],
)
def test_each_language_has_its_own_order(lang, said):
    assert dates.moment(datetime(2026, 12, 10, 14, 30), lang).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("lang", "minutes"),
    [
        ("ar", {1: "دقيقة", 2: "دقيقتان", 5: "دقائق", 15: "دقيقة"}),
        ("uk", {1: "хвилина", 2: "хвилини", 5: "хвилин", 11: "хвилин", 21: "хвилина", 34: "хвилини"}),
        ("tr", {1: "dakika", 45: "dakika"}),
        ("pt", {1: "minuto", 45: "minutos"}),
    ],
)
def test_a_number_has_the_form_of_the_word_that_goes_with_it(lang, minutes):
    for number, word in minutes.items():
        assert dates.lasting(timedelta(minutes=number), lang) == f"{number}\u00a0{word}"


@pytest.mark.parametrize(
    ("at", "part"),
    [
        ("04:59", PartOfDay.NIGHT),
        ("05:00", PartOfDay.MORNING),
        ("11:59", PartOfDay.MORNING),
        ("12:00", PartOfDay.NOON),
        ("14:00", PartOfDay.AFTERNOON),
        ("18:00", PartOfDay.EVENING),
        ("22:00", PartOfDay.NIGHT),
    ],
)
def test_the_day_has_five_parts(at, part):
    assert dates.part_of_day(time.fromisoformat(at)) is part


def test_each_part_of_the_day_has_its_heading():
    assert [dates.part_title(part) for part in PartOfDay] == [
        "Le matin",
        "Le midi",
        "L’après-midi",
        "Le soir",
        "La nuit",
    ]


def test_a_heading_begins_with_a_capital_and_changes_nothing_else():
    assert dates.title("jeudi 10 décembre") == "Jeudi 10 décembre"
    assert dates.title("l’IME") == "L’IME"
    assert dates.title("") == ""


def test_a_language_without_a_phrasebook_is_refused():
    with pytest.raises(LookupError):
        dates.hour(time(9), "de")


@pytest.mark.parametrize(
    ("at", "hands"),
    [
        ("14:30", (75.0, 180.0)),
        ("12:00", (0.0, 0.0)),
        ("00:00", (0.0, 0.0)),
        ("03:15", (97.5, 90.0)),
        ("15:15", (97.5, 90.0)),
    ],
)
def test_the_clock_shows_the_hour(at, hands):
    assert clock(time.fromisoformat(at)) == Clock(*hands)


def test_a_clock_face_never_shows_two_different_hours():
    faces = {clock(time(h, m)) for h in range(12) for m in range(60)}
    assert len(faces) == 12 * 60
