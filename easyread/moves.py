"""Days, nights and rides → their sentences."""

from __future__ import annotations

from easyread import dates, lexicon, pictures
from easyread.clock import clock
from easyread.facts import Ride, State, Stay, Voice, Where
from easyread.lines import Line
from easyread.people import people_lines
from easyread.pictures import Picture
from easyread.speech import speech


def stay_picture(stay: Stay) -> Picture | None:
    """A bed by night, a house for a day at home; no picture of ours says the other places."""
    if stay.night:
        return pictures.find("lit")
    return pictures.find("maison") if stay.where is Where.HOME else None


def stay_lines(stay: Stay, voice: Voice) -> tuple[Line, ...]:
    """« Inès dort à l’internat. », with the name of the unit or the place when it is known."""
    speaks = speech(voice)
    asleep = "sleeps" if stay.night else "is"
    items = (f"{stay.name.strip()}.",) if stay.name.strip() else ()
    lines: tuple[Line, ...] = (speaks.line(f"{asleep}_{stay.where}", picture=stay_picture(stay)),)
    if stay.starts and stay.ends:
        span = dates.span(stay.starts, stay.ends, voice.lang)
        lines = (*lines, speaks.line("from_to", {"span": span}, clock=clock(stay.starts)))
    return (*lines, speaks.line("place", items=items)) if items else lines


def ride_lines(ride: Ride, voice: Voice) -> tuple[Line, ...]:
    """« À 8 h 30, Inès arrive en bus. », then where from, where to and with whom."""
    speaks = speech(voice)
    hour, concept = dates.hour(ride.at, voice.lang), lexicon.concept(ride.means)
    by = speaks.book["rides"].get(concept)
    shown = pictures.find(lexicon.pictured(ride.means))
    off = {State.CANCELLED: "ride_cancelled", State.MISSED: "ride_missed"}.get(ride.state)
    if off:
        lines = [speaks.line(off, {"hour": hour})]
    else:
        key = f"rides_{ride.way}" if by else f"rides_{ride.way}_somehow"
        face = None if shown else clock(ride.at)
        lines = [speaks.line(key, {"hour": hour, "by": by or ""}, picture=shown, clock=face)]
    if ride.means.strip() and (not by or off):
        lines.append(speaks.line("ride_means", items=(speaks.quote(ride.means.strip()),)))
    ends = (("ride_start", ride.start), ("ride_end", ride.end))
    lines += [speaks.line(key, items=(place.strip(),)) for key, place in ends if place.strip()]
    return (*lines, *people_lines(speaks, ride.people, appointment=False))
