"""What is over, cancelled or moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from easyread import render
from easyread.render import Event, State
from tests.easyread.telling import INES, RDV, TODAY, at, first, told


def test_what_is_done_is_over_and_asks_for_nothing_more():
    done = replace(RDV, state=State.DONE)
    assert told(done)[0] == "C’est fini."
    assert told(done, today=date(2026, 12, 10))[0] == "C’est passé : aujourd’hui, jeudi 10 décembre."
    assert not [line for line in told(done) if "Apportez" in line]


def test_what_is_cancelled_keeps_its_facts_without_any_order_nor_picture():
    cancelled = replace(RDV, state=State.CANCELLED, ends=at(15, 15))
    assert told(cancelled, today=TODAY) == [
        "Le rendez-vous de 14 h 30 à 15 h 15 est annulé.",
        "Le jour : demain, jeudi 10 décembre.",
        "Ce qui est annulé : « Consultation Saïd »",
        "Avec : la docteure Amel Saïd, neurologue Paul Nguyen, infirmier",
        "Le lieu : Hôpital Sainte-Anne bâtiment C 2e étage",
    ]
    assert render.headline(cancelled, INES).picture is None


@pytest.mark.parametrize(
    ("event", "line", "dated"),
    [
        (
            Event("Piscine", at(9)),
            "À 9 h, l’activité est annulée. « Piscine »",
            "Demain à 9 h, l’activité est annulée. « Piscine »",
        ),
        (
            Event("", at(0), all_day=True, nature="meeting"),
            "La réunion est annulée.",
            "Demain, la réunion est annulée.",
        ),
        (
            Event("", at(9), appointment=True),
            "À 9 h, le rendez-vous est annulé.",
            "Demain à 9 h, le rendez-vous est annulé.",
        ),
    ],
)
def test_a_cancelled_event_is_said_to_be_so_in_a_list(event, line, dated):
    cancelled = replace(event, state=State.CANCELLED)
    assert first(cancelled) == line
    assert first(cancelled, today=TODAY) == dated


def test_a_cancelled_event_of_several_days_keeps_its_last_day():
    lines = told(Event("Camping", at(10), at(16, day=12), state=State.CANCELLED))
    assert lines[:2] == ["L’activité de 10 h est annulée.", "L’ancienne fin : samedi 12 décembre à 16 h."]
    whole = told(Event("Camping", at(0), at(0, day=13), state=State.CANCELLED, all_day=True))
    assert whole[:2] == ["L’activité est annulée.", "L’ancien dernier jour : samedi 12 décembre."]


def test_what_took_place_without_the_young_person_says_so_without_blame():
    missed = replace(RDV, state=State.MISSED)
    assert told(missed)[0] == "Le rendez-vous de 14 h 30 est passé."
    assert "voit" not in " ".join(told(missed))
    assert "Apportez" not in " ".join(told(missed))


def test_a_moved_event_says_before_and_now():
    moved = replace(RDV, state=State.MOVED, moved_from=at(9, 5))
    assert told(moved)[:4] == [
        "Le rendez-vous change d’heure.",
        "Avant : jeudi 10 décembre à 9 h 05.",
        "Maintenant : jeudi 10 décembre à 14 h 30.",
        "À 14 h 30, Inès a un rendez-vous. « Consultation Saïd »",
    ]
    assert told(replace(moved, moved_from=at(9, 5, day=8)))[0] == "Le rendez-vous change de jour."
    assert told(replace(moved, moved_from=None))[0] == "Le rendez-vous est déplacé."


def test_an_event_moved_away_says_where_it_went():
    away = Event("Piscine", at(9), state=State.MOVED, moved_to=at(14, day=11))
    assert told(away) == [
        "L’activité de 9 h est déplacée.",
        "Maintenant : vendredi 11 décembre à 14 h.",
        "Ce qui est déplacé : « Piscine »",
    ]
