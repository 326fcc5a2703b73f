"""Nights, days, rides; and picture mode."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from easyread import render
from easyread.render import Address, Event, Part, Person, Ride, Standing, State, Stay, Voice, Way, Where

INES = Voice("Inès")
TO_INES = Voice("Inès", Address.TU)
DAY = date(2026, 12, 10)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, 10, hour, minute, tzinfo=UTC)


def plain(lines) -> list[str]:
    return [line.plain.replace("\u00a0", " ") for line in lines]


@pytest.mark.parametrize(
    ("where", "night", "family", "young", "picture"),
    [
        (Where.BOARDING, True, "Inès dort à l’internat.", "Tu dors à l’internat.", "1F6CF"),
        (Where.HOME, True, "Inès dort à la maison.", "Tu dors à la maison.", "1F6CF"),
        (Where.ESTABLISHMENT, True, "Inès dort dans l’établissement.", "Tu dors dans l’établissement.", "1F6CF"),
        (Where.ELSEWHERE, True, "Inès dort dans un autre lieu.", "Tu dors dans un autre lieu.", "1F6CF"),
        (Where.HOME, False, "Inès est à la maison.", "Tu es à la maison.", "1F3E0"),
        (Where.ESTABLISHMENT, False, "Inès est dans l’établissement.", "Tu es dans l’établissement.", None),
    ],
)
def test_one_knows_where_the_day_and_the_night_are_spent(where, night, family, young, picture):
    stay = Stay(DAY, where, night)
    assert plain(render.stay_lines(stay, INES)) == [family]
    assert plain(render.stay_lines(stay, TO_INES)) == [young]
    shown = render.stay_lines(stay, INES)[0].picture
    assert (shown.code if shown else None) == picture


def test_the_unit_is_named_as_it_is():
    stay = Stay(DAY, Where.BOARDING, True, "Les Tilleuls 2")
    assert plain(render.stay_lines(stay, INES)) == ["Inès dort à l’internat.", "Le lieu : Les Tilleuls 2."]


@pytest.mark.parametrize(
    ("way", "means", "said"),
    [
        (Way.ARRIVES, "Bus", "À 8 h 30, Inès arrive en bus."),
        (Way.LEAVES, "taxi", "À 8 h 30, Inès part en taxi."),
        (Way.LEAVES, "À pied", "À 8 h 30, Inès part à pied."),
        (Way.ARRIVES, "", "À 8 h 30, Inès arrive."),
    ],
)
def test_a_ride_says_its_hour_and_its_means(way, means, said):
    assert plain(render.ride_lines(Ride(at(8, 30), way, means), INES)) == [said]


def test_an_unknown_means_is_quoted_and_the_ends_of_the_road_are_said():
    ride = Ride(
        at(16), Way.LEAVES, "VSL Duval 35", "IME", "Maison", people=(Person("M. Duval", "chauffeur", Part.COMPANION),)
    )
    assert plain(render.ride_lines(ride, TO_INES)) == [
        "À 16 h, tu pars.",
        "Le transport : « VSL Duval 35 »",
        "Le départ : IME",
        "L’arrivée : Maison",
        "Monsieur Duval t’accompagne.",
        "Monsieur Duval est chauffeur.",
    ]


def test_a_cancelled_ride_shows_no_bus():
    ride = Ride(at(16), Way.LEAVES, "Bus", state=State.CANCELLED)
    lines = render.ride_lines(ride, INES)
    assert plain(lines) == ["À 16 h, le transport est annulé.", "Le transport : « Bus »"]
    assert not any(line.picture for line in lines)
    shown = render.ride_card(ride, INES)
    assert (shown.picture, shown.say, shown.off) == (None, "Annulé", True)


def test_a_card_says_one_word_and_one_hour():
    card = render.card(Event("Séance de piscine", at(12)), INES)
    assert (card.word, card.say, card.picture.code, card.standing) == ("Piscine", "Midi", "1F3CA", Standing.TODO)
    assert (card.clock.hour_hand, card.clock.minute_hand) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Collège", "Collège"),
        ("Salle de bain", "Salle de bain"),
        ("Rendez-vous chez le neurologue", "Neurologue"),
        ("Bilan ORL 2e temps", "Bilan ORL 2e temps"),
        ("rdv", "Rendez-vous"),
        ("", "Activité"),
        (" ", "Activité"),
    ],
)
def test_the_word_is_that_of_the_title(title, word):
    assert render.card(Event(title, at(9)), INES).word == word


def test_in_english_a_known_word_is_translated_and_others_stay():
    english = Voice("Inès", lang="en")
    assert render.card(Event("Piscine", at(9)), english).word == "Swimming pool"
    assert render.card(Event("Papillons 2", at(9)), english).word == "Papillons 2"
    assert render.card(Event("", at(9), nature="meeting"), english).word == "Meeting"


@pytest.mark.parametrize(
    ("now", "standing", "say"),
    [
        (at(9, 59), Standing.TODO, "10\u00a0h"),
        (at(10), Standing.NOW, "Maintenant"),
        (at(10, 59), Standing.NOW, "Maintenant"),
        (at(11), Standing.DONE, "Fini"),
    ],
)
def test_a_card_stands_before_during_or_after(now, standing, say):
    card = render.card(Event("Piscine", at(10), at(11)), INES, now)
    assert (card.standing, card.say) == (standing, say)


def test_without_an_end_what_began_goes_on_until_the_next_thing():
    day = [Event("Musique", at(11)), Event("Piscine", at(10)), Event("Repas", at(12))]
    cards = render.day_cards(day, INES, at(11, 30))
    assert [(card.word, card.standing) for card in cards] == [
        ("Piscine", Standing.DONE),
        ("Musique", Standing.NOW),
        ("Repas", Standing.TODO),
    ]
    assert [card.standing for card in render.day_cards(day, INES, at(20))][-1] is Standing.NOW
    assert render.day_cards([], INES) == ()


def test_a_cancelled_card_shows_nothing_and_is_never_now():
    event = Event("Piscine", at(10), at(11), state=State.CANCELLED)
    card = render.card(event, INES, at(10, 30))
    assert (card.word, card.say, card.picture, card.off, card.standing) == (
        "Piscine",
        "Annulé",
        None,
        True,
        Standing.DONE,
    )
    assert render.card(event, INES, at(9)).standing is Standing.TODO


def test_a_moved_card_shows_its_new_hour():
    moved = Event("Piscine", at(10), state=State.MOVED, moved_from=at(9))
    assert (render.card(moved, INES).say, render.card(moved, INES).off) == ("10\u00a0h", False)
    away = replace(moved, moved_from=None, moved_to=at(15))
    assert (render.card(away, INES).say, render.card(away, INES).off) == ("Déplacé", True)


def test_a_whole_day_says_so():
    card = render.card(Event("Sortie", at(0), all_day=True), INES)
    assert (card.say, card.clock) == ("Toute la journée", None)


def test_a_night_card_says_sleep_and_where():
    assert render.stay_card(Stay(DAY, Where.BOARDING, True), INES).word == "Dormir"
    assert render.stay_card(Stay(DAY, Where.BOARDING, True), INES).say == "Internat"
    assert render.stay_card(Stay(DAY, Where.BOARDING, True, "Les Tilleuls"), INES).say == "Les Tilleuls"
    assert render.stay_card(Stay(DAY, Where.HOME), INES).word == "Maison"


def test_a_ride_card_says_the_means_and_the_hour():
    card = render.ride_card(Ride(at(8, 30), Way.ARRIVES, "Bus"), INES)
    assert (card.word, card.say, card.picture.code) == ("Bus", "8\u00a0h\u00a030", "1F68C")
    assert render.ride_card(Ride(at(8, 30), Way.ARRIVES), INES).word == "Transport"
    assert render.ride_card(Ride(at(8, 30), Way.ARRIVES, "Bus"), INES, at(9)).standing is Standing.DONE
    assert not render.ride_card(Ride(at(8, 30), Way.ARRIVES, "Bus", state=State.MOVED), INES).off


@pytest.mark.parametrize(
    ("now", "text", "quarters"),
    [
        (at(10, 0), "Encore 1 heure", (True, True, True, True)),
        (at(10, 15), "Encore 45 minutes", (True, True, True, False)),
        (at(10, 20), "Encore 40 minutes", (True, True, True, False)),
        (at(10, 59), "Encore 1 minute", (True, False, False, False)),
        (at(11, 0), "Encore 0 minute", (False, False, False, False)),
        (at(12, 0), "Encore 0 minute", (False, False, False, False)),
        (at(8, 0), "Encore 1 heure", (True, True, True, True)),
    ],
)
def test_the_time_left_is_said_and_counted_in_quarters(now, text, quarters):
    left = render.countdown(at(10), at(11), now)
    assert (left.text.replace("\u00a0", " "), left.quarters) == (text, quarters)


def test_a_minute_begun_is_a_minute_left():
    now = datetime(2026, 12, 10, 10, 44, 30, tzinfo=UTC)
    assert render.countdown(at(10), at(11), now, "en").text == "16\u00a0minutes left"
