"""The files that a speech therapist edits: one line each, no double, nothing pointing nowhere."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources import files
from string import Formatter

import pytest
from babel.dates import get_day_names, get_month_names

from easyread import dates, lexicon, pictures
from easyread.lines import words
from easyread.phrases import LANGUAGES, book
from easyread.tokens import french

DATA = files("easyread") / "data"


def rows(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


def test_every_line_of_the_lexicon_has_a_phrase_a_concept_and_perhaps_a_note():
    for cells in rows("lexicon.tsv"):
        assert 2 <= len(cells) <= 3, cells
        assert all(cell == cell.strip() and cell for cell in cells), cells


def test_no_phrase_stands_twice():
    phrases = [entry.phrase for entry in lexicon.entries()]
    assert len(phrases) == len(set(phrases))


def test_the_lexicon_uses_one_apostrophe_and_no_double_space():
    for entry in lexicon.entries():
        assert "'" not in entry.phrase
        assert "  " not in entry.phrase


def test_every_phrase_finds_its_own_concept():
    for entry in lexicon.entries():
        first, *others = lexicon.units(entry.phrase)
        expected = None if entry.concept == lexicon.NOTHING else entry.concept
        assert (first.concept, others) == (expected, []), entry.phrase


def test_every_picture_draws_a_concept_of_the_lexicon_once():
    known = {entry.concept for entry in lexicon.entries()}
    drawn = [cells[0] for cells in rows("pictures.tsv")[1:]]
    assert set(drawn) <= known
    assert len(drawn) == len(set(drawn))


def test_every_kind_of_event_names_a_drawn_concept():
    assert all(pictures.find(concept) for _, concept in rows("kinds.tsv"))


def test_the_word_lists_are_written_in_small_letters_and_speak_of_known_concepts():
    lists = french()
    known = {entry.concept for entry in lexicon.entries()}
    assert lists.outing_to <= known
    assert lists.seen <= known
    for name in ("links", "stop", "frames", "negations", "resets", "after", "names"):
        assert all(word == word.lower() and "'" not in word for word in getattr(lists, name)), name


@pytest.mark.parametrize("table", ["events", "rides", "roles"])
def test_every_phrase_of_the_book_belongs_to_a_concept(table):
    known = {entry.concept for entry in lexicon.entries()}
    for lang in LANGUAGES:
        assert set(book(lang)[table]) <= known


@pytest.mark.parametrize(
    "table", ["hours", "parts", "subject", "nouns", "lines", "list", "cards", "titles", "events", "rides", "roles"]
)
def test_every_language_says_the_same_things(table):
    french_keys = set(book("fr")[table])
    assert all(set(book(lang)[table]) == french_keys for lang in LANGUAGES)


def sentences(lang: str) -> list[tuple[str, str]]:
    found = []
    for key, said in book(lang)["lines"].items():
        found += [(key, said)] if isinstance(said, str) else [(key, form) for form in said.values()]
    return found


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_has_the_same_facts_in_every_language(lang):
    for (key, here), (_, source) in zip(sentences(lang), sentences("fr"), strict=True):
        verbs = set(book(lang)["verbs"]) | set(book("fr")["verbs"])
        assert {f.lower() for f in fields(here) - verbs} == {f.lower() for f in fields(source) - verbs}, key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_of_the_book_is_long(lang):
    for key, said in (*sentences(lang), *book(lang)["roles"].items()):
        assert words(said.replace("|", "")) <= 12, key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_verbs_have_a_form_for_each_reader(lang):
    assert all(len(forms) == 3 for forms in book(lang)["verbs"].values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_phrase_uses_verbs_of_the_book(lang):
    for phrase in book(lang)["events"].values():
        assert fields(phrase) <= set(book(lang)["verbs"]), phrase


def test_french_signs_are_held_by_a_no_break_space():
    everything = [said for _, said in sentences("fr")] + list(book("fr")["roles"].values())
    for said in everything:
        assert "'" not in said
        assert " :" not in said
        assert " !" not in said
        assert " ?" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_activity_makes_the_dated_sentence_long(lang):
    when = dates.moment(datetime(2027, 1, 4, 14, 30), lang, date(2026, 12, 9))
    for phrase in book(lang)["events"].values():
        assert words(f"{when}, Inès {phrase}.") <= 12, phrase


@pytest.mark.parametrize("lang", sorted(set(LANGUAGES) - {"fr", "en"}))
def test_days_and_months_are_those_that_the_language_writes(lang):
    said = book(lang)["dates"]
    assert said["days"] == [get_day_names("wide", locale=lang)[day] for day in range(7)]
    assert said["months"] == [get_month_names("wide", locale=lang)[month] for month in range(1, 13)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_its_dates_whole(lang):
    said = book(lang)["dates"]
    assert [len(set(said[name])) for name in ("days", "months", "short")] == [7, 12, 7]
    assert len(said["letters"]) == 7
    assert fields(said["full"]) == {"weekday", "number", "month"}
    assert fields(said["full_year"]) == {"weekday", "number", "month", "year"}


def test_a_phrase_says_nothing_that_its_title_does_not():
    """Titles that are near, but not the same, never share a sentence."""
    near = (
        "piscine/natation collège/lycée judo/karaté médiathèque/bibliothèque vaccin/vaccination "
        "neurologue/neuropédiatre dessin/coloriage opticien/opticienne"
    )
    for pair in near.split():
        one, other = (lexicon.concept(title) for title in pair.split("/"))
        assert one != other, pair
