"""Who is there, what to bring, what is written, and since when one knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from easyread import render
from easyread.clock import Clock
from easyread.render import Event, Part, Person
from tests.easyread.telling import INES, RDV, SAID, TODAY, at, first, told


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Dr Amel Saïd", "Inès voit le docteur Amel Saïd."),
        ("Docteure Saïd", "Inès voit la docteure Saïd."),
        ("M. Jean Le Goff", "Inès voit monsieur Jean Le Goff."),
        ("Mme DURAND", "Inès voit madame DURAND."),
        ("Amel Saïd", "Inès voit Amel Saïd."),
        ("Dr", "Inès voit Dr."),
    ],
)
def test_a_title_is_said_in_full_and_the_name_stays(name, said):
    assert told(Event("", at(9), appointment=True, people=(Person(name),)))[1] == said


def test_a_person_without_a_name_is_said_by_the_job():
    event = Event(
        "",
        at(9),
        appointment=True,
        people=(Person("", "Infirmier"), Person("", "Chauffeur", Part.COMPANION), Person("", "")),
    )
    assert told(event)[1:] == ["Inès voit quelqu’un : infirmier.", "Quelqu’un accompagne Inès : chauffeur."]


def test_in_an_activity_one_is_with_people_and_does_not_see_them():
    event = Event("Piscine", at(9), people=(Person("Julie Martin", "Éducatrice"),))
    assert told(event)[1] == "Inès est avec Julie Martin, éducatrice."


def test_somebody_close_who_takes_part_is_there_too():
    event = Event("", at(9), nature="meeting", people=(Person("Claire Duval", "mère", Part.PRESENT), SAID))
    assert told(event)[1:] == [
        "Inès voit la docteure Amel Saïd, neurologue.",
        "Ce médecin soigne le cerveau.",
        "Il y a aussi Claire Duval, mère.",
    ]


def test_a_long_job_stands_on_its_own_line():
    job = "Médecin de médecine physique et de réadaptation"
    event = Event(
        "", at(9), appointment=True, people=(Person("Amel Saïd", job), Person("Léo Roy", job, Part.COMPANION))
    )
    lines = told(event)
    assert lines[1:3] == ["Inès voit Amel Saïd.", f"Son métier : « {job[0].lower()}{job[1:]} »"]
    assert lines[3:] == ["Léo Roy accompagne Inès.", f"Son métier : « {job[0].lower()}{job[1:]} »"]


def test_an_unknown_job_or_an_acronym_is_left_as_it_is():
    event = Event(
        "", at(9), appointment=True, people=(Person("Amel Saïd", "IDE coordinatrice"), Person("Léo Roy", "Xylophage"))
    )
    assert told(event)[1:] == ["Inès voit Amel Saïd, IDE coordinatrice.", "Inès voit Léo Roy, Xylophage."]


@pytest.mark.parametrize(
    ("bring", "line"),
    [
        ("La carte Vitale", "Apportez la carte Vitale."),
        (("la carte Vitale",), "Apportez la carte Vitale."),
        ("Carte Vitale et mutuelle", "Apportez ceci : « Carte Vitale et mutuelle »"),
        ("Une tenue chaude, car il fait froid", "Apportez une tenue chaude, car il fait froid."),
        (("a", "b", "c"), "Apportez 3 choses : a b et c."),
        ("Rien de spécial, sans carte", "Apportez ceci : « Rien de spécial, sans carte »"),
    ],
)
def test_what_to_bring_is_listed_or_quoted(bring, line):
    assert told(Event("Piscine", at(9), bring=bring))[-1] == line


def test_a_note_is_quoted_untouched():
    note = "Venez à jeun ; pas d’eau après 7 h."
    assert told(Event("Piscine", at(9), note=f" {note} "))[-1] == f"C’est écrit : « {note} »"


@pytest.mark.parametrize("bring", ["", "  ", ()])
def test_what_is_not_told_is_not_said(bring):
    assert len(render.event_lines(Event("Piscine", at(9), bring=bring, place=" ", note=" "), INES)) == 1


def test_one_knows_when_the_information_came():
    line = render.received(at(7, 10), date(2026, 12, 10), "l’IME")
    assert line.plain == "L’IME a donné ces informations aujourd’hui à 7\u00a0h\u00a010."
    assert render.received(at(7, 10), TODAY, "the institute", "en").plain == (
        "The institute gave this information tomorrow at 7:10\u00a0am."
    )


def test_a_title_that_is_the_job_of_the_person_seen_is_said_once():
    event = replace(RDV, title="Neurologue", people=(SAID,), place="", bring="")
    assert told(event) == [
        "À 14 h 30, Inès a un rendez-vous.",
        "Inès voit la docteure Amel Saïd, neurologue.",
        "Ce médecin soigne le cerveau.",
    ]
    assert render.event_lines(event, INES)[0].clock == Clock(75.0, 180.0)
    assert first(event) == "À 14 h 30, Inès a rendez-vous avec le neurologue."


def test_the_job_of_somebody_else_or_of_nobody_named_does_not_hide_the_title():
    for person in (replace(SAID, name=""), replace(SAID, part=Part.COMPANION), replace(SAID, role="cardiologue")):
        event = Event("Neurologue", at(14, 30), appointment=True, people=(person,))
        assert told(event)[0] == "À 14 h 30, Inès a rendez-vous avec le neurologue."
