"""What an event is about: its noun, its verb, its picture."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from easyread import lexicon
from easyread.facts import Event, Part, Voice
from easyread.pictures import Picture, find
from easyread.speech import Speech


def kind(event: Event) -> str:
    """Which noun says it: ``meeting``, ``appointment`` or ``activity``."""
    if event.nature == "meeting":
        return "meeting"
    return "appointment" if event.appointment else "activity"


def names(event: Event, voice: Voice) -> tuple[str, ...]:
    """The names that a text about this event may hold: they are never looked up."""
    return (voice.name, *(person.name for person in event.people))


def deed(speaks: Speech, event: Event) -> str | None:
    """« va à la piscine », when a phrase of the book says the whole title."""
    phrase = speaks.book["events"].get(lexicon.concept(event.title, names(event, speaks.voice)))
    return speaks.say(phrase) if phrase else None


def seen_by_job(event: Event) -> bool:
    """Whether the title only says the job of somebody who is named: « Neurologue », and the docteure Saïd is one.

    Her own sentence then says it better, and never « le neurologue » of a woman.
    """
    concept = lexicon.concept(event.title)
    seen = (person for person in event.people if person.part is Part.SEEN and person.name.strip())
    return concept is not None and any(lexicon.concept(person.role) == concept for person in seen)


@cache
def _kinds() -> dict[str, str]:
    lines = (files("easyread") / "data" / "kinds.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {word: concept for word, concept, *_ in pairs}


def picture(event: Event, voice: Voice) -> Picture | None:
    """What the title speaks of, or what the kind says when the title has no word of the lexicon at all."""
    known = names(event, voice)
    if any(unit.concept for unit in lexicon.units(event.title, known)):
        return find(lexicon.pictured(event.title, known))
    return find(_kinds().get(event.kind))
