"""No screen without its words, in each register; no word without a screen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from portal.web import catalogues, wording
from portal.web.catalogues import CATALOGUES, IN_PART, ROOT

TEMPLATE = """{{ _("Bonjour %(name)s", name=name) }} {{ _("Sortir") }} {{ _("Entrer") }}
{{ ngettext("%(num)s jour", "%(num)s jours", days) }} {{ pgettext("door", "Ouvert") }}"""

FULL = {
    "Bonjour %(name)s": "Salut %(name)s",
    "Sortir": "Partir",
    "Entrer": "Entrer",
    "%(num)s jour": ["%(num)s jour", "%(num)s jours"],
    "door\x04Ouvert": "Ouvert",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one template and its words all written."""
    (tmp_path / "portal" / "templates").mkdir(parents=True)
    (tmp_path / "portal" / "templates" / "one.html").write_text(TEMPLATE)
    shutil.copy(ROOT / "babel.cfg", tmp_path)
    for name in (*CATALOGUES, *IN_PART):
        path = catalogues.path(name, tmp_path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')
    catalogues.update(tmp_path)
    catalogues.fill({name: dict(FULL) for name in CATALOGUES}, tmp_path)
    return tmp_path


def change(project: Path, old: str, new: str, name: str = "fr/easy") -> None:
    path = catalogues.path(name, project)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def rules(project: Path) -> set[tuple[str, str]]:
    return {(found.catalogue, found.rule) for found in catalogues.check(project)}


def test_every_word_of_this_portal_is_written_in_every_register() -> None:
    assert [str(found) for found in catalogues.check()] == []


def test_committed_catalogues_are_in_the_form_that_update_writes(tmp_path: Path) -> None:
    for name in (*CATALOGUES, *IN_PART):
        catalogues.path(name, tmp_path).parent.mkdir(parents=True, exist_ok=True)
        catalogues.write(name, catalogues.read(name), tmp_path)
        assert catalogues.path(name, tmp_path).read_text() == catalogues.path(name).read_text(), name


def test_a_project_whose_words_are_all_written_is_well(project: Path) -> None:
    assert rules(project) == set()


def test_a_new_word_is_missing_everywhere(project: Path) -> None:
    (project / "portal" / "templates" / "two.html").write_text('{{ _("Nouveau") }}')
    assert rules(project) == {(name, "missing") for name in CATALOGUES}


def test_a_word_in_python_counts_too(project: Path) -> None:
    (project / "portal" / "menu.py").write_text('from portal.web.words import _\n\nlabel = _("Nouveau")\n')
    assert rules(project) == {(name, "missing") for name in CATALOGUES}


def test_a_word_nobody_says_any_more_is_stale(project: Path) -> None:
    (project / "portal" / "templates" / "one.html").write_text(TEMPLATE.replace('{{ _("Sortir") }}', ""))
    assert rules(project) == {(name, "stale") for name in CATALOGUES}


def test_a_changed_sentence_is_a_new_one_and_nothing_is_guessed(project: Path) -> None:
    (project / "portal" / "templates" / "one.html").write_text(TEMPLATE.replace("Bonjour", "Bonjour à"))
    catalogues.update(project)
    assert rules(project) == {(name, "empty") for name in CATALOGUES}
    assert set(catalogues.missing(project)["fr/easy"]) == {"Bonjour à %(name)s"}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('"Partir"', '""', "empty"),
        ('msgid "Sortir"', '#, fuzzy\nmsgid "Sortir"', "fuzzy"),
        ("Salut %(name)s", "Salut", "variables"),
        ("Salut %(name)s", "Salut %(nom)s", "variables"),
        ('"Partir"', '"L\'heure"', "typography"),
        ('"Partir"', '"Partir ?"', "typography"),
        ('"Partir"', '"À 14 h 30"', "typography"),
        ('"Partir"', f'"{"un mot " * 8}"', "long"),
    ],
)
def test_each_way_a_wording_can_be_wrong_is_found(project: Path, old: str, new: str, rule: str) -> None:
    change(project, old, new)
    assert rules(project) == {("fr/easy", rule)}


def test_a_translation_keeps_the_tags_of_its_source(project: Path) -> None:
    change(project, '"Partir"', '"<b>Partir</b>"', "en/messages")
    assert rules(project) == {("en/messages", "tags")}


def test_update_writes_the_same_file_twice(project: Path) -> None:
    before = [catalogues.path(name, project).read_bytes() for name in CATALOGUES]
    catalogues.update(project)
    assert [catalogues.path(name, project).read_bytes() for name in CATALOGUES] == before
    assert b"Date" not in before[0]


