"""The same page in four registers: French, easy French, English, easy English."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.web import words
from portal.web.words import _
from tests.web.conftest import Phone

HEADINGS = {
    ("", "fr"): "Lire comme il vous va",
    ("easy", "fr"): "Je choisis comment je lis",
    ("pictures", "fr"): "Je choisis comment je lis",
    ("", "en"): "Read the way that suits you",
    ("easy", "en"): "I choose how I read",
}


@pytest.mark.parametrize(("mode", "lang"), HEADINGS)
def test_the_words_are_those_of_the_way_of_reading(phone: Phone, mode: str, lang: str) -> None:
    phone.get("/lecture")
    phone.post("/lecture", {"mode": mode, "lang": lang})
    html = phone.get("/lecture").text
    assert f"<h1>{HEADINGS[mode, lang]}</h1>" in html
    assert f'<html lang="{lang}"' in html, "easy French is French for a screen reader"


def test_outside_a_page_words_are_standard_french() -> None:
    assert _("Garder ces choix") == "Garder ces choix"


@pytest.mark.parametrize(("number", "said"), [(0, "0 jour"), (1, "1 jour"), (2, "2 jours")])
def test_in_french_zero_is_singular(number: int, said: str) -> None:
    assert words.ngettext("%(n)s jour", "%(n)s jours", number) % {"n": number} == said


def test_what_is_not_written_in_easy_words_falls_back_to_standard_ones(app: Flask) -> None:
    easy = words.translations("en", True)
    assert easy.gettext("something nobody says") == "something nobody says"


def test_variables_are_escaped_and_our_own_words_may_be_bold(app: Flask) -> None:
    with app.test_request_context():
        drawn = app.jinja_env.from_string('{{ _("<b>Bonjour</b> %(name)s", name=who) }}').render(who="<i>Inès</i>")
    assert drawn == "<b>Bonjour</b> &lt;i&gt;Inès&lt;/i&gt;"


def test_a_catalogue_being_written_is_read_before_it_is_compiled(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "easy.po"
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    source.write_text(header + 'msgid "Sortir"\nmsgstr "Partir"\n')
    assert words.load("fr", "easy").gettext("Sortir") == "Partir"
