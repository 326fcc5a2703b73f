"""What a catalogue must hold, and how its words must be written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message

from easyread.lines import words

LONGEST = 15
"""Words in one sentence of easy reading. Twelve is the aim; few sentences of expert texts pass this."""

VARIABLE = re.compile(r"%\(\w+\)[sd]")
TAG = re.compile(r"<[^>]*>")
TIGHT = re.compile(r"(?<![\u00a0\d])[:;!?»](?!\d)|«(?!\u00a0)|\d (?=h\b|%|€)")
"""A French sign that a line could begin with: it wants a no-break space before it (or after «)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, in which catalogue, with which words."""

    catalogue: str
    rule: str
    words: str

    def __str__(self) -> str:
        return f"{self.catalogue}: {self.rule}: {self.words!r}"


def findings(name: str, said: Catalog, catalogue: Catalog) -> Iterator[Finding]:
    """Compare what is said on screen with what a catalogue (``fr/easy``) holds.

    Rules: ``missing``, ``stale`` (nobody says it any more), ``empty``, ``fuzzy``, ``variables`` and ``tags`` (not those
    of the source), ``typography`` (French), ``long`` (easy reading).
    """
    screen = {(message.context, message.id): message for message in said if message.id}
    held = {(message.context, message.id): message for message in catalogue if message.id}
    for place in screen.keys() - held.keys():
        yield Finding(name, "missing", ids(screen[place])[0])
    for place in held.keys() - screen.keys():
        yield Finding(name, "stale", ids(held[place])[0])
    for place in screen.keys() & held.keys():
        for rule in rules(name, held[place]):
            yield Finding(name, rule, ids(held[place])[0])


def rules(name: str, message: Message) -> Iterator[str]:
    """The rules one wording breaks."""
    sources, forms = ids(message), strings(message)
    lang, domain = name.split("/")
    if not forms or not all(forms):
        yield "empty"
        return
    if message.fuzzy:
        yield "fuzzy"
    # A form may leave the number out ("one rendez-vous"); nothing may bring a variable the source does not have.
    if any(marks(form, VARIABLE) not in [marks(source, VARIABLE) for source in sources] for form in forms):
        yield "variables"
    if domain != "easy" and any(marks(form, TAG) not in [marks(source, TAG) for source in sources] for form in forms):
        yield "tags"
    if lang == "fr" and any(badly_set(text) for text in (*sources, *forms)):
        yield "typography"
    if domain == "easy" and any(too_long(form) for form in forms):
        yield "long"


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    """The wording and its plurals; one empty text when there is none."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def marks(text: str, kind: re.Pattern[str]) -> list[str]:
    """Variables or tags of a text, in no order."""
    return sorted(kind.findall(text))


def badly_set(text: str) -> bool:
    """Whether French typography is broken: straight apostrophes, signs that could be left alone on a line."""
    plain = VARIABLE.sub("x", TAG.sub("", text))
    return "'" in plain or TIGHT.search(plain) is not None


def too_long(text: str) -> bool:
    """Whether one sentence has more words than easy reading bears."""
    sentences = re.split(r"[.!?…]\s|<br>|\n", VARIABLE.sub("x", text))
    return any(words(TAG.sub("", sentence)) > LONGEST for sentence in sentences)
