"""A voice speaking: the phrasebook of its language, with verbs and pronouns already agreed with the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from easyread.clock import Clock
from easyread.dates import title
from easyread.facts import Address, Voice
from easyread.lines import Line, fill, sentence
from easyread.phrases import book
from easyread.pictures import Picture

_FORM = {Address.FAMILY: 0, Address.TU: 1, Address.VOUS: 2}


class Speech:
    """Writes the lines of one voice. Make it with ``speech(voice)``, which keeps the last ones."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.book = book(voice.lang)
        subject, _, _ = fill(self.book["subject"][voice.address], {"name": voice.name})
        self.named = voice.address is not Address.FAMILY or bool(voice.name)
        """False: we do not know who it is about, and say « il y a un rendez-vous »."""
        subject = subject or str(self.book["subject"]["unnamed"])
        self.words: dict[str, str] = {
            "name": voice.name or subject,
            "who": subject,
            "Who": subject if subject == voice.name else title(subject),
        }
        self.words |= {verb: forms[_FORM[voice.address]] for verb, forms in self.book["verbs"].items()}

    def template(self, key: str) -> str:
        """The sentence with this key, in the form the reader is spoken to."""
        found: str | dict[str, str] = self.book["lines"][key]
        return found if isinstance(found, str) else found[self.voice.address]

    def line(
        self,
        key: str,
        values: Mapping[str, str] | None = None,
        *,
        picture: Picture | None = None,
        clock: Clock | None = None,
        items: Sequence[str] = (),
    ) -> Line:
        """A line of the phrasebook with these values."""
        known = self.words if values is None else self.words | dict(values)
        return sentence(self.template(key), known, picture=picture, clock=clock, items=items)

    def say(self, phrase: str) -> str:
        """A piece of sentence (« va à la piscine ») agreed with the reader."""
        return fill(phrase, self.words)[0]

    def card(self, key: str) -> str:
        """A short label of picture mode."""
        return str(self.book["cards"][key])

    def noun(self, kind: str) -> dict[str, str]:
        """Names of an appointment, a meeting or an activity, with what agrees with them."""
        forms: dict[str, Any] = self.book["nouns"][kind]
        return {key: str(value) for key, value in forms.items()}

    def quote(self, text: str) -> str:
        """The DUI's own words, untouched, between quotation marks."""
        return fill(self.book["list"]["quote"], {"text": text})[0]

    def listed(self, things: Sequence[str]) -> tuple[str, ...]:
        """Things as the rows of a list: « la carte Vitale », « et le cahier de crises. »."""
        *first, last = things
        if first:
            last = fill(self.book["list"]["last"], {"item": last})[0]
        return (*first, last if last.endswith((".", "!", "?")) else f"{last}.")


@lru_cache(maxsize=512)
def speech(voice: Voice) -> Speech:
    """The speech of a voice, made once for the rows of a page."""
    return Speech(voice)
