"""Days and instants as menu files write them: ISO 8601, French ways, spreadsheet cells and serial numbers.

Days come before months, as in France; a date that could only be American, has no year or cannot be is not guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.menus.scdl_records import Reason
from portal.menus.scdl_text import as_text, fold

FIRST_YEAR, LAST_YEAR = 2015, 2099
"""Menus outside are a slip of the keyboard (SCDL menus began in 2020)."""
EPOCH = date(1899, 12, 30)
"""Day 0 of spreadsheets."""

WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre"]
MONTHS += ["novembre", "décembre"]
_SHORT = {1: "janv jan", 2: "févr fév", 4: "avr", 7: "juil", 9: "sept sep", 10: "oct", 11: "nov", 12: "déc"}
_MONTHS = {fold(name): number for number, name in enumerate(MONTHS, 1)} | {
    fold(name): number for number, names in _SHORT.items() for name in names.split()
}
_DAY_NAMES = {fold(name): number for number, name in enumerate(WEEKDAYS)} | {
    name[:3]: number for number, name in enumerate(WEEKDAYS)
}

_WEEKDAY = re.compile(r"(?:le )?(" + "|".join(sorted(_DAY_NAMES, key=len, reverse=True)) + r")\b[.,]? *", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](\d.*))?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FRENCH = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ]+(\d{1,2}[:h]\d{2}(?::\d{2})?))?")
_SPOKEN = re.compile(r"(\d{1,2})(?:er)? ([a-z]+) (\d{4})")
_CLOCK = re.compile(r"\d{1,2}[:h]\d{2}(?::\d{2})?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")


class BadDay(ValueError):
    """Not a day; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def read_day(cell: object, zone: str, epoch: date = EPOCH) -> date:
    """The day a cell means, in ``zone`` (IANA name). Raises ``BadDay``."""
    if isinstance(cell, datetime):
        return _plausible(_local_day(cell, zone))
    if isinstance(cell, date):
        return _plausible(cell)
    text = as_text(cell)
    if not text:
        raise BadDay(Reason.NO_DAY)
    weekday = _WEEKDAY.match(text)
    day = _plausible(_day(text[weekday.end() :] if weekday else text, zone, epoch))
    if weekday and _DAY_NAMES[fold(weekday[1])] != day.weekday():
        raise BadDay(Reason.WEEKDAY)
    return day


def read_instant(cell: object, zone: str) -> datetime | None:
    """The instant a cell means, in UTC; on the clock of ``zone`` when it says no offset. ``None`` when it is none."""
    try:
        found = cell if isinstance(cell, datetime) else datetime.fromisoformat(as_text(cell))
    except ValueError:
        try:
            found = datetime.combine(read_day(cell, zone), time())
        except BadDay:
            return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except OverflowError:
        return None


def _day(text: str, zone: str, epoch: date) -> date:
    try:
        if found := _ISO.fullmatch(text):
            return _iso(found, zone)
        if found := _COMPACT.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _FRENCH.fullmatch(text):
            return _french(found)
        if _SERIAL.fullmatch(text):
            return epoch + timedelta(days=int(float(text)))
        if (found := _SPOKEN.fullmatch(fold(text))) and found[2] in _MONTHS:
            return date(int(found[3]), _MONTHS[found[2]], int(found[1]))
    except (ValueError, OverflowError):
        raise BadDay(Reason.BAD_DAY) from None
    raise BadDay(Reason.BAD_DAY)


def _iso(found: re.Match[str], zone: str) -> date:
    day = date(int(found[1]), int(found[2]), int(found[3]))
    if not found[4] or _CLOCK.fullmatch(found[4]):
        return day
    return _local_day(datetime.fromisoformat(f"{day.isoformat()}T{found[4]}"), zone)


def _french(found: re.Match[str]) -> date:
    """With ``-`` a year of two digits could as well be the day of an ISO date: not guessed."""
    if len(found[4]) == 2 and found[2] == "-":
        raise ValueError
    return date(int(found[4]) + (2000 if len(found[4]) == 2 else 0), int(found[3]), int(found[1]))


def _local_day(instant: datetime, zone: str) -> date:
    """Software that keeps days as instants writes the 3rd as ``2025-02-02T23:00Z``, local midnight; others add a
    meaningless hour. Local midnight means the local day, anything else the day as written."""
    if instant.tzinfo is not None:
        local = instant.astimezone(ZoneInfo(zone))
        if local.time() == time():
            return local.date()
    return instant.date()


def _plausible(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadDay(Reason.BAD_DAY)
    return day
