"""Phrase → concept: the longest phrase, in any form of its words."""

from __future__ import annotations

import pytest

from easyread import lexicon, pictures


def concepts(text: str) -> list[str | None]:
    return [unit.concept for unit in lexicon.units(text)]


def test_there_are_concepts_for_what_an_institute_shows():
    known = {entry.concept for entry in lexicon.entries()} - {lexicon.NOTHING}
    drawn = {concept for concept in known if pictures.find(concept)}
    assert len(known) >= 180
    assert len(drawn) >= 150
    assert len({entry.phrase for entry in lexicon.entries() if " " in entry.phrase}) >= 300


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("piscine", "piscine"),
        ("Piscines", "piscine"),
        ("La piscine", "piscine"),
        ("les yeux", "œil"),
        ("Chevaux", "cheval"),
        ("pommes", "pomme"),
        ("Equitation", "équitation"),
        ("L'hôpital", "hôpital"),
        ("l’hôpital", "hôpital"),
        ("Petit déjeuner", "petit-déjeuner"),
        ("petit-déjeuner", "petit-déjeuner"),
        ("brossage des dents", "brossage des dents"),
        ("Carnet de santé", "carnet de santé"),
        ("carte Vitale", "carte Vitale"),
        ("Fête de Noël", "Noël"),
        ("salle Snoezelen", "Snoezelen"),
    ],
)
def test_a_word_is_found_in_any_of_its_forms(text, concept):
    assert lexicon.concept(text) == concept


@pytest.mark.parametrize(
    ("text", "concepts_found"),
    [
        ("pomme de terre", ["pomme de terre"]),
        ("pommes de terre et pommes", ["pomme de terre", "pomme"]),
        ("tennis de table", ["ping-pong"]),
        ("jus d’orange", ["jus de fruit"]),
        ("fauteuil roulant électrique", ["fauteuil électrique"]),
        ("lunettes de soleil", ["lunettes de soleil"]),
        ("fête de Noël", ["Noël"]),
        ("tablette de chocolat", ["chocolat"]),
    ],
)
def test_the_longest_phrase_wins(text, concepts_found):
    assert concepts(text) == concepts_found


def test_a_sign_between_two_words_keeps_them_apart():
    assert concepts("pomme, de terre") == ["pomme", None]
    assert concepts("jus. d’orange") == ["jus de fruit", "orange"]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Séance de piscine", "piscine"),
        ("Atelier peinture", "peinture"),
        ("Atelier Peinture", "peinture"),
        ("Rendez-vous chez le neurologue", "neurologue"),
        ("Rdv dentiste", "dentiste"),
        ("RDV dentiste", "dentiste"),
        ("Consultation neurologue", "neurologue"),
        ("Sortie au cinéma", "cinéma"),
        ("Visite du musée", "musée"),
        ("Cours de piano", "piano"),
    ],
)
def test_what_only_announces_the_activity_steps_aside(text, concept):
    assert lexicon.concept(text) == concept
    assert lexicon.pictured(text) == concept


@pytest.mark.parametrize(
    "text",
    [
        "Piscine avec Rose",
        "Piscine et musique",
        "Piscine à 14 h",
        "Piscine 2",
        "Pas de piscine",
        "Piscine ou cinéma",
        "Après la piscine",
        "Retour de piscine",
        "Sortie hôpital",
        "Sortie de l’hôpital",
        "Sortie école",
        "Consultation sommeil",
        "Bilan neurologue",
        "",
    ],
)
def test_a_text_is_not_whole_when_a_word_is_left_over(text):
    assert lexicon.concept(text) is None


def test_each_unit_stands_where_it_says():
    text = "Mardi, la piscine puis l’hôpital."
    for unit in lexicon.units(text):
        assert text[unit.start : unit.end] == unit.surface


def test_small_words_are_no_units():
    assert [unit.surface for unit in lexicon.units("le de la à et avec pour nous")] == []


def test_an_unknown_word_is_a_unit_without_a_concept():
    assert [(unit.surface, unit.concept) for unit in lexicon.units("taboulé")] == [("taboulé", None)]


@pytest.mark.parametrize("text", ["Bilan neurologue", "Suivi orthophoniste", "2 pommes", "Piscine avec le groupe"])
def test_a_picture_may_stand_beside_more_than_it_says_when_it_comes_first(text):
    assert pictures.find(lexicon.pictured(text))


def test_a_plural_that_could_be_two_things_is_looked_up_as_written():
    assert concepts("toilettes") == ["toilettes"]
    assert concepts("toilette") == ["toilette"]
    assert concepts("baskets") == ["baskets"]


def test_the_label_of_a_concept_is_its_first_phrase():
    assert lexicon.label("piscine") == "piscine"
    assert lexicon.label("n’existe pas") is None


def test_a_single_word_may_be_asked_for():
    assert lexicon.has("Neurologue")
    assert not lexicon.has("Xylophage")


def test_a_form_that_two_concepts_claim_is_not_guessed():
    assert concepts("docteurs") == [None]
    assert concepts("docteure") == ["docteure"]


def test_a_server_may_load_everything_when_it_starts():
    lexicon.warm()
    assert lexicon.lemma("piscines") == "piscine"
