"""Events told in easy sentences, as a reader sees them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from easyread import render
from easyread.clock import Clock
from easyread.render import Address, Event, Part, Person, State, Voice

TODAY = date(2026, 12, 9)
INES = Voice("Inès")
TO_INES = Voice("Inès", Address.TU)


def at(hour: int, minute: int = 0, day: int = 10) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


SAID = Person("Docteure Amel Saïd", "Neurologue")
PAUL = Person("Paul Nguyen", "infirmier", Part.COMPANION)
RDV = Event(
    "Consultation Saïd",
    at(14, 30),
    appointment=True,
    nature="health",
    place="Hôpital Sainte-Anne, bâtiment C, 2e étage",
    people=(SAID, PAUL),
    bring="La carte Vitale et le cahier de crises",
)


def told(event: Event, voice: Voice = INES, today: date | None = None) -> list[str]:
    return [line.plain.replace("\u00a0", " ") for line in render.event_lines(event, voice, today)]


def first(event: Event, voice: Voice = INES, today: date | None = None) -> str:
    return render.headline(event, voice, today).plain.replace("\u00a0", " ")


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
    assert first(event) == "À 14 h 30, Inès a rendez-vous chez le neurologue."
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
