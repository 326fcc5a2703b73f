"""A clock face as numbers, so that a template can draw it without any inline style."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True, slots=True)
class Clock:
    """Angles in degrees, clockwise from twelve: ``transform="rotate(75.0 36 36)"``."""

    hour_hand: float
    minute_hand: float


def clock(moment: datetime | time) -> Clock:
    """The face that shows this hour; 2 in the morning and 2 in the afternoon are the same face."""
    return Clock(hour_hand=(moment.hour % 12) * 30 + moment.minute * 0.5, minute_hand=moment.minute * 6.0)