def test_the_order_of_words_does_not_depend_on_who_says_them_first(project: Path) -> None:
    (project / "portal" / "templates" / "below").mkdir()
    (project / "portal" / "templates" / "below" / "two.html").write_text('{{ _("Entrer") }}{{ _("Sortir") }}')
    catalogues.update(project)
    before = catalogues.path("fr/easy", project).read_text()
    catalogues.write("fr/easy", catalogues.read("fr/easy", project), project)
    assert catalogues.path("fr/easy", project).read_text() == before


def test_what_is_missing_can_be_handed_to_a_translator_and_taken_back(project: Path) -> None:
    (project / "portal" / "templates" / "two.html").write_text('{{ _("Nouveau") }}')
    wanted = json.loads(json.dumps(catalogues.missing(project)))
    assert wanted == {name: {"Nouveau": ""} for name in CATALOGUES}
    catalogues.fill({name: {"Nouveau": "Neuf"} for name in CATALOGUES}, project)
    assert rules(project) == set()


def test_a_language_written_in_part_lacks_words_without_fault_but_holds_none_that_is_wrong(project: Path) -> None:
    assert rules(project) == set()
    catalogues.fill({"ar/messages": {"Bonjour %(name)s": "مرحبا", "Sortir": "خروج"}}, project)
    assert rules(project) == {("ar/messages", "variables")}
    catalogues.fill({"ar/messages": {"Bonjour %(name)s": "مرحبا %(name)s"}}, project)
    assert rules(project) == set()
    held = {message.id: message.string for message in catalogues.read("ar/messages", project) if message.id}
    assert held == {"Bonjour %(name)s": "مرحبا %(name)s", "Sortir": "خروج"}


def test_a_word_nobody_says_any_more_leaves_the_partial_languages_too(project: Path) -> None:
    catalogues.fill({"tr/messages": {"Sortir": "Çık"}}, project)
    (project / "portal" / "templates" / "one.html").write_text(TEMPLATE.replace('{{ _("Sortir") }}', ""))
    assert ("tr/messages", "stale") in rules(project)
    catalogues.update(project)
    assert not [message for message in catalogues.read("tr/messages", project) if message.id]


def test_what_a_partial_language_lacks_is_asked_of_its_pages_only(project: Path) -> None:
    folder = project / "portal" / "templates"
    (folder / "menus").mkdir()
    (folder / "menus" / "day.html").write_text('{{ _("Menu du jour") }}')
    (folder / "staffing").mkdir()
    (folder / "staffing" / "invite.html").write_text('{{ _("Inviter") }}')
    assert catalogues.missing_in_part("uk", project) == {"uk/messages": {"Menu du jour": ""}}


def test_filling_words_nobody_says_is_refused(project: Path) -> None:
    with pytest.raises(KeyError):
        catalogues.fill({"fr/easy": {"Inconnu": "x"}}, project)


def test_compiled_catalogues_are_written_beside_their_source(project: Path) -> None:
    catalogues.compile_all(project)
    assert all(catalogues.path(name, project).with_suffix(".mo").stat().st_size > 100 for name in CATALOGUES)


def test_the_command_says_what_is_wrong_and_fails(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.setattr(catalogues, "check", list)
    assert catalogues.main(["check"]) == 0
    monkeypatch.setattr(catalogues, "check", lambda: [wording.Finding("fr/easy", "missing", "Nouveau")])
    assert catalogues.main(["check"]) == 1
    assert capsys.readouterr().out == "fr/easy: missing: 'Nouveau'\n"
    assert catalogues.main(["dance"]) == 2


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("Besoin d’aide\u00a0?", False),
        ("Besoin d’aide ?", True),
        ("Besoin d’aide?", True),
        ("À 14\u00a0h\u00a030", False),
        ("par exemple 14:30", False),
        ("«\u00a0Oui\u00a0»", False),
        ("« Oui »", True),
        ('<a href="https://x.example">Là</a>', False),
        ("%(name)s\u00a0: oui", False),
        ("%(name)s : oui", True),
    ],
)
def test_french_typography(text: str, bad: bool) -> None:
    assert wording.badly_set(text) is bad


def test_a_sentence_of_easy_reading_has_at_most_fifteen_words() -> None:
    assert not wording.too_long("mot " * 15)
    assert wording.too_long("mot " * 16)
    assert not wording.too_long("mot " * 10 + ".<br>" + "mot " * 10), "each line is read by itself"


def test_no_wording_at_all_is_empty() -> None:
    assert list(wording.rules("fr/easy", Message("Sortir", ""))) == ["empty"]
