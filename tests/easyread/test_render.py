"""Events told in easy sentences, as a reader sees them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from easyread import render
from easyread.clock import Clock
from easyread.render import Address, Event, Voice
from tests.easyread.telling import INES, RDV, TO_INES, TODAY, at, first, told


def test_a_rendez_vous_says_when_who_where_and_what_to_bring():
    assert told(RDV, today=TODAY) == [
        "C’est demain, jeudi 10 décembre.",
        "À 14 h 30, Inès a un rendez-vous. « Consultation Saïd »",
        "Inès voit la docteure Amel Saïd, neurologue.",
        "Ce médecin soigne le cerveau.",
        "Paul Nguyen accompagne Inès.",
        "Paul Nguyen est infirmier.",
        "Le lieu : Hôpital Sainte-Anne bâtiment C 2e étage",
        "Apportez 2 choses : la carte Vitale et le cahier de crises.",
    ]


def test_the_young_person_is_told_the_same_with_tu():
    assert told(RDV, TO_INES) == [
        "À 14 h 30, tu as un rendez-vous. « Consultation Saïd »",
        "Tu vois la docteure Amel Saïd, neurologue.",
        "Ce médecin soigne le cerveau.",
        "Paul Nguyen t’accompagne.",
        "Paul Nguyen est infirmier.",
        "Le lieu : Hôpital Sainte-Anne bâtiment C 2e étage",
        "Apporte 2 choses : la carte Vitale et le cahier de crises.",
    ]


def test_a_young_person_who_prefers_vous_is_told_with_vous():
    lines = told(RDV, Voice("Inès", Address.VOUS))
    assert lines[0] == "À 14 h 30, vous avez un rendez-vous. « Consultation Saïd »"
    assert lines[1] == "Vous voyez la docteure Amel Saïd, neurologue."
    assert lines[3] == "Paul Nguyen vous accompagne."


def test_the_same_in_english():
    assert told(RDV, Voice("Inès", lang="en"), TODAY) == [
        "It is tomorrow, Thursday 10 December.",
        "At 2:30 pm, Inès has an appointment. “Consultation Saïd”",
        "Inès sees Doctor Amel Saïd, neurologist.",
        "This doctor cares for the brain.",
        "Paul Nguyen goes with Inès.",
        "The job of Paul Nguyen: nurse.",
        "The place: Hôpital Sainte-Anne bâtiment C 2e étage",
        "Bring 2 things: la carte Vitale le cahier de crises.",
    ]


@pytest.mark.parametrize(
    ("title", "family", "young"),
    [
        ("Classe", "Inès va en classe.", "tu vas en classe."),
        ("Piscine", "Inès va à la piscine.", "tu vas à la piscine."),
        ("Atelier Peinture", "Inès fait de la peinture.", "tu fais de la peinture."),
        ("Déjeuner", "Inès prend le déjeuner.", "tu prends le déjeuner."),
        ("Devoirs", "Inès fait ses devoirs.", "tu fais tes devoirs."),
        ("Baignade", "Inès va se baigner.", "tu vas te baigner."),
        ("Orthophonie", "Inès a une séance d’orthophonie.", "tu as une séance d’orthophonie."),
        ("Football", "Inès joue au football.", "tu joues au football."),
    ],
)
def test_an_activity_that_is_known_is_said_with_its_verb(title, family, young):
    assert first(Event(title, at(9, 15))) == f"À 9 h 15, {family}"
    assert first(Event(title, at(9, 15)), TO_INES) == f"À 9 h 15, {young}"


def test_a_specialist_named_by_the_title_is_said_with_the_rendez_vous():
    event = Event("Rendez-vous chez le neurologue", at(14, 30), appointment=True)
    assert first(event) == "À 14 h 30, Inès a rendez-vous avec le neurologue."
    assert first(event, Voice("Inès", lang="en")) == "At 2:30 pm, Inès sees the neurologist."


@pytest.mark.parametrize(
    "title",
    ["Bilan ORL 2e temps", "Piscine 2", "Pas de piscine", "Piscine avec Rose", "{who} | <b>", "Réunion PIA", "taboulé"],
)
def test_a_title_that_no_phrase_says_whole_is_quoted_untouched(title):
    event = Event(title, at(10), appointment=True)
    assert first(event) == f"À 10 h, Inès a un rendez-vous. « {title} »"


@pytest.mark.parametrize(
    ("nature", "appointment", "noun"),
    [
        ("meeting", True, "une réunion"),
        ("meeting", False, "une réunion"),
        ("health", True, "un rendez-vous"),
        ("", False, "une activité"),
    ],
)
def test_without_a_title_the_noun_says_it(nature, appointment, noun):
    event = Event("", at(12), nature=nature, appointment=appointment)
    assert first(event) == f"À midi, Inès a {noun}."


def test_without_a_name_nobody_is_named():
    hour_only = Event("", at(14, 30), appointment=True)
    assert told(hour_only, Voice("")) == ["À 14 h 30, il y a un rendez-vous."]
    assert told(hour_only, Voice("", lang="en")) == ["At 2:30 pm, there is an appointment."]
    assert told(Event("Piscine", at(9)), Voice("")) == ["À 9 h, la personne va à la piscine."]


def test_the_headline_of_a_list_says_the_day_too():
    assert first(RDV, today=TODAY).startswith("Demain à 14 h 30, Inès a un rendez-vous.")
    assert first(RDV, today=date(2026, 12, 1)).startswith("Jeudi 10 décembre à 14 h 30, Inès")
    assert first(RDV, today=date(2027, 1, 1)).startswith("Jeudi 10 décembre 2026 à 14 h 30, Inès")


def test_the_hour_is_emphasised_and_the_sentence_goes_on_below():
    line = render.headline(Event("Classe", at(9, 15)), INES)
    assert line.rows == ((("À ", False), ("9\u00a0h\u00a015", True), (", ", False)), (("Inès va en classe.", False),))


def test_a_known_activity_has_a_picture_and_an_unknown_one_a_clock():
    assert render.headline(Event("Classe", at(9)), INES).picture.concept == "classe"
    unknown = render.headline(Event("Colibris", at(14, 30)), INES)
    assert (unknown.picture, unknown.clock) == (None, Clock(75.0, 180.0))


def test_a_kind_gives_the_picture_only_when_the_title_speaks_of_nothing_known():
    assert render.headline(Event("", at(9), kind="class"), INES).picture.concept == "classe"
    assert render.headline(Event("Intervention", at(9), kind="doctor"), INES).picture.concept == "médecin"
    assert render.headline(Event("Piscine", at(9), kind="class"), INES).picture.code == "1F3CA"
    assert render.headline(Event("Prise de sang", at(9), kind="doctor"), INES).picture is None
    assert render.headline(Event("Pas de piscine", at(9), kind="class"), INES).picture is None
    assert render.headline(Event("", at(9), kind="care"), INES).picture is None


def test_each_line_has_the_picture_of_what_it_speaks_of():
    shown = [line.picture.code if line.picture else None for line in render.event_lines(RDV, INES)]
    assert shown == [None, "1F469-200D-2695-FE0F", None, "E303", None, "1F3E5", "1F392"]


def test_an_end_is_said_with_its_own_clock():
    event = replace(RDV, ends=at(15, 15))
    assert "Cela finit à 15 h 15." in told(event)
    assert [line.clock for line in render.event_lines(event, INES)][:2] == [Clock(75.0, 180.0), Clock(97.5, 90.0)]


def test_an_end_on_another_day_says_the_day():
    camp = Event("Camping", at(10), at(16, day=12))
    assert told(camp) == ["À 10 h, Inès fait du camping.", "Cela finit le samedi 12 décembre à 16 h."]


def test_a_whole_day_has_no_hour_and_its_midnight_of_the_next_day_is_not_said():
    outing = Event("Sortie", at(0), at(0, day=11), all_day=True)
    assert told(outing) == ["Toute la journée, Inès a une sortie."]
    assert first(outing, today=TODAY) == "Demain, Inès a une sortie."
    assert render.headline(outing, INES).clock is None


def test_several_whole_days_say_the_last_one():
    stay = Event("Camping", at(0), at(0, day=13), all_day=True)
    assert told(stay)[1] == "Cela finit le samedi 12 décembre."


@pytest.mark.parametrize(
    ("today", "line"),
    [
        (date(2026, 12, 10), "C’est aujourd’hui, jeudi 10 décembre."),
        (date(2026, 12, 3), "C’est le jeudi 10 décembre."),
        (date(2026, 12, 11), "C’est passé : hier, jeudi 10 décembre."),
        (date(2026, 12, 31), "C’est passé : le jeudi 10 décembre."),
        (date(2025, 12, 31), "C’est le jeudi 10 décembre 2026."),
    ],
)
def test_the_day_is_named_in_full(today, line):
    assert told(Event("Piscine", at(9)), today=today)[0] == line
