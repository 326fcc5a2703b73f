"""Days and hours in full, as people say them. Callers give dates and hours of the establishment's wall clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from easyread.phrases import book

NBSP = "\u00a0"


class PartOfDay(StrEnum):
    """Where an hour stands in the day."""

    MORNING = "morning"
    NOON = "noon"
    """From 12:00 to before 14:00."""
    AFTERNOON = "afternoon"
    EVENING = "evening"
    """From 18:00 to before 22:00."""
    NIGHT = "night"
    """From 22:00 to before 5:00."""


def hour(moment: datetime | time, lang: str = "fr") -> str:
    """« 14 h 30 », « 9 h », « midi », « minuit »; « 2:30 pm », « noon » in English; « 14:30 » elsewhere. No seconds."""
    named = book(lang)["hours"].get(f"{moment.hour:02}:{moment.minute:02}")
    if named:
        return str(named)
    if lang == "en":
        return f"{(moment.hour - 1) % 12 + 1}:{moment.minute:02}{NBSP}{'am' if moment.hour < 12 else 'pm'}"
    if lang != "fr":
        return f"{moment.hour:02}:{moment.minute:02}"
    return f"{moment.hour}{NBSP}h" + (f"{NBSP}{moment.minute:02}" if moment.minute else "")


def span(starts: datetime | time, ends: datetime | time, lang: str = "fr") -> str:
    """« de 14 h 30 à 15 h 15 »."""
    return str(book(lang)["dates"]["span"]).format(starts=hour(starts, lang), ends=hour(ends, lang))


def day(on: date, lang: str = "fr", today: date | None = None) -> str:
    """« jeudi 10 décembre »; with the year when ``today`` is in another year, or « 1er » on the first in French."""
    words = book(lang)["dates"]
    said = {
        "weekday": words["days"][on.weekday()],
        "number": words["first"] if on.day == 1 else on.day,
        "month": words["months"][on.month - 1],
        "year": on.year,
    }
    return str(words["full" if today is None or today.year == on.year else "full_year"]).format(**said)


def weekday(on: date, lang: str = "fr") -> str:
    """« jeudi »."""
    return str(book(lang)["dates"]["days"][on.weekday()])


def weekday_short(on: date, lang: str = "fr") -> str:
    """« jeu. », for the date that is drawn."""
    return str(book(lang)["dates"]["short"][on.weekday()])


def relative(on: date, today: date, lang: str = "fr") -> str | None:
    """« hier », « aujourd’hui », « demain », or None when the day must be named."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((on - today).days)
    return None if near is None else str(book(lang)["dates"][near])


def near(on: date, today: date, lang: str = "fr") -> str:
    """« demain », or the day in full when it is further."""
    return relative(on, today, lang) or day(on, lang, today)


def day_beside(on: date, today: date, lang: str = "fr") -> str:
    """« demain, jeudi 10 décembre »: the near name of a day with its date beside; the date alone of a further one."""
    near, full = relative(on, today, lang), day(on, lang, today)
    return str(book(lang)["dates"]["beside"]).format(near=near, day=full) if near else full


def moment(at: datetime, lang: str = "fr", today: date | None = None) -> str:
    """« jeudi 10 décembre à 14 h 30 »."""
    return str(book(lang)["dates"]["moment"]).format(day=day(at.date(), lang, today), hour=hour(at, lang))


def near_moment(at: datetime, today: date, lang: str = "fr") -> str:
    """« aujourd’hui à 7 h 10 », or the day in full."""
    return str(book(lang)["dates"]["moment"]).format(day=near(at.date(), today, lang), hour=hour(at, lang))


def letter(on: date, lang: str = "fr") -> str:
    """« L » for a Monday: the seven beads of the picture week."""
    return str(book(lang)["dates"]["letters"][on.weekday()])


def title(text: str) -> str:
    """« Jeudi 10 décembre »: the same words with a capital, for a heading."""
    return text[:1].upper() + text[1:]


def lasting(length: timedelta, lang: str = "fr") -> str:
    """« 45 minutes », « 1 heure 15 minutes », « 2 jours ». Whole minutes; less than one is « 0 minute »."""
    total = max(0, int(length.total_seconds() // 60))
    days, rest = divmod(total, 24 * 60)
    hours, minutes = divmod(rest, 60)
    counts = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    said = [_count(number, unit, lang) for number, unit in counts if number]
    return " ".join(said) or _count(0, "minute", lang)


def _count(number: int, unit: str, lang: str) -> str:
    forms = book(lang)["dates"][unit]
    return f"{number}{NBSP}{forms[_FORM.get(lang, _one_or_many)(number)]}"


def _one_or_many(number: int) -> int:
    return int(number != 1)


def _ukrainian(number: int) -> int:
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


def _arabic(number: int) -> int:
    if number in (1, 2):
        return number - 1
    return 2 if 3 <= number % 100 <= 10 else 3


_FORM: dict[str, Callable[[int], int]] = {"fr": lambda number: int(number > 1), "uk": _ukrainian, "ar": _arabic}
"""Which of the forms of a word goes with a number."""


def part_of_day(at: datetime | time) -> PartOfDay:
    """Under which heading of the day an hour goes."""
    if 5 <= at.hour < 12:
        return PartOfDay.MORNING
    if 12 <= at.hour < 14:
        return PartOfDay.NOON
    if 14 <= at.hour < 18:
        return PartOfDay.AFTERNOON
    return PartOfDay.EVENING if 18 <= at.hour < 22 else PartOfDay.NIGHT


def part_title(part: PartOfDay, lang: str = "fr") -> str:
    """« Le matin », « L’après-midi »: the heading itself."""
    return str(book(lang)["parts"][part.value])
