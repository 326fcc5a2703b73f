"""Who is seen, who goes along."""

from __future__ import annotations

from easyread import lexicon, pictures
from easyread.dates import title
from easyread.facts import Part, Person
from easyread.lines import Line, words
from easyread.speech import Speech

_LONG_ROLE = 5
"""Words of a job that still fit in the sentence."""


def called(speech: Speech, name: str) -> str:
    """The name as a sentence says it: « Dr Saïd » → « le docteur Saïd ». Only a title is ever changed."""
    head, _, rest = name.strip().partition(" ")
    said = speech.book["titles"].get(head.lower())
    return f"{said} {rest}" if said and rest else name.strip()


def job(speech: Speech, role: str) -> str:
    """« Neurologue » → « neurologue » when it is a word of the lexicon; an acronym or an unknown word stays."""
    role = role.strip().rstrip(".")
    translated = speech.book.get("jobs", {}).get(lexicon.concept(role))
    head, _, rest = role.partition(" ")
    if translated is None and head.istitle() and lexicon.has(head):
        return " ".join((head.lower(), rest)).strip()
    return str(translated or role)


def _concept(person: Person) -> str | None:
    if person.name.lower().startswith(("docteure ", "dre ")):
        return "docteure"
    return lexicon.pictured(person.role)


def people_lines(speech: Speech, people: tuple[Person, ...], *, appointment: bool) -> list[Line]:
    """One or two sentences for each person, those seen first; an unnamed one is said by the job."""
    verb = {Part.SEEN: "sees" if appointment else "with", Part.PRESENT: "also"}
    seen = [line for part in verb for p in people if p.part is part for line in _seen(speech, p, verb[part])]
    return seen + [line for p in people if p.part is Part.COMPANION for line in _along(speech, p)]


def _seen(speech: Speech, person: Person, verb: str) -> list[Line]:
    concept, role = _concept(person), job(speech, person.role)
    picture = pictures.find(concept)
    if not person.name.strip():
        return [speech.line(f"{verb}_somebody", picture=picture, items=(f"{role}.",))] if role else []
    who = called(speech, person.name)
    if role and words(role) <= _LONG_ROLE:
        lines = [speech.line(f"{verb}_role", {"person": who, "role": role}, picture=picture)]
    else:
        lines = [speech.line(verb, {"person": who}, picture=picture), *_job(speech, role)]
    meaning = speech.book["roles"].get(lexicon.concept(person.role))
    return [*lines, speech.line("means", {"meaning": meaning})] if meaning else lines


def _job(speech: Speech, role: str) -> list[Line]:
    return [speech.line("job", items=(speech.quote(role),))] if role else []


def _along(speech: Speech, person: Person) -> list[Line]:
    role, picture = job(speech, person.role), pictures.find(_concept(person))
    if not person.name.strip():
        return [speech.line("companion_somebody", picture=picture, items=(f"{role}.",))] if role else []
    who = title(called(speech, person.name)) if called(speech, person.name) != person.name else person.name
    lines = [speech.line("companion", {"Person": who}, picture=picture)]
    if role and words(role) <= _LONG_ROLE:
        return [*lines, speech.line("is_role", {"Person": who, "role": role})]
    return lines + _job(speech, role)


def labels(speech: Speech, people: tuple[Person, ...]) -> tuple[str, ...]:
    """People as plain items: « la docteure Saïd, neurologue »."""
    said = (", ".join(t for t in (called(speech, p.name), job(speech, p.role)) if t.strip()) for p in people)
    return tuple(text for text in said if text)
