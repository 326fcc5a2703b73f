"""Data → easy sentences. At most twelve words, one idea, present tense; facts go through untouched.

An hour, a date, a name, a number or a negation is never changed, dropped or added. Texts of the DUI that no
phrase of ours can say are quoted as they are. Functions here are pure and quick: call them once for every row.
"""

from __future__ import annotations

from datetime import date, datetime

from easyread import dates
from easyread.cards import Card, Countdown, Standing, card, countdown, day_cards, ride_card, stay_card
from easyread.events import event_lines, headline, later_lines
from easyread.facts import Address, Event, Part, Person, Ride, State, Stay, Voice, Way, Where
from easyread.lines import Line
from easyread.moves import ride_lines, stay_lines
from easyread.speech import speech

__all__ = [
    "Address",
    "Card",
    "Countdown",
    "Event",
    "Line",
    "Part",
    "Person",
    "Ride",
    "Standing",
    "State",
    "Stay",
    "Voice",
    "Way",
    "Where",
    "card",
    "countdown",
    "day_cards",
    "event_lines",
    "headline",
    "later_lines",
    "received",
    "ride_card",
    "ride_lines",
    "stay_card",
    "stay_lines",
]


def received(at: datetime, today: date, source: str, lang: str = "fr") -> Line:
    """When the data came: « L’IME a donné ces informations aujourd’hui à 7 h 10. ».

    ``source`` is the subject with its article (« l’IME », « the institute »).
    """
    near = dates.near_moment(at, today, lang)
    return speech(Voice("", lang=lang)).line("received", {"Source": dates.title(source), "near": near})
