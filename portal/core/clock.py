"""One clock. Instants are UTC; nights, birthdays and days are local to the establishment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ADULT_AGE = 18
"""Civil majority (Code civil, art. 414)."""

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""An instant that never comes: "until further notice"."""

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at ``at`` (aware) in this context: replays a decision, and lets tests live on any day."""
    if at.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def local(instant: datetime, zone: str) -> datetime:
    """The same instant on the wall clock of ``zone`` (an IANA name)."""
    return instant.astimezone(ZoneInfo(zone))


def local_date(instant: datetime, zone: str) -> date:
    """The calendar day of an instant, where the establishment is."""
    return local(instant, zone).date()


def midnight(day: date, zone: str) -> datetime:
    """00:00 local of ``day``, as a UTC instant. Right on the two nights when the clock changes."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """First instant of a local day and of the next one: 23, 24 or 25 hours apart."""
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)


def birthday(birth: date, years: int) -> date:
    """The day someone reaches an age. Born on 29 February: 1 March in common years."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def majority(birth: date, zone: str) -> datetime:
    """The instant somebody comes of age: 00:00 local time on the eighteenth birthday."""
    return midnight(birthday(birth, ADULT_AGE), zone)


def born_by(today: date) -> date:
    """The last day of birth of somebody of age today. Born on 29 February: of age on 1 March."""
    year = today.year - ADULT_AGE
    try:
        return today.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
